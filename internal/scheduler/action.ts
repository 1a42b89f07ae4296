import type { Element } from "../xml/mod.ts";
import { ActionMeta } from "./action-meta.ts";
import type { ActionReason } from "./action-reason.ts";
import { A, Needs, type OnFail, Role } from "./constants.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/** One side of an ordering, as held by the action on the other side. */
export interface Link {
  action: Action;
  flags: number;
  /** The ordering became an input of the graph. */
  graphed: boolean;
}

/** Something the cluster may do: an operation, a pseudo-action, fencing … */
export class Action {
  readonly id: number;
  readonly resource: Resource | null;
  node: Node | null;
  task: string;
  /** RESOURCE_TASK_INTERVAL, or a free name. */
  key: string;
  cancelTask: string | null = null;
  flags = A.runnable as number;
  reason: ActionReason | null = null;
  needs: Needs = Needs.nothing;
  onFail: OnFail = 2;
  roleAfterFailure: Role = Role.unknown;
  intervalMs = 0;
  priority = 0;
  requiredRunnableBefore = 0;
  runnableBefore = 0;
  meta: ActionMeta;
  /** Parameters of the operation itself. */
  parameters: ReadonlyMap<string, string> = NO_PARAMETERS;
  op: Element | null = null;
  /** Links to what comes before and after; oldest first, walked newest first. */
  before: Link[] = [];
  after: Link[] = [];
  /** Flag union per action in `after`, made once the list is long. */
  afterIndex: Map<Action, number> | null = null;
  /** Notification data this action carries. */
  notification: unknown = null;

  constructor(
    id: number,
    resource: Resource | null,
    node: Node | null,
    task: string,
    key: string,
    meta = new ActionMeta(),
  ) {
    this.id = id;
    this.meta = meta;
    this.resource = resource;
    this.node = node;
    this.task = task;
    this.key = key;
  }

  has(flag: number): boolean {
    return (this.flags & flag) === flag;
  }

  get optional(): boolean {
    return (this.flags & A.optional) !== 0;
  }

  get runnable(): boolean {
    return (this.flags & A.runnable) !== 0;
  }

  get pseudo(): boolean {
    return (this.flags & A.pseudo) !== 0;
  }
}
