import type { Action } from "./action.ts";
import type { Resource } from "./resource.ts";

/** A cluster, remote or guest node as the working set knows it. */
export class Node {
  readonly id: string;
  readonly name: string;
  /** Creation order; the index into every score table. */
  readonly index: number;
  readonly kind: "cluster" | "remote";
  /** Base score; -INFINITY once offline or shutting down. */
  score: number;
  /** Default discovery mode of table entries (guest nodes of bundles: exclusive). */
  discovery = 0;

  online = false;
  unclean = false;
  /** Another node that has this id and comes first: score tables, which go by id, have only that one. */
  sharesIdOf: Node | null = null;
  /** Not seen by the membership yet. */
  unseen = true;
  pending = false;
  standby = false;
  standbyOnFail = false;
  maintenance = false;
  shutdown = false;
  expectedUp = false;
  /** Its engine came while there was no quorum, and there was none since. */
  cameWithoutQuorum = false;
  isDc = false;
  historyUnpacked = false;
  probesAllowed = true;
  fencedRemote = false;
  remoteReset = false;
  remoteMaintenance = false;

  attributes = new Map<string, string>();
  utilization = new Map<string, string>();
  /** What is left of `utilization` while resources are being assigned. */
  capacity = new Map<string, number>();
  digests = new Map<string, unknown>();

  /** The connection resource, for remote and guest nodes. */
  connection: Resource | null = null;
  /** Primitives active here, in the order met. */
  active: Resource[] = [];
  assigned: Resource[] = [];
  assignedCount = 0;
  /** Sum of the priorities of what runs here. */
  priority = 0;
  /** Already made fencing actions by key. */
  fencingActions = new Map<string, Action>();

  constructor(id: string, name: string, kind: "cluster" | "remote", index: number, score: number) {
    this.id = id;
    this.name = name;
    this.kind = kind;
    this.index = index;
    this.score = score;
  }

  /** Remote or guest. */
  get isRemote(): boolean {
    return this.kind === "remote";
  }

  get isGuest(): boolean {
    return this.kind === "remote" && this.connection?.launcher != null;
  }

  get isBareRemote(): boolean {
    return this.kind === "remote" && this.connection?.launcher == null;
  }

  get isBundle(): boolean {
    return this.isGuest && this.connection!.launcher!.bundle() !== null;
  }

  /** Online, clean, not shutting down, in standby or in maintenance. */
  get available(): boolean {
    return this.online && !this.shutdown && !this.unclean && !this.standby && !this.maintenance;
  }

  /** Like {@link available}, but standby nodes and those shutting down count too. */
  attribute(name: string): string | undefined {
    return this.attributes.get(name);
  }
}
