import { Guarantee, Mcast } from "../wire/mod.ts";
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

function isSafe(c: Context, seq: number, packet: Uint8Array): boolean {
  if (Mcast.guarantee(packet) !== Guarantee.safe || c.broken("safe-at-once")) return true;
  return !seqBefore(c.safeUpTo, seq);
}

/**
 * How far to go. `whole`: while the ring stands, to the first hole, and to the first message that
 * not all are known to hold though it asks for that. `unsafe`: to the first hole; after a
 * transitional configuration those who came along hold the same, and more cannot be had. A set:
 * over holes, only what these nodes have sent.
 */
export type Reach = "whole" | "unsafe" | NodeSet;

export function deliverUpTo(c: Context, end: number, reach: Reach): void {
  const only = typeof reach === "string" ? null : reach;
  while (seqBefore(c.highDelivered, end)) {
    const seq = seqAdd(c.highDelivered, 1);
    if (!c.regular.inRange(seq)) return;
    const packet = c.regular.get(seq);
    if (packet === null && only === null) {
      if (!c.broken("deliver-over-hole")) return;
    }
    // It holds up all behind it: there is one order.
    if (reach === "whole" && packet !== null && !isSafe(c, seq, packet)) return;
    c.highDelivered = seq;
    if (packet === null) continue;
    const wanted = only === null || only.includes(Mcast.from(packet));
    if (wanted || c.broken("deliver-from-anyone")) {
      c.out.deliver(Mcast.nodeId(packet), Mcast.payload(packet));
    }
  }
}
