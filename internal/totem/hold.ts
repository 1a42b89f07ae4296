/** The token of an idle ring rests at the representative; what is to be done wakes it. */
import { encodeHoldCancel } from "../wire/mod.ts";
import { type Context, releaseToken } from "./context.ts";

/** Something is to be sent while the token rests. */
export function cancelHold(c: Context): void {
  if (c.tokenHeld && c.state === "operational") wakeToken(c);
}

/**
 * Ends the rest, here and at the representative. Also while somebody asks for what it missed: a
 * rotation that waits for the hold timer serves one request in the time of a thousand.
 */
export function wakeToken(c: Context): void {
  c.tokenHeld = false;
  if (c.ring.rep === c.me) handleHoldCancel(c);
  else {
    startCounting(c);
    c.out.broadcast(encodeHoldCancel(c.me, c.ring), "members");
  }
}

/**
 * No rest before the token has come round again often enough. The word may overtake the token on its
 * way to the representative, which would lay it down all the same, with nobody left to wake it.
 */
function startCounting(c: Context): void {
  c.seqUnchanged = 0;
  c.settled = 0;
}

/** A token that is not resting is sent twice then; its number tells. */
export function handleHoldCancel(c: Context): void {
  startCounting(c);
  if (c.ring.rep !== c.me || (c.state !== "operational" && c.state !== "recovery")) return;
  c.timers.holdRetransmit = Infinity;
  releaseToken(c);
}

export function holdTimeout(c: Context): void {
  c.timers.holdRetransmit = Infinity;
  if (c.state === "operational" || c.state === "recovery") releaseToken(c);
}
