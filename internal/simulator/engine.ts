import { upgradeCib } from "../cib/mod.ts";
import {
  type LocalAnswer,
  type LocalCommand,
  Node,
  type NodeEffect,
  type NodeEvent,
  Timers,
} from "../node/mod.ts";
import { schedule } from "../scheduler/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { HeldCib } from "./disk.ts";
import type { Machine, MachineContext } from "./machine.ts";

/** Time of a scheduler run. */
const SCHEDULE_MS = 5;
/** Events that reach a process that does not run; what is beyond was lost by whoever sent it. */
const WAITING_LIMIT = 100_000;

/** One life of an engine. */
export class Engine {
  readonly node: Node;
  readonly #machine: Machine;
  readonly #pid: number;
  readonly #context: MachineContext;
  readonly #timers: Timers;
  readonly #answers = new Map<number, (answer: LocalAnswer) => void>();
  #requests = 0;
  #alive = true;
  /** Not scheduled by its machine: what reaches it meanwhile, in order. */
  #paused = false;
  stopping = false;
  #waiting: NodeEvent[] = [];

  constructor(
    machine: Machine,
    pid: number,
    leftovers: boolean,
    held: HeldCib,
    context: MachineContext,
  ) {
    this.#machine = machine;
    this.#pid = pid;
    this.#context = context;
    const { random, nodes, queue } = context;
    const after = (delayMs: number, due: () => void) =>
      queue.after(delayMs * machine.clockRate, due);
    this.#timers = new Timers(after, (id) => this.step({ type: "timer", id }));
    this.node = new Node({
      nodeId: machine.nodeId,
      nodeName: machine.name,
      pid,
      clusterName: "simulated",
      nodes,
      ...held,
      startedAtMs: machine.clockMs,
      leftovers,
      dcVersion: "3.0.0-muster",
      watchdog: context.watchdogMs === null ? null : { timeoutMs: context.watchdogMs },
      ocfRoot: "/usr/lib/ocf",
      runFolder: "/run",
      operationLimit: 4,
      agentEnv: {},
      utcOffsetMinutes: 0,
      random: () => random.uint32(),
      uuid: () => random.uuid(),
      fenceAgentInfo: () => null,
    });
  }

  /** Timers that are set, and requests that were not answered. */
  get open(): { timers: number; requests: number } {
    return { timers: this.#timers.size, requests: this.#answers.size };
  }

  get paused(): boolean {
    return this.#paused;
  }

  get pid(): number {
    return this.#pid;
  }

  join(): void {
    this.step({ type: "start" });
    const { ring } = this.#context;
    ring.join(this.#machine.nodeId, this.#pid, (event) => this.step({ type: "ring", event }));
  }

  stop(): void {
    this.#alive = false;
    this.#timers.clear();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.step(event);
  }

  request(command: LocalCommand, body: unknown, answer: (answer: LocalAnswer) => void): void {
    this.#requests += 1;
    const id = this.#requests;
    this.#answers.set(id, answer);
    this.step({ type: "request", id, command, body, peer: { user: "root", pid: 1 } });
  }

  step(event: NodeEvent): void {
    if (!this.#alive) return;
    if (this.#paused) {
      if (this.#waiting.length < WAITING_LIMIT) this.#waiting.push(event);
      return;
    }
    if (event.type === "stop") this.stopping = true;
    for (const effect of this.#effects(event)) {
      if (this.#alive) this.#do(effect);
    }
  }

  /** A defect ends the process, which is a finding and no end of the simulation. */
  #effects(event: NodeEvent): NodeEffect[] {
    try {
      return this.node.step(event, this.#machine.clockMs);
    } catch (error) {
      this.#context.defect(this.#machine, error);
      this.#machine.killEngine();
      this.#machine.respawn();
      return [];
    }
  }

  #do(effect: NodeEffect): void {
    const { ring } = this.#context;
    switch (effect.type) {
      case "multicast":
        ring.multicast({ nodeId: this.#machine.nodeId, pid: this.#pid }, effect.payload);
        return;
      case "answer":
        this.#answers.get(effect.id)?.(effect.answer);
        this.#answers.delete(effect.id);
        return;
      case "persist":
        this.#persist(effect.sequence, effect);
        return;
      case "schedule":
        this.#schedule(effect.run, effect.cib);
        return;
      case "run":
      case "run-fence":
        this.#run(effect);
        return;
      case "set-timer":
      case "clear-timer":
        this.#timers.do(effect);
        return;
      case "log":
        // Every monitor of every minute would be told.
        if (effect.level === "debug") return;
        this.#context.log(this.#machine.name, effect.level, effect.message);
        return;
      case "exit":
        this.#machine.ended(effect.code, effect.clean);
        return;
      case "watchdog":
        this.#machine.watchdog(effect.order);
        return;
      case "watch-line":
      case "kill":
      case "remote-connect":
      case "remote-send":
      case "remote-close":
      case "run-unit":
      case "run-alert":
        return;
    }
  }

  #persist(sequence: number, { cib, ground }: HeldCib): void {
    // A machine without power writes nothing more; a write under way may or may not have landed.
    this.#machine.disk.write({ cib, ground }, (error) => {
      if (this.#alive) this.step({ type: "persisted", sequence, error });
    });
  }

  /** The scheduler is pure, so it may run at once; its result is there when its thread is done. */
  #schedule(run: number, cib: Element): void {
    this.#context.scheduled();
    const graph = this.#graphOf(cib);
    const error = graph === null ? "the scheduler failed" : null;
    this.#context.queue.after(SCHEDULE_MS, () =>
      this.step({ type: "scheduled", run, graph, error }),
    );
  }

  #graphOf(cib: Element): Element | null {
    try {
      const upgraded = upgradeCib(cib);
      if (!upgraded.ok) throw new Error(upgraded.error.message);
      return schedule(upgraded.value, { nowMs: this.#machine.clockMs }).graph;
    } catch (error) {
      this.#context.defect(this.#machine, error);
      return null;
    }
  }

  #run(effect: Extract<NodeEffect, { type: "run" | "run-fence" }>): void {
    const { queue, world } = this.#context;
    const { name } = this.#machine;
    if (effect.type === "run-fence") {
      this.#context.fence(name, effect, (code) => {
        const outcome = code === null ? "timeout" : "exited";
        const done = { outcome, code: code ?? 0, stdout: "", stderr: "", runMs: 10 } as const;
        this.step({ type: "run-done", run: effect.run, outcome: done });
      });
      return;
    }
    const takes = Math.min(world.begin(name, effect, queue.nowMs), effect.timeoutMs);
    const { agents } = this.#machine;
    const cancel = queue.after(takes, () => {
      agents.delete(cancel);
      // The agent is a process of the machine: it ends its work although its engine died.
      this.#machine.whenRunning(() => {
        const outcome = world.finish(name, effect, queue.nowMs);
        this.step({ type: "run-done", run: effect.run, outcome });
      });
    });
    agents.add(cancel);
  }
}
