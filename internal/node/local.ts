/**
 * What the tools ask of the engine on their own node, and what it answers.
 *
 * Carried as HTTP over the Unix socket /run/muster/engine.sock: `POST /v1/COMMAND` with a JSON body
 * of the request type below; the answer is always {@link LocalAnswer} as JSON (HTTP status 200 also
 * for refusals: the exit code is inside). `POST /v1/watch` answers with NDJSON, one {@link WatchLine}
 * a line, until the client goes away. XML travels as text inside JSON strings.
 *
 * Who is asking is taken from the socket's peer credentials, never from the request.
 */
import type { CibOperation } from "../cib/mod.ts";

/** Every command with its request and its answer's value. */
export interface LocalCalls {
  /** Query or change the CIB. A change is answered when it is ordered, applied and on disk here. */
  cib: { request: CibCall; response: CibReply };
  /** This node, its peers, the DC, quorum: straight from memory. */
  info: { request: Record<string, never>; response: ClusterInfo };
  /** Update, delete or refresh a node attribute (attribute manager). */
  attributeUpdate: { request: AttributeUpdateCall; response: Done };
  /** Values of attributes that the attribute manager holds. */
  attributeQuery: { request: AttributeQueryCall; response: AttributeQueryReply };
  /** Forget failures of a resource on a node (fail counts, last-failure), by pattern. */
  attributeClearFailures: { request: ClearFailuresCall; response: Done };
  /** Delete a resource's operation history on a node; it is probed again. `crm_resource --refresh`. */
  historyDelete: { request: HistoryDeleteCall; response: Done };
  /** Tell the node that a resource failed. `crm_resource --fail`. */
  resourceFail: { request: ResourceFailCall; response: Done };
  /** Probe everything again, on one node or all. */
  reprobe: { request: { node?: string }; response: Done };
  /** Answered when the DC has nothing left to do for all that was ordered before. */
  waitIdle: { request: { timeoutMs: number }; response: Done };
  /** State of the controller of a node (default: the DC). `crmadmin -S`. */
  controllerStatus: { request: { node?: string }; response: ControllerStatus };
  /** Forget a node that is not a member: caches, CIB, attributes. `crm_node -R`. */
  removeNode: { request: { node: string; nodeId?: number }; response: Done };
  /** Fence a node and wait for the outcome. */
  fence: { request: FenceCall; response: FenceReply };
  /** An administrator confirms that a node is down. */
  fenceConfirm: { request: { node: string }; response: Done };
  /** Fencing history as known to this node, newest first. */
  fenceHistory: { request: { node?: string }; response: FenceHistoryReply };
  /** Forget the fencing history of a node (or of all), on all nodes. */
  fenceHistoryCleanup: { request: { node?: string }; response: Done };
  /** Registered fence devices; with `target`, those that can fence it. */
  fenceDevices: { request: { target?: string }; response: { devices: string[] } };
  /** Monitor, list or status of one registered fence device, run here. */
  fenceDeviceAction: { request: FenceDeviceCall; response: FenceDeviceReply };
  /** Ask this node to stop in an orderly way, as SIGTERM to the engine does. */
  shutdown: { request: Record<string, never>; response: Done };
}

export type LocalCommand = keyof LocalCalls;
export type LocalRequest<K extends LocalCommand> = LocalCalls[K]["request"];
export type LocalReply<K extends LocalCommand> = LocalCalls[K]["response"];

/** Envelope of every answer. */
export type LocalAnswer<K extends LocalCommand = LocalCommand> =
  | { ok: true; value: LocalReply<K> }
  | { ok: false; error: LocalFailure };

export interface LocalFailure {
  /** Exit code of the tools (crm_exit_t). */
  code: number;
  /** One line for the user, without the tool's name. */
  message: string;
  /** Legacy negative errno, where the tools print one (-62 Timer expired …). */
  legacy: number;
}

export type Done = Record<string, never>;

// --- CIB ------------------------------------------------------------------------------------

export interface CibCall {
  operation: CibOperation;
  /** Section name (`resources`, `status` …); absent or `all`: the whole CIB. */
  scope?: string;
  xpath?: string;
  /** XML text. */
  input?: string;
  allowCreate?: boolean;
  scoreUpdate?: boolean;
  noChildren?: boolean;
}

export interface CibReply {
  /** XML text of the result; null when the operation has none. */
  output: string | null;
  /** Whether the CIB became another (queries: false). */
  changed: boolean;
  /** Version after the operation, `admin_epoch.epoch.num_updates`. */
  version: string;
}

// --- Cluster --------------------------------------------------------------------------------

export interface ClusterInfo {
  nodeId: number;
  nodeName: string;
  /** Key of the node in the CIB: the node id as text. */
  uuid: string;
  clusterName: string;
  /** Pid of the engine. */
  pid: number;
  /** Name of the DC; null while there is none. */
  dc: string | null;
  dcVersion: string | null;
  quorate: boolean;
  /** starting: the CIB is not yet agreed with the peers; stopping: an orderly stop is under way. */
  state: "starting" | "running" | "stopping" | "disconnected";
  /** Ring members and those known to the cluster, by ascending id. */
  peers: {
    nodeId: number;
    uuid: string;
    name: string;
    /** In the ring's membership now. */
    member: boolean;
    /** Its engine is in the group now. */
    engine: boolean;
    /** Seconds since 1970 when it was last seen to join or leave. */
    since: number;
  }[];
  /** Remote nodes as the CIB knows them. */
  remotes: { name: string; state: string }[];
  /** Version of the CIB held, `admin_epoch.epoch.num_updates`. */
  cibVersion: string;
  /** Seconds since 1970 when the engine started. */
  startedAt: number;
}

export interface ControllerStatus {
  node: string;
  /** S_IDLE, S_TRANSITION_ENGINE, S_POLICY_ENGINE, S_INTEGRATION, S_NOT_DC, S_PENDING, S_STARTING … */
  state: string;
  isDc: boolean;
}

// --- Attributes -----------------------------------------------------------------------------

export interface AttributeUpdateCall {
  /** Attribute name; with `regex`, a POSIX extended expression over names. */
  name: string;
  regex?: boolean;
  /** Null deletes. `value++`, `value--` and `value+=N` are understood. Ignored for `delay`, `refresh`. */
  value: string | null;
  /** Node name; absent: this node. */
  node?: string;
  isRemote?: boolean;
  /** Id of the set to write to, where not the standard one. */
  setId?: string;
  setType?: "transient" | "utilization";
  /** update: value; both: value and dampening; delay: dampening only; refresh: write all again. */
  kind: "update" | "both" | "delay" | "refresh";
  /** Dampening, ms. */
  dampenMs?: number;
  private?: boolean;
  /** When to answer: accepted here (default), or in effect on all members. */
  wait?: "none" | "local" | "cluster";
}

export interface AttributeQueryCall {
  name: string;
  /** Node name; absent with `allNodes` false: this node. */
  node?: string;
  allNodes?: boolean;
}

export interface AttributeQueryReply {
  name: string;
  values: { node: string; value: string | null }[];
}

export interface ClearFailuresCall {
  resource?: string;
  operation?: string;
  /** Milliseconds; with `operation`. */
  intervalMs?: number;
  node?: string;
}

// --- Resources ------------------------------------------------------------------------------

export interface HistoryDeleteCall {
  node: string;
  /** Id as in the history (instances of clones may carry `:N`). */
  resource: string;
  /** Where the node's connection is a remote one: the cluster node that drives it. */
  router?: string;
}

export interface ResourceFailCall {
  node: string;
  resource: string;
  longId?: string;
  class: string;
  provider?: string;
  type: string;
  router?: string;
}

// --- Fencing --------------------------------------------------------------------------------

export interface FenceCall {
  node: string;
  action: "off" | "on" | "reboot";
  /** Whole operation, seconds. */
  timeoutS?: number;
  /** Added delay, seconds; -1 switches static and random delays off. */
  delayS?: number;
  /** A success that recent counts, seconds. */
  toleranceS?: number;
  /** Name of the tool for the history. */
  client?: string;
}

export interface FenceReply {
  /** Node that carried it out; null when none did. */
  delegate: string | null;
  action: string;
}

/** One entry of the fencing history; times in ms since 1970. */
export interface FenceHistoryEntry {
  id: string;
  target: string;
  action: string;
  state: "pending" | "success" | "failed";
  client: string;
  origin: string;
  delegate: string | null;
  completedMs: number | null;
  exitReason: string | null;
}

export interface FenceHistoryReply {
  entries: FenceHistoryEntry[];
}

export interface FenceDeviceCall {
  device: string;
  action: "monitor" | "list" | "status" | "metadata";
  /** Node, for status. */
  target?: string;
  timeoutS?: number;
}

export interface FenceDeviceReply {
  code: number;
  output: string;
  exitReason: string | null;
}

// --- Watching -------------------------------------------------------------------------------

export interface WatchCall {
  /** Send the CIB whole first, then its changes. */
  cib?: boolean;
  fencing?: boolean;
  /** Membership, quorum, DC. */
  cluster?: boolean;
}

export type WatchLine =
  /** First line when the CIB was asked for, and again whenever it was replaced whole. */
  | { type: "cib"; xml: string }
  /** A version 2 patchset over what was sent before. */
  | { type: "patch"; xml: string }
  | { type: "fencing"; entries: FenceHistoryEntry[] }
  | { type: "cluster"; info: ClusterInfo }
  /** Nothing happened for a while: the connection lives. */
  | { type: "alive" };
