import { agentName } from "./environment.ts";
import {
  changesState,
  effectOf,
  isEmpty,
  type Job,
  jobKey,
  newJob,
  newQueue,
  poolOf,
  type ResourceQueue,
  unitName,
} from "./job.ts";
import { needsMetadata } from "./metadata.ts";
import { MetadataStore } from "./metadata-store.ts";
import { judge, type Verdict } from "./outcome.ts";
import {
  type ExecutorEffect,
  type ExecutorEvent,
  type ExecutorOptions,
  type OperationRequest,
  OpStatus,
  type RunOutcome,
} from "./types.ts";

/** No exit code: the operation never gave one. */
const NO_RC = 193;

/**
 * Runs operations on this node's resources: one at a time per resource, a bounded number at a time
 * on the node, recurring ones on their interval. Monitors and other operations are bounded apart,
 * so that monitors that hang never keep a stop or a start waiting.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #resources = new Map<string, ResourceQueue>();
  readonly #metadata: MetadataStore;
  /** By run id. */
  readonly #running = new Map<string, Job>();
  readonly #timers = new Map<string, () => void>();
  /** Fence devices whose start succeeded here: what a probe of them says. */
  readonly #startedDevices = new Set<string>();
  /** Jobs that only wait for the node's limit, oldest first. */
  readonly #ready: { once: Job[]; recurring: Job[] } = { once: [], recurring: [] };
  readonly #active = { once: 0, recurring: 0 };
  #limit: number;
  #counter = 0;
  /** Of the current step. */
  #nowMs = 0;
  #effects: ExecutorEffect[] = [];

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#limit = Math.max(1, options.operationLimit);
    this.#metadata = new MetadataStore(options);
  }

  /** Takes one event; gives what is to be done, in order. `nowMs` is the wall clock. */
  step(event: ExecutorEvent, nowMs: number): ExecutorEffect[] {
    this.#effects = [];
    this.#nowMs = nowMs;
    this.#take(event);
    this.#startReady();
    return this.#effects;
  }

  /** Operations that are running or waiting to: what a shutdown waits for. */
  busy(): OperationRequest[] {
    return [...this.#resources.values()].flatMap((queue) => {
      const running = queue.running === null ? [] : [queue.running];
      return [...running, ...queue.waiting].map((job) => job.request);
    });
  }

  #take(event: ExecutorEvent): void {
    switch (event.type) {
      case "execute":
        this.#execute(event.request);
        break;
      case "cancel":
        this.#cancel(event.resource, jobKey(event));
        break;
      case "forget":
        this.#cancelAll(event.resource, "silent");
        this.#startedDevices.delete(event.resource);
        break;
      case "forget-all":
        for (const name of [...this.#resources.keys()]) this.#cancelAll(name, "silent");
        this.#startedDevices.clear();
        break;
      case "recheck": {
        const queue = this.#resources.get(event.resource);
        for (const job of queue?.recurring.values() ?? []) this.#runNow(queue!, job);
        break;
      }
      case "cancel-all":
        for (const name of [...this.#resources.keys()]) this.#cancelAll(name, "told");
        break;
      case "run-done":
        if (this.#metadata.owns(event.run)) this.#metadata.done(event.run, event.outcome);
        else this.#runDone(event.run, event.outcome);
        break;
      case "timer":
        this.#timer(event.id);
        break;
      case "unit-changed":
        this.#unitChanged(event.unit);
        break;
      case "limit":
        this.#limit = Math.max(1, event.operations || this.#options.operationLimit);
        break;
    }
  }

  #queueOf(resource: string): ResourceQueue {
    let queue = this.#resources.get(resource);
    if (queue === undefined) {
      queue = newQueue();
      this.#resources.set(resource, queue);
    }
    return queue;
  }

  #execute(request: OperationRequest): void {
    const queue = this.#queueOf(request.resource);
    if (needsMetadata(request.agent.class, request.action)) {
      this.#effects.push(...this.#metadata.ask(request.agent));
    }
    if (changesState(request)) {
      for (const job of [...queue.recurring.values()]) this.#cancelJob(queue, job, "told");
    }
    if (request.intervalMs > 0) {
      const known = queue.recurring.get(jobKey(request));
      if (known !== undefined) {
        this.#renew(queue, known, request);
        return;
      }
    }
    this.#counter += 1;
    const job = newJob(this.#counter, request, this.#nowMs);
    if (request.intervalMs > 0) queue.recurring.set(jobKey(request), job);
    if (request.startDelayMs > 0) this.#delay(queue, job);
    else this.#enqueue(queue, job);
  }

  #delay(queue: ResourceQueue, job: Job): void {
    job.state = "delayed";
    queue.delayed.add(job);
    this.#setTimer(job, job.request.startDelayMs, () => {
      queue.delayed.delete(job);
      this.#enqueue(queue, job);
    });
  }

  /** A recurring operation is asked for again: it runs at once and reports under the new request. */
  #renew(queue: ResourceQueue, job: Job, request: OperationRequest): void {
    job.request = request;
    job.last = null;
    if (job.state === "running") job.again = true;
    else if (job.state === "idle") {
      this.#clearTimer(job);
      this.#enqueue(queue, job);
    }
  }

  #enqueue(queue: ResourceQueue, job: Job): void {
    job.state = "queued";
    job.queuedMs = this.#nowMs;
    queue.waiting.push(job);
    this.#promote(queue);
  }

  /** Chooses the resource's next job when none is running. */
  #promote(queue: ResourceQueue): void {
    if (queue.running !== null) return;
    // What the cluster asked for goes before a monitor that only came round again.
    const at = queue.waiting.findIndex((job) => job.request.intervalMs === 0);
    const [job] = queue.waiting.splice(Math.max(0, at), 1);
    if (job === undefined) return;
    queue.running = job;
    this.#ready[poolOf(job)].push(job);
  }

  #startReady(): void {
    for (const pool of ["once", "recurring"] as const) {
      while (this.#ready[pool].length > 0 && this.#active[pool] < this.#limit) {
        this.#start(this.#ready[pool].shift()!);
      }
    }
  }

  #start(job: Job): void {
    const { request } = job;
    this.#counter += 1;
    job.run = `x${this.#counter}`;
    job.state = "running";
    job.startedMs = this.#nowMs;
    this.#running.set(job.run, job);
    this.#active[poolOf(job)] += 1;
    const what = `${request.action} of ${request.resource} (${agentName(request.agent)})`;
    this.#log("debug", `executing ${what}, call ${request.callId}`);
    const effect = effectOf(job, this.#options);
    if (effect !== null) {
      this.#effects.push(effect);
      return;
    }
    const code = this.#startedDevices.has(request.resource) ? 0 : 7;
    this.#runDone(job.run, { outcome: "exited", code, stdout: "", stderr: "", runMs: 0 });
  }

  #runDone(run: string, outcome: RunOutcome): void {
    const job = this.#running.get(run);
    if (job === undefined) return;
    this.#running.delete(run);
    this.#active[poolOf(job)] -= 1;
    if (this.#isUnitAfterAll(job, outcome)) {
      job.asUnit = true;
      this.#start(job);
      return;
    }
    const { resource } = job.request;
    const queue = this.#queueOf(resource);
    if (queue.running === job) queue.running = null;
    job.run = "";
    this.#noteDevice(job, outcome);
    if (job.cancelled !== "no") this.#reportCancelled(job);
    else if (job.again) {
      job.again = false;
      this.#enqueue(queue, job);
    } else this.#settle(queue, job, outcome);
    this.#promote(queue);
    if (isEmpty(queue)) this.#resources.delete(resource);
  }

  /** `service:NAME` is an init script if there is one, else a systemd unit. */
  #isUnitAfterAll(job: Job, outcome: RunOutcome): boolean {
    const missing = outcome.outcome === "failed" && outcome.errno === "ENOENT";
    const service = job.request.agent.class === "service" && !job.asUnit;
    return missing && service && job.cancelled === "no";
  }

  #settle(queue: ResourceQueue, job: Job, outcome: RunOutcome): void {
    const { request, last } = job;
    const agent = job.asUnit ? { ...request.agent, class: "systemd" } : request.agent;
    const verdict = judge({ ...request, agent }, outcome);
    if (last?.rc !== verdict.rc) job.lastRcChangeMs = job.startedMs;
    if (last?.rc !== verdict.rc || last.status !== verdict.status) {
      job.last = verdict;
      this.#report(job, verdict, outcome);
    }
    if (queue.recurring.get(jobKey(request)) === job) {
      job.state = "idle";
      this.#setTimer(job, request.intervalMs, () => this.#enqueue(queue, job));
    }
  }

  #noteDevice(job: Job, outcome: RunOutcome): void {
    const { request } = job;
    if (request.agent.class !== "stonith" || outcome.outcome !== "exited") return;
    if (request.action === "start" && outcome.code === 0) {
      this.#startedDevices.add(request.resource);
    } else if (request.action === "stop") {
      this.#startedDevices.delete(request.resource);
    }
  }

  /** Gives the result, as soon as the agent's meta-data is known or known not to be had. */
  #report(job: Job, verdict: Verdict, outcome: RunOutcome): void {
    const { request } = job;
    const result = {
      request,
      ...verdict,
      output: outcome.stdout,
      queueTimeMs: Math.max(0, job.startedMs - job.queuedMs),
      execTimeMs: outcome.runMs,
      lastRunMs: job.startedMs,
      lastRcChangeMs: job.lastRcChangeMs,
    };
    if (!needsMetadata(request.agent.class, request.action)) {
      this.#effects.push({ type: "result", result: { ...result, metadata: null } });
      return;
    }
    this.#metadata.whenKnown(request.agent, (metadata) => {
      this.#effects.push({ type: "result", result: { ...result, metadata } });
    });
  }

  #reportCancelled(job: Job): void {
    if (job.cancelled === "silent") return;
    const result = {
      request: job.request,
      status: OpStatus.CANCELLED,
      rc: NO_RC,
      exitReason: "",
      output: "",
      queueTimeMs: 0,
      execTimeMs: 0,
      lastRunMs: job.startedMs,
      lastRcChangeMs: job.lastRcChangeMs,
      metadata: null,
    };
    this.#effects.push({ type: "result", result });
  }

  #cancel(resource: string, key: string): void {
    const queue = this.#resources.get(resource);
    if (queue === undefined) return;
    const candidates = [...queue.recurring.values(), ...queue.waiting, ...queue.delayed];
    const job = candidates.find((candidate) => jobKey(candidate.request) === key);
    if (job !== undefined) this.#cancelJob(queue, job, "told");
  }

  #cancelJob(queue: ResourceQueue, job: Job, how: "told" | "silent"): void {
    const key = jobKey(job.request);
    if (queue.recurring.get(key) === job) queue.recurring.delete(key);
    job.cancelled = how;
    if (job.state === "running") {
      // What it would say is of no interest; what waits behind it is.
      this.#effects.push({ type: "kill", run: job.run });
      return;
    }
    this.#unqueue(queue, job);
    this.#reportCancelled(job);
    this.#promote(queue);
  }

  /** Takes a job that is not running out of every list. */
  #unqueue(queue: ResourceQueue, job: Job): void {
    this.#clearTimer(job);
    queue.delayed.delete(job);
    queue.waiting = queue.waiting.filter((other) => other !== job);
    if (queue.running === job) queue.running = null;
    const pool = poolOf(job);
    this.#ready[pool] = this.#ready[pool].filter((other) => other !== job);
  }

  #cancelAll(resource: string, how: "told" | "silent"): void {
    const queue = this.#resources.get(resource);
    if (queue === undefined) return;
    const { running, recurring, waiting, delayed } = queue;
    const jobs = new Set([...recurring.values(), ...waiting, ...delayed]);
    // A one-shot operation under way ends by itself unless the resource is to be forgotten.
    if (running !== null && how === "silent") jobs.add(running);
    for (const job of jobs) this.#cancelJob(queue, job, how);
    if (isEmpty(queue)) this.#resources.delete(resource);
  }

  /** systemd announced a change: the unit's monitors need not wait for their interval. */
  #unitChanged(unit: string): void {
    for (const queue of this.#resources.values()) {
      for (const job of queue.recurring.values()) {
        const isUnit = job.asUnit || job.request.agent.class === "systemd";
        if (isUnit && unitName(job.request.agent.type) === unit) this.#runNow(queue, job);
      }
    }
  }

  #runNow(queue: ResourceQueue, job: Job): void {
    if (job.state !== "idle") return;
    this.#clearTimer(job);
    this.#enqueue(queue, job);
  }

  /** A job has one timer at most: its start delay or its interval. */
  #setTimer(job: Job, delayMs: number, due: () => void): void {
    const id = `x${job.serial}`;
    this.#timers.set(id, due);
    this.#effects.push({ type: "set-timer", id, delayMs });
  }

  #clearTimer(job: Job): void {
    const id = `x${job.serial}`;
    if (this.#timers.delete(id)) this.#effects.push({ type: "clear-timer", id });
  }

  #timer(id: string): void {
    const due = this.#timers.get(id);
    // One that was cleared while it was on its way here.
    if (due === undefined) return;
    this.#timers.delete(id);
    due();
  }

  #log(level: "debug" | "warning", message: string): void {
    this.#effects.push({ type: "log", level, message });
  }
}
