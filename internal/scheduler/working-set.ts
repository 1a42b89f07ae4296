import { type DateTime, fromEpoch } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Action } from "./action.ts";
import type { QuorumPolicy } from "./constants.ts";
import type { Colocation, LocationConstraint, Ordering, Ticket } from "./constraint.ts";
import type { Node } from "./node.ts";
import { ReasonBook, type ScoreReason } from "./reason.ts";
import type { Resource } from "./resource.ts";
import type { PairSets } from "./unpack/pairs.ts";

/** What the caller may ask of {@link schedule} and {@link unpackStatus}. */
export interface ScheduleOptions {
  /** Effective time in milliseconds since the epoch. */
  nowMs: number;
  /** Seconds east of UTC in which date_spec fields are read; UTC when absent. */
  localOffset?: number;
  /** Collect the score lines of `crm_simulate -s`. */
  showScores?: boolean;
  /** Collect the utilization lines of `crm_simulate -U`. */
  showUtilization?: boolean;
  /** Record the reason of every score. */
  explain?: boolean;
  /** Input is a file, possibly stripped of private parameters (all but `-L`). */
  sanitized?: boolean;
  /** Have the pending operations shown in the status (crm_mon does, revised status does not). */
}

/** Something to be told about the configuration. `log`: what no error or warning of it is. */
export interface Message {
  level: "error" | "warning" | "log";
  text: string;
  /** For `log`: where the original says it. */
  origin?: string;
}

export interface DeferredCheck {
  kind: "last-failure" | "active";
  xml: Element;
  resource: Resource;
  node: Node;
}

/** Cluster options with their defaults applied. */
export interface ClusterOptions {
  noQuorumPolicy: QuorumPolicy;
  symmetric: boolean;
  fencingEnabled: boolean;
  fencingAction: string;
  fencingTimeoutMs: number;
  startupFencing: boolean;
  concurrentFencing: boolean;
  startupProbes: boolean;
  stopOrphanResources: boolean;
  stopOrphanActions: boolean;
  startFailureFatal: boolean;
  maintenanceMode: boolean;
  stopAll: boolean;
  clusterDelay: string;
  batchLimit: string;
  migrationLimit: string;
  placementStrategy: string;
  healthStrategy: string;
  shutdownLock: boolean;
  shutdownLockMs: number;
  priorityFencingDelayMs: number;
  nodePendingTimeoutMs: number;
  haveWatchdog: boolean;
}

/** Everything read from one CIB, and everything decided from it. */
export class WorkingSet {
  readonly cib: Element;
  readonly options: ScheduleOptions;
  /** Cluster properties by name, without those whose values are none. */
  properties: ReadonlyMap<string, string> = new Map<string, string>();
  config!: ClusterOptions;

  haveQuorum = false;
  dcNode: Node | null = null;
  /** Fence devices exist, or the watchdog may serve. */
  haveFencing = false;
  haveRemoteNodes = false;
  unfencingEnabled = false;
  haveTickets = false;
  /** -1 without bans; the earliest time the result may change, epoch seconds. */
  recheckBy = 0;

  /** Sorted by name (numeric runs compared as numbers). */
  nodes: Node[] = [];
  nodesById = new Map<string, Node>();
  nodesByName = new Map<string, Node>();
  /** Two nodes have one name: it does not say which of them comes first. */
  sharedNames = false;
  /** By creation; `node.index` points here. */
  nodesByIndex: Node[] = [];

  /** Top-level resources in the order of evaluation. */
  resources: Resource[] = [];
  /** Every primitive-or-other by exact id, instances included. */
  resourcesById = new Map<string, Resource>();
  /** Two resources have one id: the first in the order of evaluation is found by it. */
  sharedIds = false;
  templates = new Map<string, string[]>();
  tags = new Map<string, string[]>();
  tickets = new Map<string, Ticket>();
  templateXml = new Map<string, Element>();

  locations: LocationConstraint[] = [];
  colocations: Colocation[] = [];
  orderings: Ordering[] = [];
  orderingCount = 0;

  /** Every action, oldest first. */
  actions: Action[] = [];
  /** Actions of no resource, by key. */
  nodelessActions = new Map<string, Action[]>();
  nextActionId = 1;
  /** Actions of no resource that exist once per name. */
  singletons = new Map<string, Action>();

  /** lrm_rsc_op elements of failures, as `Failed Resource Actions` lists them. */
  failedOps: { xml: Element; node: string; resource: string }[] = [];
  /** Node and name of each of them. */
  readonly failedNames = new Set<string>();
  /** Instances disabled by configuration, blocked after failure, and all. */
  disabledCount = 0;
  blockedCount = 0;
  instanceCount = 0;

  /** Lines of `crm_simulate -s` and `-U`, in order of printing. */
  scoreLines: string[] = [];
  /** Warnings and errors about the configuration, as logged by the original. */
  messages: Message[] = [];
  /** Remarks for standard output, each with the number of score lines that stand before it. */
  notices: { text: string; after: number }[] = [];
  /** Why the scores are what they are, when asked for. */
  reasons: ReasonBook | null;

  /** Name/value sets by element and set name, read once. */
  readonly pairSets = new Map<Element, PairSets[]>();
  /** Names of meta attributes as the graph has them; null: not handed on. */
  readonly metaFields = new Map<string, string | null>();
  /** rsc_defaults and op_defaults where no rule makes a difference. */
  readonly plainDefaults = new Map<string, ReadonlyMap<string, string>>();
  /** Connection primitives made for guest nodes. */
  readonly madeUpConnections: Element[] = [];
  haveGuests = false;
  /** Effects of colocations may be kept: nothing but tables changes them while assigning. */
  effectsKept = false;
  haveFenceDevice = false;
  /** The effective time for rules. */
  readonly now: DateTime;

  historyIndex: Map<string, Map<string, Element>> | null = null;
  resourcesByHistoryId = new Map<string, Resource>();
  /** Containers to be stopped once all of status is known. */
  readonly stopNeeded: Resource[] = [];
  /** Digest comparisons that must wait for assignment. Newest first. */
  readonly deferredChecks: DeferredCheck[] = [];
  /** Recurring operations whose failure expired: to be rescheduled. */
  readonly expiredRecurring = new Set<Element>();

  readonly #said = new Set<string>();

  constructor(cib: Element, options: ScheduleOptions) {
    this.cib = cib;
    this.options = options;
    this.now = fromEpoch(Math.floor(options.nowMs / 1000), options.localOffset ?? 0);
    this.reasons = options.explain === true ? new ReasonBook() : null;
  }

  /** Score tables need to know in which order nodes entered them. */
  get tablesKeepOrder(): boolean {
    return this.config.placementStrategy !== "default" || this.sharedNames;
  }

  /** Of two nodes that are equally good, that order may decide which is the better. */
  get tableOrderDecides(): boolean {
    return this.config.placementStrategy === "balanced" || this.sharedNames;
  }

  get nowSeconds(): number {
    return Math.floor(this.options.nowMs / 1000);
  }

  /** Says what is wrong with the configuration, once. */
  problem(level: "error" | "warning", text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.messages.push({ level, text });
  }

  /** A remark to the user ("Only 'private' parameters … changed"). */
  notice(text: string): void {
    this.notices.push({ text, after: this.scoreLines.length });
  }

  /** Notes why a score changed; a cheap branch unless `explain` was asked for. */
  recordScore(resource: Resource, node: Node, delta: number, reason: ScoreReason): void {
    this.reasons?.add(resource, node, delta, reason, false);
  }

  /** Notes that a score begins anew. */
  recordReplaced(resource: Resource, node: Node, score: number, reason: ScoreReason): void {
    this.reasons?.add(resource, node, score, reason, true);
  }

  /** The result may be another at that time (epoch seconds): the earliest one counts. */
  updateRecheck(seconds: number): void {
    if (seconds <= this.nowSeconds) return;
    if (this.recheckBy === 0 || seconds < this.recheckBy) this.recheckBy = seconds;
  }

  findNode(idOrName: string): Node | null {
    const key = idOrName.toLowerCase();
    return this.nodesById.get(key) ?? this.nodesByName.get(key) ?? null;
  }
}
