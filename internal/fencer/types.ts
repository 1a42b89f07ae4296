/** What goes into and comes out of the fencer. `nowMs` is the wall clock; deadlines are timers. */
import type { SpawnResult } from "../ports/mod.ts";
import type { Element } from "../xml/mod.ts";

export type FenceAction = "off" | "reboot" | "on";

/** A device as configured in the CIB. */
export interface FenceDevice {
  id: string;
  /** fence_xvm, fence_ipmilan, … */
  agent: string;
  parameters: Record<string, string>;
  /** cib: configured, and neither disabled nor banned on this node. api: registered by a start. */
  source: "cib" | "api";
}

/** One level of the fencing topology. */
export interface FenceLevel {
  /** A node's name, a pattern over names, or an attribute with the value it must have. */
  target:
    | { kind: "name"; name: string }
    | { kind: "pattern"; pattern: string }
    | { kind: "attribute"; name: string; value: string };
  index: number;
  devices: string[];
}

export interface FenceRequest extends Fencing {
  /** Chosen by the caller; comes back in `reply`. */
  requestId: string;
  /** A success for the same target and action this recent counts; 0 turns it off. */
  toleranceMs: number;
}

/** What is to be done to whom, as whoever leads the operation must know it. */
export interface Fencing {
  target: string;
  action: FenceAction;
  timeoutMs: number;
  /** Base delay asked for (priority-fencing-delay); -1 turns every delay off. */
  delayMs: number;
  /** Who asks: `pacemaker-controld.NNN`, `stonith_admin.NNN`. */
  client: string;
}

/** Result of a request as stonith_admin and the controller see it. */
export interface FenceResult {
  requestId: string;
  target: string;
  action: FenceAction;
  /** 0 is success. An exit code of crm_exit_t, e.g. 105 no device, 124 timeout. */
  exitStatus: number;
  /** An OpStatus number: 0 done, 2 timeout, 4 error, 10 no fence device. */
  status: number;
  reason: string;
  /** The node that did it. */
  delegate: string | null;
}

export type FenceState = "query" | "exec" | "done" | "duplicate" | "failed";

/** An entry of the fencing history, the same on all nodes. */
export interface FenceRecord {
  /** Operation uuid. */
  id: string;
  target: string;
  action: FenceAction;
  /** Node where the request was made. */
  origin: string;
  client: string;
  delegate: string | null;
  state: FenceState;
  /** Wall clock of its end, 0 while it is pending. */
  completedMs: number;
  exitStatus: number;
  status: number;
  reason: string;
}

/** JSON between the fencers of the nodes, sent in the ring's order. */
export type FenceMessage = { kind: string } & Record<string, unknown>;

export type FencerEvent =
  /** The CIB changed in resources, constraints, crm_config, fencing-topology or node attributes. */
  | { type: "cib"; cib: Element }
  /** Cluster nodes that are members of the engine's group now, by name, self included. */
  | { type: "members"; names: string[] }
  | { type: "message"; from: string; message: FenceMessage }
  | { type: "fence"; request: FenceRequest }
  /** An administrator swears that the node is down (stonith_admin -C). Answered by `reply`. */
  | { type: "confirm"; requestId: string; target: string; client: string }
  /** Clear the history of one target or of all (stonith_admin --cleanup), on every node. */
  | { type: "history-cleanup"; target: string | null }
  /** From the executor's effect `device`; answered by `device-done` with the same run. */
  | {
      type: "device";
      run: string;
      device: string;
      agent: string;
      operation: "register" | "remove" | "monitor";
      parameters: Record<string, string>;
      timeoutMs: number;
    }
  /** `stonith_admin --list`: what a device says it can fence; answered by `list-done`. */
  | { type: "list"; requestId: string; device: string }
  | { type: "run-done"; run: string; outcome: SpawnResult }
  | { type: "timer"; id: string };

export type FencerEffect =
  /** Run a fence agent with its options on standard input (`host/agent-runner`). */
  | { type: "run"; run: string; agent: string; stdin: string; timeoutMs: number }
  | { type: "kill"; run: string }
  /** To one node's fencer, or to all (self included) when `to` is null. */
  | { type: "send"; to: string | null; message: FenceMessage }
  /** To whoever asked on this node. */
  | { type: "reply"; result: FenceResult }
  | { type: "list-done"; requestId: string; exitStatus: number; targets: string[]; reason: string }
  | { type: "device-done"; run: string; outcome: SpawnResult }
  /**
   * On every node, in the same order: an operation ended. The controller updates the target's
   * node_state, and knows from `byUs` that it was this node's request.
   */
  | { type: "notify"; record: FenceRecord; byUs: boolean }
  /** Nobody feeds this node's watchdog any more: a peer counts on it to reset us. */
  | { type: "self-fence" }
  /** Peers would count on a watchdog that this node does not have: it must not run resources. */
  | { type: "unfit"; reason: string }
  | { type: "set-timer"; id: string; delayMs: number }
  | { type: "clear-timer"; id: string }
  | { type: "log"; level: "error" | "warning" | "notice" | "info" | "debug"; message: string };

export interface FencerOptions {
  nodeName: string;
  /** Unsigned 32 bits, for pcmk_delay_max. */
  random: () => number;
  /** A fresh operation id. */
  uuid: () => string;
  /** Names of the agent's parameters and actions, from its meta-data; null while unknown. */
  agentInfo: (agent: string) => FenceAgentInfo | null;
  /** When this node's watchdog device resets it unless it is fed; null without one. */
  watchdogTimeoutMs: number | null;
}

export interface FenceAgentInfo {
  parameters: string[];
  actions: string[];
  /** `on` with automatic="1": nodes must be unfenced at start. */
  automaticUnfence: boolean;
  /** `on` with on_target="1": unfencing runs on the target itself. */
  onTarget: boolean;
}
