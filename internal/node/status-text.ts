import { exitText } from "../base/mod.ts";
import { OpStatus } from "../executor/mod.ts";

const TEXTS: Record<number, string> = {
  [OpStatus.PENDING]: "pending",
  [OpStatus.CANCELLED]: "Cancelled",
  [OpStatus.TIMEOUT]: "Timed Out",
  [OpStatus.NOT_SUPPORTED]: "NOT SUPPORTED",
  [OpStatus.ERROR]: "Error",
  [OpStatus.ERROR_HARD]: "Hard error",
  [OpStatus.ERROR_FATAL]: "Fatal error",
  [OpStatus.NOT_INSTALLED]: "Not installed",
  [OpStatus.NOT_CONNECTED]: "Internal communication failure",
  [OpStatus.INVALID]: "Cannot execute now",
  [OpStatus.NO_FENCE_DEVICE]: "No fence device",
  [OpStatus.NO_SECRETS]: "CIB secrets unavailable",
};

/** What came of an operation, in words: its exit code's where it ran to its end. */
export function statusText(status: number, rc: number): string {
  return status === OpStatus.DONE ? exitText(rc) : (TEXTS[status] ?? "UNKNOWN!");
}
