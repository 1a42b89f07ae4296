import type { Element } from "../xml/mod.ts";
import type { Action } from "./action.ts";
import type { ConfiguredOp } from "./configured-ops.ts";
import { MultiplyActive, Role, type Variant } from "./constants.ts";
import type { Colocation, LocationConstraint, TicketConstraint } from "./constraint.ts";
import { forgetEffects } from "./forget-effects.ts";
import type { Shape } from "./graph/attributes.ts";
import type { Fields } from "./graph/writer.ts";
import type { Node } from "./node.ts";
import { NodeSet, NodeTable } from "./node-table.ts";
import type { KnownMeta } from "./operation-meta.ts";

const NO_PAIRS: ReadonlyMap<string, string> = new Map();

/** What only clones have. */
export interface CloneData {
  max: number;
  nodeMax: number;
  promotedMax: number;
  promotedNodeMax: number;
  promotedCount: number;
  ordered: boolean;
  interleave: boolean;
  /** The primitive or group element that instances are made of. */
  childXml: Element;
  /** Instances made so far; the next one's number. */
  instanceCount: number;
  /** Promotion scores were added to the instances' tables. */
  promotionScoresAdded: boolean;
  promotionSorted: boolean;
  /** Promotion order is being or has been computed. */
  sortingPromotion: boolean;
  notifications: Record<string, unknown>;
}

/** What only groups have. */
export interface GroupData {
  ordered: boolean;
  colocated: boolean;
}

export interface BundleReplica {
  index: number;
  ipAddress: string | null;
  ip: Resource | null;
  container: Resource;
  remote: Resource | null;
  child: Resource | null;
  node: Node | null;
}

/** What only bundles have. */
export interface BundleData {
  agent: "docker" | "podman" | "rkt";
  image: string | null;
  replicas: BundleReplica[];
  replicasPerHost: number;
  promotedMax: number;
  /** The clone that holds the bundled primitive. */
  child: Resource | null;
  controlPort: string | null;
  hostNetwork: string | null;
  attributeTarget: string | null;
  ipRangeStart: string | null;
}

/** A primitive, group, clone or bundle: one shape, so that property access stays monomorphic. */
export class Resource {
  readonly id: string;
  readonly variant: Variant;
  /** The configuration element (of an instance: of the resource it is an instance of). */
  xml: Element;
  /** The element with the template merged in has its operations here. */
  ops: Element[] = [];
  /** The same, read; null: not yet. See configured-ops. */
  configuredOps: ConfiguredOp[] | null = null;
  /** Meta attributes of operations that were asked for. See operation-meta. */
  readonly knownMeta: KnownMeta[] = [];
  /** Attributes of operations in the graph. See graph/attributes. */
  readonly shapes: Shape[] = [];
  /** Its own attributes in the graph; null: not yet. */
  graphFields: Fields | null = null;
  /** The id in the configuration: without instance number. */
  configId = "";
  /** The remote node that this connection makes reachable. */
  connectionOf: Node | null = null;
  /** Id under which history knows this instance, where that differs. */
  historyId: string | null = null;
  /** Instance number under a clone or bundle. */
  instance: string | null = null;

  parent: Resource | null = null;
  children: Resource[] = [];
  /** Position in the top-level list before sorting, for stable order. */
  cls = "";
  provider: string | null = null;
  type = "";

  group: GroupData | null = null;
  clone: CloneData | null = null;
  bundleData: BundleData | null = null;

  meta = new Map<string, string>();
  utilization: ReadonlyMap<string, string> = NO_PAIRS;
  /** Instance parameters where no rule makes them depend on the node. */
  plainParameters: ReadonlyMap<string, string> | null = null;
  /** Else by node name ("" without node). */
  readonly parameters = new Map<string, ReadonlyMap<string, string>>();

  // Flags
  orphan = false;
  managed = true;
  maintenance = false;
  blocked = false;
  failed = false;
  stopIfFailed = false;
  failureIgnored = false;
  unique = false;
  notify = false;
  promotable = false;
  critical = true;
  allowMigrate = false;
  exclusiveDiscovery = false;
  fenceDevice = false;
  isConnection = false;
  /** Connection of a guest or remote node that this program made up itself. */
  internal = false;
  removed = false;
  startPending = false;
  unassigned = true;
  assigning = false;
  updatingNodes = false;
  needsQuorum = false;
  needsFencing = false;
  needsUnfencing = false;
  failedRemote = false;
  restarting = false;
  reload = false;
  stopUnexpected = false;
  loopGuard = false;
  inBundle = false;
  nestingAllowed = false;
  clearsFailcount = new Set<number>();

  priority = 0;
  promotionPriority = 0;
  stickiness = 0;
  migrationThreshold = 0;
  failureTimeoutMs = 0;
  remoteReconnectMs = 0;
  multiplyActive: MultiplyActive = MultiplyActive.stopStart;
  lockNode: Node | null = null;
  lockTime = 0;

  currentRole: Role = Role.stopped;
  nextRole: Role = Role.unknown;
  /** Nodes where it is active, in the order met. */
  activeOn: Node[] = [];
  dangling: Node[] = [];
  partialSource: Node | null = null;
  partialTarget: Node | null = null;
  pendingTask: string | null = null;
  pendingNode: Node | null = null;
  known = new NodeSet();

  #allowed: NodeTable;
  /** Colocations whose effect was worked out from this resource's table: see merged-effect. */
  effectsHere: Colocation[] | null = null;
  assignedTo: Node | null = null;
  /** Its score on that node when it was chosen. */
  assignedScore = 0;

  /** What this resource runs in (a guest's container), and what it launches. */
  launcher: Resource | null = null;
  launched: Resource[] = [];
  /** Name of the guest node that this resource hosts (meta remote-node). */
  remoteNodeName: string | null = null;

  locations: LocationConstraint[] = [];
  thisWith: Colocation[] = [];
  withThis: Colocation[] = [];
  tickets: TicketConstraint[] = [];

  /** Oldest first; the reference sees them newest first. */
  actions: Action[] = [];
  actionsByKey = new Map<string, Action[]>();
  #keys = new Map<string, string>();

  /** `keepsOrder`: ties between nodes will be decided by the order of its table of nodes. */
  constructor(id: string, variant: Variant, xml: Element, capacity: number, keepsOrder: boolean) {
    this.id = id;
    this.variant = variant;
    this.xml = xml;
    this.#allowed = new NodeTable(capacity, keepsOrder);
    this.#allowed.owner = this;
  }

  /** Scores by node. */
  get allowed(): NodeTable {
    return this.#allowed;
  }

  set allowed(table: NodeTable) {
    this.#allowed.owner = null;
    table.owner = this;
    this.#allowed = table;
    this.tableChanged();
  }

  /** What was worked out from the table is so no longer. */
  tableChanged(): void {
    if (this.effectsHere !== null) forgetEffects(this);
  }

  /** `ID_TASK_0`: the same string each time, as it is what actions are looked up by. */
  key(task: string): string {
    let key = this.#keys.get(task);
    if (key === undefined) {
      key = `${this.id}_${task}_0`;
      this.#keys.set(task, key);
    }
    return key;
  }

  get isPrimitive(): boolean {
    return this.variant === 0;
  }

  get isClone(): boolean {
    return this.variant === 2;
  }

  get isBundle(): boolean {
    return this.variant === 3;
  }

  /** The outermost ancestor, bundles included only if asked. */
  top(includeBundle = false): Resource {
    let r: Resource = this;
    while (r.parent !== null) {
      if (!includeBundle && r.parent.variant === 3) break;
      r = r.parent;
    }
    return r;
  }

  /** The bundle this resource belongs to, if any. */
  bundle(): Resource | null {
    let r: Resource | null = this;
    while (r !== null && r.variant !== 3) r = r.parent;
    return r;
  }

  isInstanceOf(variant: Variant): boolean {
    for (let r: Resource | null = this; r !== null; r = r.parent) {
      if (r.variant === variant) return true;
    }
    return false;
  }

  /** The id that history uses. */
  get nameInHistory(): string {
    return this.historyId ?? this.id;
  }
}
