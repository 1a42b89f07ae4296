import type { Element } from "../xml/mod.ts";
import type { GraphAction } from "./graph.ts";
import type { NodeName } from "./node-state.ts";

/** A change of the CIB as the controller asks for it; several are applied as one. */
export interface CibChange {
  operation: "create" | "modify" | "delete" | "replace";
  scope?: string;
  xpath?: string;
  input?: Element;
  allowCreate?: boolean;
}

export interface ClusterNode extends NodeName {
  nodeId: number;
}

/** An operation's result as it went into the history, at the same point of the order everywhere. */
export interface HistoryResult {
  node: string;
  resource: string;
  task: string;
  intervalMs: number;
  callId: number;
  status: number;
  rc: number;
  transitionKey: string;
}

/** Why the CIB became another. */
export type ChangeReason =
  | "client"
  | "attributes"
  | "history"
  | "state"
  /** Nodes or quorum were lost or gained: decided anew once it is in the CIB. */
  | "membership"
  /** A node was fenced. */
  | "fenced"
  | "join"
  | "bootstrap"
  | "image";

export type DcEvent =
  /**
   * This node is the DC from here on. `fresh`: no node of this partition was running before.
   * `joining`: all members will write their states; else the DC before was lost, and they have.
   */
  | {
      type: "elected";
      joining: boolean;
      members: ClusterNode[];
      ring: number[];
      fresh: boolean;
      startedAtMs: number;
    }
  /** This node is no longer the DC. */
  | { type: "deposed" }
  /** The CIB is being agreed on with nodes that joined; all members will join again. */
  | { type: "integrating"; members: ClusterNode[] }
  /** An engine went away. `nodeDown`: its node with it. */
  | { type: "left"; node: ClusterNode; nodeDown: boolean; members: ClusterNode[] }
  /** Ring membership and quorum. */
  | { type: "quorum"; quorate: boolean; ring: number[] }
  /** A member wrote its own state and history. */
  | { type: "joined"; node: string }
  | { type: "cib-changed"; reason: ChangeReason; by: string }
  | { type: "scheduled"; run: number; graph: Element | null; error: string | null }
  | { type: "result"; result: HistoryResult }
  /** A node did (or could not do) something that leaves no history: cancel, delete. */
  | { type: "acknowledged"; node: string; transitionKey: string; ok: boolean }
  /** Our fencing request ended. */
  | { type: "fence-reply"; requestId: string; ok: boolean; reason: string }
  /** Somebody fenced a node, us or others. */
  | { type: "fenced"; target: string; action: string }
  /** A tool waits until there is nothing to do. */
  | { type: "wait-idle"; token: string }
  | { type: "timer"; id: string };

export type DcEffect =
  | { type: "change"; reason: ChangeReason; changes: CibChange[] }
  /** Answer with `scheduled` of the same run. */
  | { type: "schedule"; run: number }
  /** For the executor of `node`; the key comes back with the result. */
  | { type: "execute"; node: string; action: GraphAction; transitionKey: string }
  | {
      type: "fence";
      requestId: string;
      target: string;
      action: string;
      timeoutMs: number;
      delayMs: number;
    }
  /** The node may go now: everything on it is stopped. */
  | { type: "shutdown"; node: string }
  | { type: "set-attribute"; node: string; name: string; value: string; remote: boolean }
  | {
      type: "clear-failures";
      node: string;
      resource: string;
      operation: string | null;
      intervalMs: number | null;
      remote: boolean;
      /** The cluster node that is connected to it, if it is a remote node. */
      router: string | null;
    }
  | { type: "idle"; tokens: string[] }
  | { type: "set-timer"; id: string; delayMs: number }
  | { type: "clear-timer"; id: string }
  | { type: "log"; level: "error" | "warning" | "notice" | "info" | "debug"; message: string };

export interface DcOptions {
  nodeName: string;
  /** Identity of this DC in transition keys: a fresh uuid for each start of the engine. */
  uuid: string;
  clusterName: string;
  /** Nodes of corosync.conf. */
  configured: ClusterNode[];
  dcVersion: string;
  haveWatchdog: boolean;
}

/** What the DC reads with each step. */
export interface DcView {
  cib: Element;
  nowMs: number;
}
