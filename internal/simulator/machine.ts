import { ExitCode } from "../base/mod.ts";
import type { LocalAnswer, LocalCommand, Node } from "../node/mod.ts";
import { type Element, parseXml } from "../xml/mod.ts";
import { SimulatedDisk } from "./disk.ts";
import { Engine } from "./engine.ts";
import type { EventQueue } from "./event-queue.ts";
import type { SeededRandom } from "./random.ts";
import type { Ring } from "./ring.ts";
import type { World } from "./world.ts";

const EMPTY_CIB =
  '<cib crm_feature_set="3.20.0" validate-with="pacemaker-4.0" epoch="0" num_updates="0" ' +
  'admin_epoch="0"><configuration><crm_config/><nodes/><resources/><constraints/></configuration>' +
  "<status/></cib>";

/** How long a supervisor takes to start an engine that exited. */
const RESPAWN_MS = 200;

export interface MachineContext {
  queue: EventQueue;
  random: SeededRandom;
  ring: Ring;
  world: World;
  nodes: { nodeId: number; name: string }[];
  /** Timeout of each machine's watchdog device; null when they have none. */
  watchdogMs: number | null;
  /** A machine's watchdog device was not fed in time and resets it. */
  reset(machine: Machine): void;
  /** Some node's scheduler runs. */
  scheduled(): void;
  /** Our code threw an error in a machine's engine. */
  defect(machine: Machine, error: unknown): void;
  /** A machine's engine left in order. */
  left(machine: Machine): void;
  /** A line of the log: who says it, of what kind, and what. */
  log(who: string, kind: string, text: string): void;
  /** A fence agent runs on some node; calls back with its exit code, null when it was timed out. */
  fence(by: string, run: FenceRun, done: (code: number | null) => void): void;
}

export interface FenceRun {
  stdin: string;
  timeoutMs: number;
}

/** One simulated machine: a disk that keeps, an engine that may die, services that outlive it. */
export class Machine {
  readonly nodeId: number;
  readonly name: string;
  readonly disk: SimulatedDisk;
  #context: MachineContext;
  #pid = 1000;
  #engine: Engine | null = null;
  /** Agents at work: processes of the machine, which outlive the engine that started them. */
  readonly agents = new Set<() => void>();
  powered = false;
  /** How often power was lost. */
  lives = 0;
  /** How often its engine ended by itself. */
  departures = 0;
  /** How far its wall clock is ahead, in milliseconds. */
  clockOffsetMs = 0;
  /** How long its timers take, compared with true time. */
  clockRate = 1;
  /** When it, or its engine, last stood still. */
  resumedMs = 0;
  /** Nothing on it runs, until it is resumed: what its agents had to do then. */
  #paused: (() => void)[] | null = null;
  /** An engine was started since the boot, and has not left in order. */
  #running = false;
  /** To be started again when it has stopped. */
  #again = false;
  #cancelWatchdog: () => void = () => {};

  constructor(nodeId: number, name: string, context: MachineContext, disk = EMPTY_CIB) {
    this.disk = new SimulatedDisk(context.queue, context.random, tree(disk), tree(EMPTY_CIB));
    this.nodeId = nodeId;
    this.name = name;
    this.#context = context;
  }

  get node(): Node | null {
    return this.#engine?.node ?? null;
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  get paused(): boolean {
    return this.#paused !== null;
  }

  /** What its wall clock shows. */
  get clockMs(): number {
    return Math.round(this.#context.queue.nowMs + this.clockOffsetMs);
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
    this.#cancelWatchdog();
    this.lives += 1;
    this.#running = false;
    this.#paused = null;
    this.#stopEngine();
    for (const cancel of this.agents) cancel();
    this.agents.clear();
    this.disk.powerOff();
    this.#context.world.powerOff(this.name);
    this.#context.ring.powerOff(this.nodeId);
  }

  /** The device counts by itself, whether or not the machine runs. */
  watchdog(order: "feed" | "disarm"): void {
    this.#cancelWatchdog();
    const { watchdogMs, queue } = this.#context;
    if (order === "disarm" || watchdogMs === null) return;
    this.#cancelWatchdog = queue.after(watchdogMs, () => this.#context.reset(this));
  }

  /** The whole machine stands still (a virtual machine that is not scheduled) and goes on later. */
  pause(): void {
    if (!this.powered || this.#paused !== null) return;
    this.#paused = [];
    this.#engine?.pause();
    this.#context.ring.pause(this.nodeId);
  }

  resume(): void {
    if (this.#paused === null) return;
    const waiting = this.#paused;
    this.#paused = null;
    this.resumedMs = this.#context.queue.nowMs;
    for (const run of waiting) run();
    this.#engine?.resume();
    this.#context.ring.resume(this.nodeId);
  }

  /** Runs a process's step now, or when the machine goes on; never, when it loses power before. */
  whenRunning(run: () => void): void {
    if (this.#paused !== null) this.#paused.push(run);
    else if (this.powered) run();
  }

  startEngine(): void {
    if (!this.powered || this.#engine !== null || this.paused) return;
    // As the engine's host does: what the last engine left at work is ended before anything else.
    for (const cancel of this.agents) cancel();
    this.agents.clear();
    this.#pid += 1;
    const leftovers = this.#running;
    this.#running = true;
    this.#engine = new Engine(this, this.#pid, leftovers, this.disk.read(), this.#context);
    this.#engine.join();
  }

  /** The engine dies (SIGKILL). Its services run on. */
  killEngine(): void {
    if (this.#engine === null) return;
    this.#stopEngine();
    this.#context.ring.leave(this.nodeId, "procdown");
  }

  /** The engine's process alone stands still (SIGSTOP); the ring's does not. */
  pauseEngine(): void {
    this.#engine?.pause();
  }

  resumeEngine(): void {
    if (this.paused) return;
    this.resumedMs = this.#context.queue.nowMs;
    this.#engine?.resume();
  }

  /** Starts the engine now, or as soon as the one that is stopping has gone. */
  startAgain(): void {
    this.#again = this.#engine?.stopping === true;
    this.startEngine();
  }

  /** SIGTERM to the engine. */
  shutDown(): void {
    this.#again = false;
    this.#engine?.step({ type: "stop" });
  }

  request(command: LocalCommand, body: unknown, answer: (answer: LocalAnswer) => void): void {
    if (this.#engine === null) throw new Error(`no engine on ${this.name}`);
    this.#engine.request(command, body, answer);
  }

  /** The engine ended by itself. */
  ended(code: number, clean: boolean): void {
    if (clean) this.#running = false;
    this.departures += 1;
    if (clean) this.#context.left(this);
    this.#context.log(this.name, "exit", `engine exits with ${code}`);
    this.#stopEngine();
    this.#context.ring.leave(this.nodeId, "leave");
    // As the packaged unit has it: started again after a failure, but not when it was fenced.
    const failed = code !== ExitCode.OK && code !== ExitCode.FATAL;
    if (failed || this.#again) this.respawn();
    this.#again = false;
  }

  /** A supervisor starts the engine again. */
  respawn(): void {
    this.#context.queue.after(RESPAWN_MS, () => this.startEngine());
  }

  #stopEngine(): void {
    this.#engine?.stop();
    this.#engine = null;
  }
}

function tree(text: string): Element {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
