import { OnFail } from "../constants.ts";
import type { ScoreReason } from "../reason.ts";
import type { Resource } from "../resource.ts";
import type { HistoryOp } from "./operation.ts";

/** Exit codes of agents. */
export const Rc = {
  ok: 0,
  invalidParam: 2,
  unimplemented: 3,
  insufficientPrivileges: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
  promoted: 8,
  failedPromoted: 9,
  degraded: 190,
  degradedPromoted: 191,
  none: 193,
} as const;

/** How the execution of an operation ended. */
export const Status = {
  pending: -1,
  done: 0,
  cancelled: 1,
  timeout: 2,
  notSupported: 3,
  error: 4,
  errorHard: 5,
  errorFatal: 6,
  notInstalled: 7,
  notConnected: 8,
  invalid: 9,
  noFenceDevice: 10,
  noSecrets: 11,
} as const;

/**
 * Whether a probe, by the result that history has of it, could not tell because the software is
 * absent: as good as "not running".
 */
export function isMaskedProbe(resource: Resource, rc: number, status: number): boolean {
  const absent = rc === Rc.notInstalled || rc === Rc.invalidParam || status === Status.notInstalled;
  return absent && resource.bundle() === null;
}

const WORDS = Object.fromEntries(Object.entries(OnFail).map(([word, n]) => [n, word]));

export function banForFailure(op: HistoryOp, onFail: OnFail): ScoreReason {
  const operation = op.xml.get("id") ?? "";
  return { kind: "failed-operation", operation, onFail: WORDS[onFail] ?? "" };
}
