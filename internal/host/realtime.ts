import { dlopen, FFIType, ptr } from "bun:ffi";
import { readdirSync } from "node:fs";

const SCHED_RR = 2;
const PRIO_PROCESS = 0;
const LOWEST_NICE = -20;
/** current | future | on fault: without the last, the runtime's reservations would be filled. */
const LOCK_ALL_ON_FAULT = 7;

/** What was asked of the kernel and refused, in words for the log; empty when all was granted. */
export interface RealTime {
  roundRobin: boolean;
  locked: boolean;
  refused: string[];
}

/**
 * Real-time priority for every thread of this process and memory that is never swapped. The
 * collector's helper threads need the priority as much as the main one does: it waits for them.
 */
export function becomeRealTime(options: { roundRobin: boolean }): RealTime {
  const i32 = FFIType.i32;
  const libc = dlopen("libc.so.6", {
    sched_setscheduler: { args: [i32, i32, FFIType.ptr], returns: i32 },
    sched_get_priority_max: { args: [i32], returns: i32 },
    setpriority: { args: [i32, i32, i32], returns: i32 },
    mlockall: { args: [i32], returns: i32 },
    __errno_location: { args: [], returns: FFIType.ptr },
  }).symbols;
  const refused: string[] = [];
  let roundRobin = false;
  if (options.roundRobin) {
    const parameter = new Int32Array([libc.sched_get_priority_max(SCHED_RR)]);
    const threads = readdirSync("/proc/self/task").map(Number);
    roundRobin = threads.every(
      (tid) => libc.sched_setscheduler(tid, SCHED_RR, ptr(parameter)) === 0,
    );
    if (!roundRobin) {
      refused.push("Could not set SCHED_RR at priority 99: not permitted");
      if (libc.setpriority(PRIO_PROCESS, 0, LOWEST_NICE) !== 0) {
        refused.push("Could not set priority -20: not permitted");
      }
    }
  }
  const locked = libc.mlockall(LOCK_ALL_ON_FAULT) === 0;
  if (!locked) refused.push("Could not lock memory of service to avoid page faults: not permitted");
  return { roundRobin, locked, refused };
}
