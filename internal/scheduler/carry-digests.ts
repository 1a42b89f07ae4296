import type { Element } from "../xml/mod.ts";
import { primitivesById } from "./config-changes.ts";
import { compareFencingDigest, digestsNow } from "./digests.ts";
import type { Node } from "./node.ts";
import type { Resource } from "./resource.ts";
import { unpackStatus } from "./schedule.ts";
import { unfencingDevices } from "./unfencing-digests.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Makes the digests in the history of `hidden`, a copy of `original` with some parameters' values
 * hidden, tell the same as those of `original`: whatever matched its definition there matches here,
 * whatever did not still does not. Both are CIBs of the newest schema; `nowMs` is the moment that
 * rules in them are read for. Changes the history of `hidden` only.
 */
export function carryDigests(original: Element, hidden: Element, nowMs: number): void {
  const [before, after] = [original, hidden].map((cib) => new Known(cib, nowMs));
  for (const state of hidden.first("status")?.elements("node_state") ?? []) {
    const nodes = [before!, after!].map((known) => known.node(state.get("uname")));
    if (nodes[0] === undefined || nodes[1] === undefined) continue;
    for (const entry of state.first("lrm")?.descendants("lrm_resource") ?? []) {
      const resources = [before!, after!].map((known) => known.resources.get(entry.id)?.[0]);
      if (resources[0] === undefined || resources[1] === undefined) continue;
      for (const op of entry.elements("lrm_rsc_op")) {
        const old = digestsNow(before!.ws, resources[0], nodes[0], op);
        const now = digestsNow(after!.ws, resources[1], nodes[1], op);
        for (const [name, digest] of Object.entries(old)) {
          const other = now[name] ?? null;
          if (digest !== null && other !== null && op.get(name) === digest) op.set(name, other);
        }
      }
    }
    carryUnfencing(before!, after!, nodes as Node[], state);
  }
}

/** What a node was unfenced by stands in its transient attributes: `DEVICE:AGENT:DIGEST,…`. */
function carryUnfencing(before: Known, after: Known, nodes: Node[], state: Element): void {
  const pairs = state.first("transient_attributes")?.descendants("nvpair") ?? [];
  const kinds = { "#digests-all": "all", "#digests-secure": "secure" } as const;
  for (const device of unfencingDevices(before.ws.resources)) {
    const same = after.resources.get(device.id)?.[0];
    if (same === undefined) continue;
    const old = compareFencingDigest(before.ws, device, device.type, nodes[0]!);
    const now = compareFencingDigest(after.ws, same, same.type, nodes[1]!);
    for (const pair of pairs) {
      const kind = kinds[pair.get("name") as keyof typeof kinds];
      if (kind === undefined) continue;
      const [from, to] = [old, now].map((each) => `${device.id}:${device.type}:${each[kind]}`);
      pair.set("value", (pair.get("value") ?? "").replace(from!, to!));
    }
  }
}

class Known {
  readonly ws: WorkingSet;
  readonly resources: Map<string, Resource[]>;

  constructor(cib: Element, nowMs: number) {
    this.ws = unpackStatus(cib, { nowMs });
    this.resources = primitivesById(this.ws.resources, new Map());
  }

  node(name: string | null): Node | undefined {
    return this.ws.nodes.find((node) => node.name === name);
  }
}
