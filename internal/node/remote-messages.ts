import type { ExecutorEvent, OperationResult } from "../executor/mod.ts";
import type { LocalAnswer, LocalCommand, WatchCall, WatchLine } from "./local.ts";

/** From the cluster node that drives a remote node. JSON in the frames of the connection. */
export type ToRemote =
  /** First. `fresh`: the cluster knows nothing of what runs there, so all operations end. */
  | { kind: "hello"; remote: string; from: string; fresh: boolean }
  /** For the remote node's executor. */
  | { kind: "order"; events: ExecutorEvent[] }
  | { kind: "ping"; number: number }
  | { kind: "answer"; id: number; answer: LocalAnswer }
  | { kind: "watch-line"; id: number; line: WatchLine }
  /** The connection ends in order: nothing that the cluster runs is left there. */
  | { kind: "bye" };

/** From the remote node. */
export type FromRemote =
  | { kind: "welcome" }
  | { kind: "result"; result: OperationResult }
  | { kind: "pong"; number: number }
  /** A tool of the remote node asks; to be answered as if it stood on the cluster node. */
  | { kind: "request"; id: number; command: LocalCommand; body: unknown; user: string; pid: number }
  | { kind: "request-gone"; id: number }
  | { kind: "watch"; id: number; what: WatchCall; user: string; pid: number }
  | { kind: "watch-gone"; id: number }
  /** It is to be shut down: the cluster should move its resources away. */
  | { kind: "stopping" };

/** Null when it is nothing that we know. */
export function readRemoteMessage<T extends ToRemote | FromRemote>(payload: string): T | null {
  try {
    const value: unknown = JSON.parse(payload);
    const known = typeof value === "object" && value !== null && "kind" in value;
    return known ? (value as T) : null;
  } catch {
    return null;
  }
}
