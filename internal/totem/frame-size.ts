/**
 * How large a frame we send. A large one saves work, but on the wire it is many datagrams, and lost
 * with any one of them: at 5 % loss hardly one of 47 pieces comes through whole. So where many frames
 * are asked for again they are made smaller, and larger again once they arrive.
 */
import type { Token } from "../wire/mod.ts";
import type { Context } from "./context.ts";
import { seqDistance } from "./seq.ts";

const WEIGHT = 1 / 16;
/** Shares of the frames that are asked for again. */
const TOO_MANY = 0.1;
const FEW = 0.01;

/** Payload bytes of one frame, for now. */
export function payloadLimit(c: Context): number {
  const { payloadLimit: most, payloadLeast: least } = c.settings;
  return Math.max(Math.min(least, most), Math.min(most, c.frameBytes));
}

/** Looks at the requests that the token brings, before it is changed. */
export function noteLosses(c: Context, token: Token): void {
  const frames = seqDistance(c.lastTokenSeqNumber, token.seq);
  if (c.state !== "operational" || frames === 0 || frames > c.settings.windowSize * 2) return;
  const lost = Math.min(1, token.rtr.length / frames);
  c.lossShare += (lost - c.lossShare) * WEIGHT;
  const now = payloadLimit(c);
  if (c.lossShare > TOO_MANY && now > c.settings.payloadLeast) {
    c.frameBytes = Math.trunc(now / 2);
    // What is under way was cut before: it must not count against the new size.
    c.lossShare = (TOO_MANY + FEW) / 2;
  } else if (c.lossShare < FEW && now < c.settings.payloadLimit) {
    c.frameBytes = now * 2;
    c.lossShare = (TOO_MANY + FEW) / 2;
  }
}
