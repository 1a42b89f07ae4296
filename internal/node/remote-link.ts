import type { RunOutcome } from "../executor/mod.ts";
import { LocalResources } from "./local-resources.ts";

/** Where the connection to a remote node is. */
export interface RemoteAddress {
  host: string;
  port: number;
}

/** An operation on the connection that is under way. */
export interface LinkRun {
  operation: "start" | "migrate_from" | "monitor";
  done: (outcome: RunOutcome) => void;
}

/** One connection of this node to a remote node, or an attempt at one. */
export interface RemoteLink {
  name: string;
  address: RemoteAddress;
  /** waiting: between two attempts. */
  phase: "connecting" | "waiting" | "up" | "lost";
  /** Of the current attempt; events of older ones are void. */
  id: string;
  /** The first word will be that the cluster knows nothing of what runs there. */
  fresh: boolean;
  /** By run id: what waits for the connection, or for an answer. */
  runs: Map<string, LinkRun>;
  /** Another node takes the connection over. */
  handedOver: boolean;
  resources: LocalResources;
  /** Transition keys of operations sent there, by call id. */
  pending: Map<number, string>;
  /** Last pings sent and answered. */
  asked: number;
  heardMs: number;
}

export const REMOTE_PORT = 3121;

export function newLink(name: string, address: RemoteAddress, fresh: boolean): RemoteLink {
  return {
    name,
    address,
    phase: "waiting",
    id: "",
    fresh,
    runs: new Map(),
    handedOver: false,
    resources: new LocalResources({ uuid: name, name, remote: true }),
    pending: new Map(),
    asked: 0,
    heardMs: 0,
  };
}

/** Address from the parameters of an ocf:pacemaker:remote resource; its name where there is none. */
export function linkAddress(name: string, parameters: Record<string, string>): RemoteAddress {
  const host = parameters["server"] || parameters["addr"] || name;
  const port = Number(parameters["port"] || REMOTE_PORT);
  return { host, port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : REMOTE_PORT };
}

export const succeeded: RunOutcome = {
  outcome: "exited",
  code: 0,
  stdout: "",
  stderr: "",
  runMs: 0,
};

export function ended(code: number, error: string): RunOutcome {
  return { ...succeeded, code, error };
}

/** What an operation on a connection hears that is there no more. */
export const connectionLost = ended(1, "Lost connection to remote executor");
