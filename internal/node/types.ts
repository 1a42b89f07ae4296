import type { AgentId, RunOutcome } from "../executor/mod.ts";
import type { FenceAgentInfo } from "../fencer/mod.ts";
import type { LogLevel, RingEvent } from "../ports/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Ground } from "./ground.ts";
import type { LocalAnswer, LocalCommand, WatchCall, WatchLine } from "./local.ts";
import type { WatchdogOptions } from "./watchdog.ts";

/** Who is on the other end of a local connection. */
export interface Peer {
  user: string;
  pid: number;
  /** The remote node that it is on; absent: this node. */
  remote?: string;
}

export type NodeEvent =
  | { type: "start" }
  | { type: "ring"; event: RingEvent }
  /** A tool's request; `body` is untrusted. Answered by effect `answer` with the same id. */
  | { type: "request"; id: number; command: LocalCommand; body: unknown; peer: Peer }
  /** The tool went away; nobody waits for the answer. */
  | { type: "request-gone"; id: number }
  | { type: "watch"; id: number; what: WatchCall; peer: Peer }
  | { type: "watch-gone"; id: number }
  | { type: "timer"; id: string }
  | { type: "scheduled"; run: number; graph: Element | null; error: string | null }
  /** The CIB of effect `persist` is on disk, or could not be put there. */
  | { type: "persisted"; sequence: number; error: string | null }
  | { type: "run-done"; run: string; outcome: RunOutcome }
  | { type: "unit-changed"; unit: string }
  /** Of a connection that effect `remote-connect` asked for; `closed` is the last. */
  | {
      type: "remote";
      link: string;
      event:
        | { type: "opened" }
        | { type: "message"; payload: string }
        | { type: "closed"; reason: string };
    }
  /** Stop in an orderly way (SIGTERM). */
  | { type: "stop" };

export type NodeEffect =
  /** To the group, in this order. */
  | { type: "multicast"; payload: Uint8Array }
  | { type: "answer"; id: number; answer: LocalAnswer }
  | { type: "watch-line"; id: number; line: WatchLine }
  /** Put the configuration on disk durably, with the ground that it stands on, then say so. */
  | { type: "persist"; sequence: number; cib: Element; ground: Ground | null }
  /** Run the scheduler. The document may be read until the next step. */
  | { type: "schedule"; run: number; cib: Element }
  | {
      type: "run";
      run: string;
      agent: AgentId;
      action: string;
      env: Record<string, string>;
      timeoutMs: number;
    }
  | { type: "run-fence"; run: string; agent: string; stdin: string; timeoutMs: number }
  | {
      type: "run-unit";
      run: string;
      unit: string;
      operation: "start" | "stop" | "reload" | "status";
      timeoutMs: number;
    }
  /** Run an alert agent as the cluster's own user, with `env` on top of the usual. */
  | { type: "run-alert"; run: string; path: string; env: Record<string, string>; timeoutMs: number }
  /** Connect to a remote node's daemon, with the cluster's key. */
  | { type: "remote-connect"; link: string; host: string; port: number }
  | { type: "remote-send"; link: string; payload: string }
  | { type: "remote-close"; link: string }
  | { type: "kill"; run: string }
  /** feed: the machine lives on for another timeout. disarm: the device stops watching. */
  | { type: "watchdog"; order: "feed" | "disarm" }
  | { type: "set-timer"; id: string; delayMs: number }
  | { type: "clear-timer"; id: string }
  | { type: "log"; level: LogLevel; message: string }
  /** The engine is done; nothing more comes out of this node. */
  /** `clean`: nothing that the cluster runs is left active on this node. */
  | { type: "exit"; code: number; clean: boolean };

export interface NodeOptions {
  nodeId: number;
  nodeName: string;
  pid: number;
  clusterName: string;
  /** Nodes of corosync.conf. */
  nodes: { nodeId: number; name: string }[];
  /** The CIB found on disk, or an empty one. */
  cib: Element;
  /** As it was kept with the CIB; null when there is none. */
  ground: Ground | null;
  startedAtMs: number;
  /** An engine before this one ended without having stopped everything. */
  leftovers: boolean;
  dcVersion: string;
  /** Null when this machine has none that is used. */
  watchdog: WatchdogOptions | null;
  ocfRoot: string;
  runFolder: string;
  operationLimit: number;
  agentEnv: Record<string, string>;
  /** For cib-last-written: local time's offset from UTC. */
  utcOffsetMinutes: number;
  random: () => number;
  uuid: () => string;
  fenceAgentInfo: (agent: string) => FenceAgentInfo | null;
}
