/** What goes into and comes out of the attribute manager. `nowMs` is the wall clock. */
import type { Element } from "../xml/mod.ts";

/** A change asked for by a tool or by the controller on this node. */
export interface AttributeRequest {
  task: "update" | "update-both" | "update-delay" | "clear-failure" | "refresh" | "peer-remove";
  /** Name, or with `pattern` a regular expression over known names. */
  name: string;
  pattern: boolean;
  /** Null deletes. `value++`, `value--`, `value+=N`, `value-=N` are understood. */
  value: string | null;
  /** Node names; empty means this node. */
  nodes: string[];
  /** Milliseconds to wait for further changes; null leaves the attribute's own (new: 0). */
  dampenMs: number | null;
  private: boolean;
  /** Id of the attribute set in the CIB, and its element (instance_attributes or utilization). */
  set: string | null;
  setType: "instance_attributes" | "utilization";
  user: string;
  /** The node is a remote or guest node. */
  remote: boolean;
  /** clear-failure: resource (empty: all), operation and interval, else null. */
  resource?: string | null;
  operation?: string | null;
  intervalMs?: number | null;
  /** Who waits until it has taken effect: on the node that asked, or on all. */
  wait?: { token: string; for: "local" | "cluster" };
}

export interface AttributeValue {
  name: string;
  node: string;
  value: string | null;
  private: boolean;
  set: string | null;
}

/** JSON between the managers of the nodes, sent in the ring's order. */
export type AttributeMessage = { kind: string } & Record<string, unknown>;

export type AttributesEvent =
  | { type: "request"; request: AttributeRequest }
  | { type: "message"; from: string; message: AttributeMessage }
  /** Members of the engine's group, by name, self included; ids as in the CIB's node_state. */
  | {
      type: "members";
      members: { name: string; id: string }[];
      /** Nodes that are up but whose engine died: their values wait for the next one. */
      crashed: string[];
    }
  /** A node whose engine had died is gone too. */
  | { type: "gone"; name: string }
  /** The node that writes to the CIB (the DC). Null while there is none. */
  | { type: "writer"; name: string | null }
  /** Outcome of an effect `write`: false makes the manager try again. */
  | { type: "written"; write: number; ok: boolean }
  | { type: "timer"; id: string };

export type AttributesEffect =
  /** To all managers (self included), or to one node. */
  | { type: "send"; to: string | null; message: AttributeMessage }
  /** Only on the writer: apply to section `status`. First the removals (XPath), then the change. */
  | {
      type: "write";
      write: number;
      remove: string[];
      modify: Element | null;
      /** The same in words; null is removed. */
      values: { node: string; nodeId: string; name: string; value: string | null }[];
    }
  | { type: "set-timer"; id: string; delayMs: number }
  | { type: "clear-timer"; id: string }
  | { type: "log"; level: "error" | "warning" | "notice" | "info" | "debug"; message: string };

export interface AttributesOptions {
  nodeName: string;
}
