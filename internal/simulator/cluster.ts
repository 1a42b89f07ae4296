import type { CibCall, LocalAnswer, LocalCommand, LocalReply, LocalRequest } from "../node/mod.ts";
import { EventQueue } from "./event-queue.ts";
import { type FenceRun, Machine } from "./machine.ts";
import { SeededRandom } from "./random.ts";
import { type Ring, SimulatedRing } from "./ring.ts";
import { TotemRing } from "./totem-ring.ts";
import { World } from "./world.ts";

/** 2026-11-23 11:00 UTC; any moment would do, but always the same. */
const START_MS = 1_795_431_600_000;
const FENCE_MS = 500;
/** Longer than any timeout. */
const HANG_MS = 3_600_000;

/**
 * What fencing devices do: their work; nothing, and say so; nothing, and say that they did; their
 * work on the wrong node; or they never end.
 */
export type FencingMode = "works" | "fails" | "lies" | "wrong" | "hangs";

export interface ClusterOptions {
  nodes: number;
  seed: number;
  /** A fenced machine is powered on again after this long; null: never. */
  rebootMs: number | null;
  /** What every node finds on its disk at first, as XML text; absent: an empty CIB. */
  cib?: string;
  /** One of two nodes has quorum, as with two_node in corosync.conf. */
  twoNode?: boolean;
  /** The ring as it ships, packet by packet, instead of a model of what its users see. */
  packets?: boolean;
  /** Timeout of each machine's watchdog device; absent: they have none. */
  watchdogMs?: number;
}

/** A whole cluster in one thread, from one seed, in simulated time. */
export class SimulatedCluster {
  readonly queue = new EventQueue(START_MS);
  readonly world = new World();
  readonly ring: Ring;
  readonly machines: Machine[];
  readonly log: string[] = [];
  readonly fenced: { atMs: number; target: string; by: string; action: string }[] = [];
  /** How often any node's scheduler has run. */
  schedulerRuns = 0;
  fencing: FencingMode = "works";
  /** How long a fencing device takes. */
  fencingMs = FENCE_MS;
  /** Told when a device says that it fenced a node, whatever it did. */
  readonly onConfirmed: ((target: string, action: string) => void)[] = [];
  /** Told when a fencing device has done its work. */
  readonly onFenced: ((target: string, by: string, action: string) => void)[] = [];
  /** Told when an engine left in order: it says that all its services are stopped. */
  onLeft: ((machine: Machine) => void) | null = null;
  /** Told when somebody has the failures of a resource on a node forgotten. */
  onCleanup: ((resource: string, node: string) => void) | null = null;
  #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
    const random = new SeededRandom(options.seed);
    const nodes = Array.from({ length: options.nodes }, (_, index) => ({
      nodeId: index + 1,
      name: `node${index + 1}`,
    }));
    const Kind = options.packets === true ? TotemRing : SimulatedRing;
    this.ring = new Kind(this.queue, random, nodes, "simulated", options.twoNode ?? false);
    const context = {
      queue: this.queue,
      random,
      ring: this.ring,
      world: this.world,
      nodes,
      watchdogMs: options.watchdogMs ?? null,
      reset: (machine: Machine) => this.#reset(machine),
      left: (machine: Machine) => this.onLeft?.(machine),
      defect: (machine: Machine, error: unknown) => this.#defect(machine, error),
      scheduled: () => {
        this.schedulerRuns += 1;
      },
      log: (who: string, kind: string, text: string) => this.note(who, kind, text),
      fence: (by: string, run: FenceRun, done: (code: number | null) => void) =>
        this.#fence(by, run, done),
    };
    this.machines = nodes.map(
      ({ nodeId, name }) => new Machine(nodeId, name, context, options.cib),
    );
  }

  machine(name: string): Machine {
    const found = this.machines.find((machine) => machine.name === name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  }

  /** One of two nodes has quorum. */
  get twoNode(): boolean {
    return this.#options.twoNode === true;
  }

  /** Milliseconds since the simulation began. */
  get elapsedMs(): number {
    return this.queue.nowMs - START_MS;
  }

  /** One line of the log: simulated second, who, what kind, and the text. */
  note(who: string, kind: string, text: string): void {
    const at = (this.elapsedMs / 1000).toFixed(3).padStart(9);
    this.log.push(`${at} ${who.padEnd(7)} ${kind.padEnd(7)} ${text}`);
  }

  powerOn(): void {
    for (const machine of this.machines) machine.powerOn();
  }

  run(ms: number): void {
    this.queue.runUntil(this.queue.nowMs + ms);
  }

  /** Runs until the condition holds; false when it does not within `limitMs`. */
  runUntil(condition: () => boolean, limitMs: number, stepMs = 20): boolean {
    for (let passed = 0; passed < limitMs; passed += stepMs) {
      if (condition()) return true;
      this.run(stepMs);
    }
    return condition();
  }

  /** Asks a node; runs until it answers. */
  call<K extends LocalCommand>(node: string, command: K, body: LocalRequest<K>): LocalReply<K> {
    const answers: LocalAnswer[] = [];
    this.machine(node).request(command, body, (answer) => answers.push(answer));
    this.runUntil(() => answers.length > 0, 120_000, 5);
    const [answer] = answers;
    if (answer === undefined) throw new Error(`${node} does not answer ${command}`);
    if (!answer.ok) throw new Error(`${command} on ${node}: ${answer.error.message}`);
    return answer.value as LocalReply<K>;
  }

  cib(node: string, call: CibCall): LocalReply<"cib"> {
    return this.call(node, "cib", call);
  }

  /** Nothing is left to do, and all engines agree on who is DC. */
  settled(): boolean {
    const nodes = this.machines.flatMap((machine) => (machine.node === null ? [] : [machine.node]));
    const dc = nodes[0]?.dcName;
    return nodes.every((node) => node.dcName === dc) && nodes.some((n) => n.dcState === "S_IDLE");
  }

  #fence(by: string, run: FenceRun, done: (code: number | null) => void): void {
    const values = new Map(
      run.stdin.split("\n").map((line): [string, string] => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
    const action = values.get("action") ?? "";
    const target = values.get("port") ?? values.get("plug") ?? values.get("nodename") ?? "";
    const machine = this.machine(by);
    const life = machine.lives;
    const takesMs = this.fencing === "hangs" && acts(action) ? HANG_MS : this.fencingMs;
    this.queue.after(Math.min(takesMs, run.timeoutMs), () => {
      // The agent is a process of its machine: it ends with its power, and waits with it.
      machine.whenRunning(() => {
        if (machine.lives !== life) return;
        done(takesMs > run.timeoutMs ? null : this.#deviceActs(action, target, by));
      });
    });
  }

  #defect(machine: Machine, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.world.violations.push(`${this.queue.nowMs}: engine of ${machine.name}: ${text}`);
    this.note(machine.name, "WRONG", text);
  }

  /** A machine's own watchdog resets it. */
  #reset(machine: Machine): void {
    this.note(machine.name, "watchdog", "was not fed: reset");
    machine.powerOff();
    const { rebootMs } = this.#options;
    if (rebootMs !== null) this.queue.after(rebootMs, () => machine.powerOn());
  }

  /** What a device does now, and its agent's exit code. */
  #deviceActs(action: string, target: string, by: string): number {
    if (!acts(action)) return 0;
    const named = this.machines.find((each) => each.name === target);
    if (named === undefined || this.fencing === "fails") return 1;
    const lies = this.fencing === "lies" || this.fencing === "wrong";
    if (lies && named.powered && action !== "on") {
      this.world.undead.add(target);
      this.note(by, "device", `says that it fenced ${target} (${action}), and did not`);
    }
    for (const tell of this.onConfirmed) tell(target, action);
    if (this.fencing === "lies") return 0;
    const others = this.machines.filter((each) => each !== named && each.name !== by);
    const hit = this.fencing === "wrong" ? (others[0] ?? named) : named;
    this.fenced.push({ atMs: this.queue.nowMs, target: hit.name, by, action });
    if (action !== "on") hit.powerOff();
    for (const tell of this.onFenced) tell(hit.name, by, action);
    const { rebootMs } = this.#options;
    if (action === "on") hit.powerOn();
    else if (rebootMs !== null) this.queue.after(rebootMs, () => hit.powerOn());
    return 0;
  }
}

/** Whether a fence agent's action does something to a node. */
function acts(action: string): boolean {
  return action === "on" || action === "off" || action === "reboot";
}
