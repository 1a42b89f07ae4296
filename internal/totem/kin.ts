/**
 * Quicker detection among our own kind. Where every member of the ring announced itself as muster,
 * members send each other a sign of life (a merge detect of their own ring: everybody else, stock
 * Corosync too, ignores it). Who is silent for a share of the token timeout is failed at once,
 * instead of after token timeout and consensus timeout. The share follows what was measured: a
 * machine that is often late is given more. Totem is safe under any suspicion, so a wrong one
 * costs a change of membership, nothing else.
 */
import { encodeMergeDetect } from "../wire/mod.ts";
import type { Context } from "./context.ts";
import { enterGather } from "./gather.ts";
import { restoreOldRing } from "./recovery.ts";
import { type NodeSet, union } from "./sets.ts";

/** Bounds of the silence that is borne, in shares of the token timeout. */
const SHORTEST_SHARE = 0.45;
const LONGEST_SHARE = 0.7;
/** Signs of life in the shortest silence. */
const SIGNS = 6;
/** So many times the longest gap of late is no sign of death. */
const GAP_FACTOR = 4;
const GAP_DECAY = 0.999;

function signInterval(c: Context): number {
  return Math.max(5, (c.settings.token * SHORTEST_SHARE) / SIGNS);
}

/** How long a member may be silent before it counts as dead, in milliseconds. */
export function silenceLimit(c: Context): number {
  const { token } = c.settings;
  const measured = GAP_FACTOR * c.longestGap;
  return Math.min(token * LONGEST_SHARE, Math.max(token * SHORTEST_SHARE, measured));
}

/** All of these are our kind; an empty set turns quick detection off. */
export function setKin(c: Context, kin: NodeSet): void {
  c.kin = c.settings.quickDetection ? kin : [];
  c.heard.clear();
  for (const node of c.kin) c.heard.set(node, c.now);
  c.timers.sign = c.kin.length > 1 ? c.now + signInterval(c) : Infinity;
}

/** A packet that this node itself has sent just now. */
export function hear(c: Context, node: number): void {
  const before = c.heard.get(node);
  if (before === undefined) return;
  c.heard.set(node, c.now);
  if (c.state !== "operational") return;
  // What is beyond the ordinary interval is lateness: the network's, the peer's or ours.
  const gap = c.now - before - signInterval(c);
  if (gap > c.longestGap) c.longestGap = gap;
}

/** Time for a sign of life, and for a look at the others'. */
export function signTimeout(c: Context): void {
  const interval = signInterval(c);
  const late = c.now - c.timers.sign;
  c.timers.sign = c.now + interval;
  c.longestGap *= GAP_DECAY;
  if (c.state === "operational") c.out.broadcast(encodeMergeDetect(c.me, c.ring), "members", 1);
  if (late > interval) {
    // It was we who were not there: nobody is to blame for what we could not hear.
    for (const node of c.heard.keys()) c.heard.set(node, c.now);
    return;
  }
  const limit = silenceLimit(c);
  const silent = [...c.heard.keys()].filter((node) => isSilent(c, node, limit));
  if (silent.length === 0) return;
  c.out.log("notice", `no sign of life from node ${silent.join(" ")} for ${Math.round(limit)} ms`);
  if (c.state === "recovery") restoreOldRing(c);
  c.failed = union(c.failed, silent);
  c.stats.silenced += silent.length;
  enterGather(c, "a member is silent");
}

function isSilent(c: Context, node: number, limit: number): boolean {
  if (node === c.me || c.failed.includes(node) || !c.procs.includes(node)) return false;
  return c.now - c.heard.get(node)! > limit;
}
