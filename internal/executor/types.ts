/**
 * What goes into and comes out of the executor. `nowMs` is the wall clock everywhere; durations are
 * never taken from it but from timers and from the run time that the host measured.
 */
import type { SpawnResult } from "../ports/mod.ts";

/** `ocf:heartbeat:IPaddr2`: class ocf, provider heartbeat, type IPaddr2. */
export interface AgentId {
  /** ocf, lsb, systemd, service or stonith. */
  class: string;
  /** Only for ocf. */
  provider: string | null;
  type: string;
}

/** One operation on one resource, as the controller wants it done on this node. */
export interface OperationRequest {
  /** Chosen by the caller, unique on this node and growing: the call-id of lrm_rsc_op. */
  callId: number;
  resource: string;
  agent: AgentId;
  /** monitor, start, stop, promote, demote, notify, reload, reload-agent, migrate_to, … */
  action: string;
  /** 0: once (a probe for a monitor). */
  intervalMs: number;
  timeoutMs: number;
  startDelayMs: number;
  /** The transition graph's `<attributes>`: resource and operation parameters, and CRM_meta_*. */
  parameters: Record<string, string>;
  /** The transition key; given back with every result. */
  userData: string;
}

/** Operation status numbers of the CIB (op-status). */
export const OpStatus = {
  PENDING: -1,
  DONE: 0,
  CANCELLED: 1,
  TIMEOUT: 2,
  NOT_SUPPORTED: 3,
  ERROR: 4,
  ERROR_HARD: 5,
  ERROR_FATAL: 6,
  NOT_INSTALLED: 7,
  NOT_CONNECTED: 8,
  INVALID: 9,
  NO_FENCE_DEVICE: 10,
  NO_SECRETS: 11,
} as const;
export type OpStatus = (typeof OpStatus)[keyof typeof OpStatus];

export interface OperationResult {
  request: OperationRequest;
  status: OpStatus;
  /** OCF exit code (LSB and systemd are mapped); 193 when there was none. */
  rc: number;
  /** The agent's explanation, or ours; empty when there is none. */
  exitReason: string;
  /** Standard output, bounded. */
  output: string;
  /** Waiting in the queue, and running, in milliseconds. */
  queueTimeMs: number;
  execTimeMs: number;
  /** Wall clock: when this run began, and when a run first gave this rc. */
  lastRunMs: number;
  lastRcChangeMs: number;
  /** Of the resource's agent, once known; for the digests of the history entry. */
  metadata: AgentMetadata | null;
}

/** What the engine needs to know of an agent's meta-data. */
export interface AgentMetadata {
  version: string;
  parameters: AgentParameter[];
  actions: AgentAction[];
  /** Declares reload-agent, so that a change of a reloadable parameter needs no restart. */
  reloads: boolean;
}

export interface AgentParameter {
  name: string;
  required: boolean;
  unique: boolean;
  /** `reloadable="1"`, or `unique="0"` in agents of the older standard. */
  reloadable: boolean;
  /** Never to be recorded: `private="1"`, or a name that speaks of a password. */
  private: boolean;
  default: string | null;
}

export interface AgentAction {
  name: string;
  timeoutMs: number | null;
  intervalMs: number | null;
  role: string | null;
  onTarget: boolean;
  automatic: boolean;
}

/** A process, a D-Bus call or a fence device's work that the host or the fencer is to do. */
export type ExecutorEffect =
  /** Run an agent (`host/agent-runner` finds its file). Answer with `run-done`. */
  | {
      type: "run";
      run: string;
      agent: AgentId;
      action: string;
      /** OCF variables and the like; the host adds PATH and its own. */
      env: Record<string, string>;
      timeoutMs: number;
    }
  /** Kill the process group of a run; its `run-done` still comes. */
  | { type: "kill"; run: string }
  /** systemd unit work over D-Bus. Answer with `run-done`. */
  | {
      type: "unit";
      run: string;
      unit: string;
      operation: "start" | "stop" | "reload" | "status";
      timeoutMs: number;
    }
  /** To the fencer, as event `device`. Answer with `run-done`. */
  | {
      type: "device";
      run: string;
      device: string;
      agent: string;
      operation: "register" | "remove" | "monitor";
      parameters: Record<string, string>;
      timeoutMs: number;
    }
  /** Work on this node's connection to a remote node. Answer with `run-done`. */
  | {
      type: "remote";
      run: string;
      /** Name of the remote node. */
      resource: string;
      operation: "start" | "stop" | "probe" | "monitor" | "migrate_to" | "migrate_from" | "reload";
      parameters: Record<string, string>;
      timeoutMs: number;
    }
  /** Ask for event `timer` with the same id; setting it again replaces it. */
  | { type: "set-timer"; id: string; delayMs: number }
  | { type: "clear-timer"; id: string }
  | { type: "result"; result: OperationResult }
  | { type: "log"; level: "error" | "warning" | "notice" | "info" | "debug"; message: string };

/**
 * How a run ended. For units and devices `code` is an OCF exit code and `error` an exit reason; what
 * was known before a process existed comes as `failed`.
 */
export type RunOutcome = SpawnResult;

export type ExecutorEvent =
  | { type: "execute"; request: OperationRequest }
  /** Stop a recurring operation, or one that is still waiting. Gives a result CANCELLED. */
  | { type: "cancel"; resource: string; action: string; intervalMs: number }
  /** The resource is to be forgotten: what is queued is dropped, recurring operations end. */
  | { type: "forget"; resource: string }
  /** As `forget`, for every resource. */
  | { type: "forget-all" }
  /** Something happened to the resource: its monitors run at once. */
  | { type: "recheck"; resource: string }
  /** Stops all recurring operations and drops what is queued (the engine stops). */
  | { type: "cancel-all" }
  | { type: "run-done"; run: string; outcome: RunOutcome }
  | { type: "timer"; id: string }
  /** systemd said that a unit changed by itself: its monitors run at once. */
  | { type: "unit-changed"; unit: string }
  /** node-action-limit; 0 means the default of twice the cores. */
  | { type: "limit"; operations: number };

/** Facts about this node that go into every agent's environment. */
export interface ExecutorOptions {
  nodeName: string;
  /** /usr/lib/ocf and /run, under MUSTER_ROOT already. */
  ocfRoot: string;
  runFolder: string;
  /** Default parallelism: twice the number of cores. */
  operationLimit: number;
  /** Further variables for all agents (PCMK_*, HA_* from the defaults file). */
  env: Record<string, string>;
}
