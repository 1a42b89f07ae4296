import type { SpawnResult } from "../ports/mod.ts";
import type { Context } from "./context.ts";
import {
  actionLimit,
  actionTimeoutMs,
  actionTries,
  agentInput,
  supports,
} from "./device-parameters.ts";
import { because } from "./reason-text.ts";
import type { FenceDevice } from "./types.ts";

/** How a device's work ended. */
export interface Work {
  ok: boolean;
  /** Exit code of the agent, or 1. */
  code: number;
  /** An OpStatus number. */
  status: number;
  reason: string;
  output: string;
  runMs: number;
  /** Name of the errno, when the agent could not be started. */
  errno?: string;
}

interface Task {
  device: FenceDevice;
  action: string;
  target: string | null;
  /** What is left for the tries to come. */
  timeoutMs: number;
  /** What there was for all tries. */
  totalMs: number;
  triesLeft: number;
  fencing: boolean;
  run: string;
  done: (work: Work) => void;
}

const DONE = 0;
const TIMEOUT = 2;
const ERROR = 4;
const NOT_INSTALLED = 7;

/** Runs fence agents: so many at once per device, again when they fail, fencing before the rest. */
export class Bench {
  readonly #context: Context;
  readonly #waiting = new Map<string, Task[]>();
  readonly #active = new Map<string, number>();
  readonly #running = new Map<string, Task>();

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Does `action` (off, reboot, on, monitor, list, status) with a device. A reboot that the agent
   * does not know becomes off alone. The device's own timeout goes before `timeoutMs`.
   */
  perform(
    device: FenceDevice,
    action: string,
    target: string | null,
    timeoutMs: number,
    done: (work: Work) => void,
  ): void {
    const info = this.#context.options.agentInfo(device.agent);
    if (action === "reboot" && !supports(device, action, info)) {
      this.#context.log(
        "notice",
        `Remapping 'reboot' action targeting ${target} using ${device.id} to 'off' because agent ` +
          `'${device.agent}' does not support reboot`,
      );
      this.perform(device, "off", target, timeoutMs, done);
      return;
    }
    const fencing = action === "off" || action === "reboot" || action === "on";
    const totalMs = actionTimeoutMs(device, action, timeoutMs);
    const task: Task = {
      device,
      action,
      target,
      timeoutMs: totalMs,
      totalMs,
      triesLeft: actionTries(device, action),
      fencing,
      run: "",
      done,
    };
    const queue = this.#waiting.get(device.id) ?? [];
    this.#waiting.set(device.id, queue);
    if (fencing) queue.unshift(task);
    else queue.push(task);
    this.#startNext(device);
  }

  /** True when the run was one of ours. */
  runDone(run: string, outcome: SpawnResult): boolean {
    const task = this.#running.get(run);
    if (task === undefined) return false;
    this.#running.delete(run);
    const { device } = task;
    this.#active.set(device.id, (this.#active.get(device.id) ?? 1) - 1);
    const work = judge(task, outcome);
    const leftMs = task.timeoutMs - outcome.runMs;
    // One that used up most of its time will not do better in the rest.
    const again = !work.ok && work.status === ERROR && leftMs > task.totalMs * 0.3;
    task.triesLeft -= 1;
    if (again && task.triesLeft > 0) {
      this.#context.log(
        "notice",
        `${device.id} could not ${task.action} ${task.target ?? ""}${because(work.reason)}; trying again`,
      );
      task.timeoutMs = leftMs;
      this.#waiting.get(device.id)!.unshift(task);
    } else {
      task.done(work);
    }
    this.#startNext(device);
    return true;
  }

  #startNext(device: FenceDevice): void {
    const queue = this.#waiting.get(device.id) ?? [];
    const limit = actionLimit(device);
    while (queue.length > 0 && (this.#active.get(device.id) ?? 0) < limit) {
      const task = queue.shift()!;
      task.run = this.#context.newId("f");
      this.#running.set(task.run, task);
      this.#active.set(device.id, (this.#active.get(device.id) ?? 0) + 1);
      const info = this.#context.options.agentInfo(task.device.agent);
      const stdin = agentInput(task.device, task.action, task.target, info);
      const { run, timeoutMs } = task;
      this.#context.emit({ type: "run", run, agent: task.device.agent, stdin, timeoutMs });
    }
  }
}

function judge(task: Task, outcome: SpawnResult): Work {
  const { code, stdout: output, runMs } = outcome;
  const failed = (status: number, reason: string, exit = 1): Work => ({
    ok: false,
    code: exit,
    status,
    reason,
    output,
    runMs,
    ...(outcome.errno === undefined ? {} : { errno: outcome.errno }),
  });
  switch (outcome.outcome) {
    case "exited":
      if (code === 0) return { ok: true, code, status: DONE, reason: "", output, runMs };
      return failed(ERROR, lastLine(outcome.stderr), code);
    case "timeout":
      return failed(TIMEOUT, `Fence agent did not complete within ${seconds(task.timeoutMs)}`);
    case "signalled":
      return failed(ERROR, `Fence agent was ended by signal ${code}`);
    case "failed": {
      const missing = outcome.errno === "ENOENT";
      const reason = outcome.error ?? "Fence agent could not be started";
      return failed(missing ? NOT_INSTALLED : ERROR, reason);
    }
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)}s`;
}

function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return (lines.at(-1) ?? "").trim().slice(0, 256);
}
