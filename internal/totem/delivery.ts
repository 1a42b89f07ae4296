import { Mcast } from "../wire/mod.ts";
import type { Context } from "./context.ts";
import { seqAdd, seqBefore } from "./seq.ts";
import type { NodeSet } from "./sets.ts";

/** Raises our aru over what is there without a gap. */
export function updateAru(c: Context): void {
  const queue = c.state === "recovery" ? c.recovered : c.regular;
  if (c.broken("aru-skips-gap")) {
    c.aru = c.highReceived;
    return;
  }
  while (seqBefore(c.aru, c.highReceived) && queue.has(seqAdd(c.aru, 1))) c.aru = seqAdd(c.aru, 1);
}

/**
 * Delivers in order up to `end`. With `only` null it stops at the first hole; else holes are
 * skipped, and only messages of those nodes are delivered (after a transitional configuration).
 */
export function deliverUpTo(c: Context, end: number, only: NodeSet | null): void {
  while (seqBefore(c.highDelivered, end)) {
    const seq = seqAdd(c.highDelivered, 1);
    if (!c.regular.inRange(seq)) return;
    const packet = c.regular.get(seq);
    if (packet === null && only === null) {
      if (!c.broken("deliver-over-hole")) return;
    }
    c.highDelivered = seq;
    if (packet === null) continue;
    const wanted = only === null || only.includes(Mcast.from(packet));
    if (wanted || c.broken("deliver-from-anyone")) {
      c.out.deliver(Mcast.nodeId(packet), Mcast.payload(packet));
    }
  }
}
