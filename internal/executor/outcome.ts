import { exitReasonOf } from "./environment.ts";
import { type OperationRequest, OpStatus, type RunOutcome } from "./types.ts";

/** What a run means for the operation. */
export interface Verdict {
  status: OpStatus;
  /** OCF exit code. */
  rc: number;
  exitReason: string;
}

const OCF_ERROR = 1;
const OCF_INSUFFICIENT_PRIV = 4;
const OCF_NOT_INSTALLED = 5;
const OCF_NOT_RUNNING = 7;
/** Beyond the highest code that the standard knows (191: promoted, but about to fail). */
const OCF_LARGEST = 191;

/** Turns the end of a process, a unit's job or a device's work into status and OCF exit code. */
export function judge(request: OperationRequest, outcome: RunOutcome): Verdict {
  switch (outcome.outcome) {
    case "exited":
      return judgeExit(request, outcome);
    case "signalled": {
      const exitReason = `${kind(request)} interrupted by ${signalText(outcome.code)} signal`;
      return { status: OpStatus.ERROR, rc: OCF_ERROR, exitReason };
    }
    case "timeout": {
      const exitReason = `${kind(request)} did not complete within ${readableMs(request.timeoutMs)}`;
      return { status: OpStatus.TIMEOUT, rc: OCF_ERROR, exitReason };
    }
    case "failed":
      return judgeFailure(outcome);
  }
}

function judgeExit(request: OperationRequest, outcome: RunOutcome): Verdict {
  const { code } = outcome;
  const done = (rc: number): Verdict => ({
    status: OpStatus.DONE,
    rc,
    exitReason: outcome.error ?? exitReasonOf(outcome.stderr),
  });
  switch (request.agent.class) {
    case "ocf":
      return done(code < 0 || code > OCF_LARGEST ? OCF_ERROR : code);
    case "lsb":
    case "service":
      return done(request.action === "monitor" ? lsbStatus(code) : lsbAction(code));
    default:
      // Units and devices report in OCF codes already.
      return done(code);
  }
}

/** LSB's status codes: dead with a pid file or a lock is simply not running to a cluster. */
function lsbStatus(code: number): number {
  if (code === 0) return 0;
  if (code === 150) return OCF_NOT_INSTALLED;
  return code >= 1 && code <= 3 ? OCF_NOT_RUNNING : OCF_ERROR;
}

function lsbAction(code: number): number {
  return code < 0 || code > OCF_NOT_RUNNING ? OCF_ERROR : code;
}

/** The program could not be started at all. */
function judgeFailure(outcome: RunOutcome): Verdict {
  switch (outcome.errno) {
    case "ENOENT":
    case "ENOTDIR":
    case "EISDIR":
    case "EINVAL":
    case "ENOEXEC":
      return {
        status: OpStatus.NOT_INSTALLED,
        rc: OCF_NOT_INSTALLED,
        exitReason: outcome.error ?? "No such file or directory",
      };
    case "EACCES":
    case "EPERM":
      return {
        status: OpStatus.ERROR,
        rc: OCF_INSUFFICIENT_PRIV,
        exitReason: outcome.error ?? "Permission denied",
      };
    case "ENOSECRETS":
      return { status: OpStatus.NO_SECRETS, rc: OCF_ERROR, exitReason: outcome.error ?? "" };
    case "ENODEVICE":
      return { status: OpStatus.NO_FENCE_DEVICE, rc: OCF_ERROR, exitReason: outcome.error ?? "" };
    default:
      return { status: OpStatus.ERROR, rc: OCF_ERROR, exitReason: outcome.error ?? "" };
  }
}

function kind(request: OperationRequest): string {
  return request.agent.class === "stonith" ? "Fence agent" : "Resource agent";
}

/** As strsignal(3) says it, for the signals that end agents in practice. */
const SIGNAL_TEXTS: Record<number, string> = {
  1: "Hangup",
  2: "Interrupt",
  3: "Quit",
  4: "Illegal instruction",
  5: "Trace/breakpoint trap",
  6: "Aborted",
  7: "Bus error",
  8: "Floating point exception",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  13: "Broken pipe",
  14: "Alarm clock",
  15: "Terminated",
  24: "CPU time limit exceeded",
  25: "File size limit exceeded",
  31: "Bad system call",
};

function signalText(signal: number): string {
  return SIGNAL_TEXTS[signal] ?? `Unknown signal ${signal}`;
}

/** `20s`, `1m30s`, `500ms`, as Pacemaker shows intervals. */
export function readableMs(ms: number): string {
  const units: [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
  ];
  let left = Math.trunc(ms);
  let text = "";
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  if (left >= 1000) {
    const rest = left % 1000;
    const seconds = Math.floor(left / 1000);
    text += rest === 0 ? `${seconds}s` : `${seconds}.${String(rest).padStart(3, "0")}s`;
  } else if (left > 0) {
    text += `${left}ms`;
  }
  return text === "" ? "0s" : text;
}
