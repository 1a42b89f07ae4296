import type { AttributeMessage } from "../attributes/mod.ts";
import type { CibRequest, CibStamp } from "../cib/mod.ts";
import type { ChangeReason, CibChange, HistoryResult } from "../controller/mod.ts";
import type { FenceMessage } from "../fencer/mod.ts";
import { parseXml, printXml } from "../xml/mod.ts";
import type { Ground } from "./ground.ts";

/** What a member tells of itself and its CIB when the group changed. */
export interface Offer {
  name: string;
  /** `[admin_epoch, epoch, num_updates]`. */
  version: [number, number, number];
  digest: string;
  /** It agreed on a CIB before and has been running since. */
  live: boolean;
  /** All that was changed since it last agreed was changed with quorum (or its disk says so). */
  quorate: boolean;
  /** What the copy stands on; absent from a member of an older version. */
  ground?: Ground;
  isDc: boolean;
  stopping: boolean;
  featureSet: string;
  /** Seconds that its engine has been up. */
  ageS: number;
}

/** A CIB request as it travels: XML as text. */
export type WireRequest = Omit<CibRequest, "input"> & { input?: string };

/** What the engines of a cluster say to each other, in the ring's order. JSON on the wire. */
export type GroupMessage =
  | { kind: "offer"; offer: Offer }
  /** The whole CIB, from the member that was found to have the newest. */
  | { kind: "image"; xml: string }
  /** Requests that all members apply at this point, one after the other. */
  | {
      kind: "change";
      serial: number;
      requests: WireRequest[];
      reason: ChangeReason;
      result?: HistoryResult;
    }
  | { kind: "attributes"; to: string | null; message: AttributeMessage }
  | { kind: "fencer"; to: string | null; message: FenceMessage }
  /** From the DC to a node's executor; `action` is the graph's element. */
  | { kind: "execute"; to: string; action: string; transitionKey: string }
  /** To the DC: an action that leaves no history was done. */
  | { kind: "acknowledge"; transitionKey: string; ok: boolean }
  /** From the DC: everything on the node is stopped, it may go. */
  | { kind: "shutdown"; to: string }
  | { kind: "wait-idle"; token: string }
  | { kind: "idle"; tokens: string[] }
  | { kind: "ask-status"; to: string | null; token: string }
  | { kind: "status"; token: string; node: string; state: string; isDc: boolean }
  /** Delete a resource's history on a node, fail it there, or probe anew. */
  | { kind: "local"; to: string | null; token: string | null; order: LocalOrder }
  | { kind: "done"; token: string; error: string | null }
  | { kind: "fence-cleanup"; node: string | null };

/** What a tool on one node asks of the executor of another. */
export type LocalOrder =
  | { order: "history-delete"; resource: string; node?: string }
  | {
      order: "fail";
      /** The remote node concerned; absent: the node that gets the order. */
      node?: string;
      resource: string;
      class: string;
      provider: string | null;
      type: string;
    }
  | {
      /** Drops the record of a resource's last failure, as far as it is of this operation. */
      order: "failure-clear";
      node?: string;
      resource: string;
      operation: string | null;
      intervalMs: number | null;
    }
  | { order: "reprobe" };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeMessage(message: GroupMessage): Uint8Array {
  return encoder.encode(JSON.stringify(message));
}

/** Null when it is not ours: another version may send what we do not know. */
export function decodeMessage(payload: Uint8Array): GroupMessage | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(payload));
    const known = typeof value === "object" && value !== null && "kind" in value;
    return known ? (value as GroupMessage) : null;
  } catch {
    return null;
  }
}

export function toWire(request: CibRequest): WireRequest {
  const { input, ...rest } = request;
  return input === undefined ? rest : { ...rest, input: printXml(input) };
}

/** Null when the XML inside is not well-formed; every member finds the same. */
export function fromWire(wire: WireRequest): CibRequest | null {
  const { input, ...rest } = wire;
  if (input === undefined) return rest;
  const parsed = parseXml(input);
  return parsed.ok ? { ...rest, input: parsed.value } : null;
}

/** The controller's changes as requests, with who and when for the CIB's root. */
export function changeRequests(changes: CibChange[], stamp: CibStamp): WireRequest[] {
  return changes.map((change) => toWire({ ...change, stamp }));
}
