/** How long the token takes to come round, and what follows from it. */
import type { Context } from "./context.ts";

const WEIGHT = 1 / 8;
/** One lost token must not make the next loss look ordinary. */
const OUTLIER = 4;
/** So many rotations without the token are no ordinary delay. */
const PATIENCE = 8;
const SHORTEST_MS = 20;

/** The token is here. */
export function noteRotation(c: Context): void {
  const took = c.now - c.lastVisitAt;
  c.lastVisitAt = c.now;
  c.tokenResends = 0;
  if (c.rested || took < 0) return;
  if (c.rotationMs === 0) c.rotationMs = took;
  else c.rotationMs += (Math.min(took, OUTLIER * c.rotationMs) - c.rotationMs) * WEIGHT;
}

/**
 * When the token that we passed on is sent again: much sooner than by the configured time where the
 * ring is quick, and twice as late each time. Who has had it already drops it by its number.
 */
export function retransmitAfter(c: Context): number {
  const { tokenRetransmit } = c.settings;
  if (c.tokenHeld || c.rotationMs === 0) return tokenRetransmit;
  const patience = Math.max(SHORTEST_MS, PATIENCE * c.rotationMs) * 2 ** c.tokenResends;
  return Math.min(tokenRetransmit, patience);
}
