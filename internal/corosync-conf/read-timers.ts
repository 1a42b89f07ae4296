import { err, ok, type Result } from "../base/mod.ts";
import type { TotemTimers } from "./model.ts";
import { type ConfSection, lastValue } from "./tree.ts";

/** Corosync refuses most timers below this. */
export const SMALLEST_TIMER_MS = 30;

/** The totem timers with their derivations; `nodes` is the length of the node list. */
export function readTimers(root: ConfSection, nodes: number): Result<TotemTimers> {
  // A value of 0 means "default" for those that must not be 0, as in the original.
  const number = (name: string, fallback: number) => {
    const text = lastValue(root, "totem", name);
    return text === null ? fallback : Number(text);
  };
  const nonZero = (name: string, fallback: number) => number(name, 0) || fallback;
  const coefficient = number("token_coefficient", 650);
  const token = nonZero("token", 3000) + (nodes > 2 ? (nodes - 2) * coefficient : 0);
  const retransmits = nonZero("token_retransmits_before_loss_const", 4);
  const tokenRetransmit = nonZero("token_retransmit", Math.trunc(token / (retransmits + 0.2)));
  const timers: TotemTimers = {
    token,
    tokenRetransmit,
    tokenRetransmitsBeforeLoss: retransmits,
    tokenWarning: number("token_warning", 75),
    hold: nonZero("hold", Math.trunc(tokenRetransmit * 0.8 - 10)),
    consensus: nonZero("consensus", Math.trunc(token * 1.2)),
    join: nonZero("join", 50),
    sendJoin: number("send_join", 0),
    merge: nonZero("merge", 200),
    downcheck: nonZero("downcheck", 1000),
    failRecv: nonZero("fail_recv_const", 2500),
    seqnoUnchanged: nonZero("seqno_unchanged_const", 30),
    windowSize: nonZero("window_size", 50),
    maxMessages: nonZero("max_messages", 17),
    missCount: nonZero("miss_count_const", 5),
    heartbeatFailuresAllowed: number("heartbeat_failures_allowed", 0),
    maxNetworkDelay: nonZero("max_network_delay", 50),
    cancelTokenHoldOnRetransmit:
      lastValue(root, "totem", "cancel_token_hold_on_retransmit") === "yes",
  };
  const complaint = check(timers, number("token_retransmit", 0) !== 0);
  return complaint === null ? ok(timers) : err(complaint);
}

/** `given`: token_retransmit stands in the file, it was not derived. */
function check(t: TotemTimers, given: boolean): string | null {
  const least = SMALLEST_TIMER_MS;
  const below = (name: string, value: number) =>
    `The ${name} parameter (${value} ms) may not be less than (${least} ms).`;
  if (t.maxNetworkDelay < least) return below("max_network_delay", t.maxNetworkDelay);
  if (t.token < least) return below("token timeout", t.token);
  if (t.tokenWarning > 100) {
    return `The token warning parameter (${t.tokenWarning}%) must be between 0 (disabled) and 100.`;
  }
  if (t.tokenRetransmit < least) {
    return given
      ? below("token retransmit timeout", t.tokenRetransmit)
      : "Not appropriate token or token_retransmits_before_loss_const value set";
  }
  if (t.hold < least) return below("token hold timeout", t.hold);
  if (t.join < least) return below("join timeout", t.join);
  if (t.consensus < least) return below("consensus timeout", t.consensus);
  if (t.consensus < t.join) {
    return (
      `The consensus timeout parameter (${t.consensus} ms) may not be less than ` +
      `join timeout (${t.join} ms).`
    );
  }
  if (t.merge < least) return below("merge timeout", t.merge);
  if (t.downcheck < least) return below("downcheck timeout", t.downcheck);
  return null;
}
