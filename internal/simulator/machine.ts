import { upgradeCib } from "../cib/mod.ts";
import {
  type LocalAnswer,
  type LocalCommand,
  Node,
  type NodeEffect,
  type NodeEvent,
} from "../node/mod.ts";
import { schedule } from "../scheduler/mod.ts";
import { type Element, parseXml, printXml } from "../xml/mod.ts";
import type { EventQueue } from "./event-queue.ts";
import type { SeededRandom } from "./random.ts";
import type { SimulatedRing } from "./ring.ts";
import type { World } from "./world.ts";

/** Time of a scheduler run and of a durable write. */
const SCHEDULE_MS = 5;
export const DISK_MS = { low: 2, high: 8 };
const EMPTY_CIB =
  '<cib crm_feature_set="3.20.0" validate-with="pacemaker-4.0" epoch="0" num_updates="0" ' +
  'admin_epoch="0"><configuration><crm_config/><nodes/><resources/><constraints/></configuration>' +
  "<status/></cib>";

export interface MachineContext {
  queue: EventQueue;
  random: SeededRandom;
  ring: SimulatedRing;
  world: World;
  nodes: { nodeId: number; name: string }[];
  log(line: string): void;
  /** A fence agent runs on some node; calls back with its exit code. */
  fence(by: string, stdin: string, done: (code: number) => void): void;
}

/** One simulated machine: a disk that keeps, an engine that may die, services that outlive it. */
export class Machine {
  readonly nodeId: number;
  readonly name: string;
  #context: MachineContext;
  /** What was written durably. */
  #disk: string;
  #pid = 1000;
  #engine: Engine | null = null;
  /** Agents at work: processes of the machine, which outlive the engine that started them. */
  readonly agents = new Set<() => void>();
  powered = false;
  /** How long a durable write takes. */
  diskMs = DISK_MS;
  /** How often power was lost. */
  lives = 0;
  /** An engine was started since the boot, and has not left in order. */
  #running = false;

  constructor(nodeId: number, name: string, context: MachineContext, disk = EMPTY_CIB) {
    this.#disk = disk;
    this.nodeId = nodeId;
    this.name = name;
    this.#context = context;
  }

  get node(): Node | null {
    return this.#engine?.node ?? null;
  }

  powerOn(): void {
    if (this.powered) return;
    this.powered = true;
    this.#context.ring.powerOn(this.nodeId);
    this.startEngine();
  }

  /** Power is lost: processes are gone, what was not on disk is lost. */
  powerOff(): void {
    if (!this.powered) return;
    this.powered = false;
    this.lives += 1;
    this.#running = false;
    this.#stopEngine();
    this.#context.world.powerOff(this.name);
    this.#context.ring.powerOff(this.nodeId);
  }

  startEngine(): void {
    if (!this.powered || this.#engine !== null) return;
    // As the engine's host does: what the last engine left at work is ended before anything else.
    for (const cancel of this.agents) cancel();
    this.agents.clear();
    this.#pid += 1;
    const leftovers = this.#running;
    this.#running = true;
    const parsed = parseXml(this.#disk);
    if (!parsed.ok) throw new Error(parsed.error.message);
    this.#engine = new Engine(this, this.#pid, leftovers, parsed.value, this.#context, (text) => {
      this.#disk = text;
    });
    this.#engine.join();
  }

  /** The engine dies (SIGKILL). Its services run on. */
  killEngine(): void {
    if (this.#engine === null) return;
    this.#stopEngine();
    this.#context.ring.leave(this.nodeId, "procdown");
  }

  /** SIGTERM to the engine. */
  shutDown(): void {
    this.#engine?.step({ type: "stop" });
  }

  request(command: LocalCommand, body: unknown, answer: (answer: LocalAnswer) => void): void {
    if (this.#engine === null) throw new Error(`no engine on ${this.name}`);
    this.#engine.request(command, body, answer);
  }

  /** The engine ended by itself. */
  ended(code: number, clean: boolean): void {
    if (clean) this.#running = false;
    this.#context.log(`${this.name}: engine exits with ${code}`);
    this.#stopEngine();
    this.#context.ring.leave(this.nodeId, "leave");
  }

  #stopEngine(): void {
    this.#engine?.stop();
    this.#engine = null;
  }
}

/** One life of an engine. */
class Engine {
  readonly node: Node;
  #machine: Machine;
  #pid: number;
  #context: MachineContext;
  #save: (text: string) => void;
  #timers = new Map<string, () => void>();
  #answers = new Map<number, (answer: LocalAnswer) => void>();
  #requests = 0;
  #alive = true;

  constructor(
    machine: Machine,
    pid: number,
    leftovers: boolean,
    cib: Element,
    context: MachineContext,
    save: (text: string) => void,
  ) {
    this.#machine = machine;
    this.#pid = pid;
    this.#context = context;
    this.#save = save;
    const { random, queue, nodes } = context;
    this.node = new Node({
      nodeId: machine.nodeId,
      nodeName: machine.name,
      pid,
      clusterName: "simulated",
      nodes,
      cib,
      startedAtMs: queue.nowMs,
      leftovers,
      dcVersion: "3.0.0-muster",
      haveWatchdog: false,
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

  join(): void {
    const { ring } = this.#context;
    ring.join(this.#machine.nodeId, this.#pid, (event) => this.step({ type: "ring", event }));
  }

  stop(): void {
    this.#alive = false;
  }

  request(command: LocalCommand, body: unknown, answer: (answer: LocalAnswer) => void): void {
    this.#requests += 1;
    const id = this.#requests;
    this.#answers.set(id, answer);
    this.step({ type: "request", id, command, body, peer: { user: "root", pid: 1 } });
  }

  step(event: NodeEvent): void {
    if (!this.#alive) return;
    for (const effect of this.node.step(event, this.#context.queue.nowMs)) {
      if (this.#alive) this.#do(effect);
    }
  }

  #do(effect: NodeEffect): void {
    const { ring, queue } = this.#context;
    switch (effect.type) {
      case "multicast":
        ring.multicast({ nodeId: this.#machine.nodeId, pid: this.#pid }, effect.payload);
        return;
      case "answer":
        this.#answers.get(effect.id)?.(effect.answer);
        this.#answers.delete(effect.id);
        return;
      case "persist":
        this.#persist(effect.sequence, printXml(effect.cib));
        return;
      case "schedule":
        this.#schedule(effect.run, printXml(effect.cib));
        return;
      case "run":
      case "run-fence":
        this.#run(effect);
        return;
      case "set-timer":
        this.#timers.get(effect.id)?.();
        this.#timers.set(
          effect.id,
          queue.after(effect.delayMs, () => {
            this.#timers.delete(effect.id);
            this.step({ type: "timer", id: effect.id });
          }),
        );
        return;
      case "clear-timer":
        this.#timers.get(effect.id)?.();
        this.#timers.delete(effect.id);
        return;
      case "log":
        this.#context.log(`${this.#machine.name} ${effect.level}: ${effect.message}`);
        return;
      case "exit":
        this.#machine.ended(effect.code, effect.clean);
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

  #persist(sequence: number, text: string): void {
    const { random, queue } = this.#context;
    const { low, high } = this.#machine.diskMs;
    queue.after(random.between(low, high), () => {
      // A machine without power writes nothing; an engine that died had its write under way.
      if (!this.#alive) return;
      this.#save(text);
      this.step({ type: "persisted", sequence, error: null });
    });
  }

  #schedule(run: number, text: string): void {
    const { queue } = this.#context;
    const nowMs = queue.nowMs;
    queue.after(SCHEDULE_MS, () => {
      if (!this.#alive) return;
      const parsed = parseXml(text);
      if (!parsed.ok) throw new Error(parsed.error.message);
      const upgraded = upgradeCib(parsed.value);
      if (!upgraded.ok) throw new Error(upgraded.error.message);
      const { graph } = schedule(upgraded.value, { nowMs });
      this.step({ type: "scheduled", run, graph, error: null });
    });
  }

  #run(effect: Extract<NodeEffect, { type: "run" | "run-fence" }>): void {
    const { queue, world } = this.#context;
    const { name } = this.#machine;
    if (effect.type === "run-fence") {
      this.#context.fence(name, effect.stdin, (code) => {
        const outcome = { outcome: "exited", code, stdout: "", stderr: "", runMs: 10 } as const;
        this.step({ type: "run-done", run: effect.run, outcome });
      });
      return;
    }
    const takes = Math.min(world.begin(name, effect, queue.nowMs), effect.timeoutMs);
    const { agents } = this.#machine;
    const cancel = queue.after(takes, () => {
      agents.delete(cancel);
      // The agent is a process of the machine: it ends its work although its engine died.
      if (!this.#machine.powered) return;
      const outcome = world.finish(name, effect, queue.nowMs);
      this.step({ type: "run-done", run: effect.run, outcome });
    });
    agents.add(cancel);
  }
}
