import type { CibCall, LocalAnswer, LocalCommand, LocalReply, LocalRequest } from "../node/mod.ts";
import { EventQueue } from "./event-queue.ts";
import { Machine } from "./machine.ts";
import { SeededRandom } from "./random.ts";
import { SimulatedRing } from "./ring.ts";
import { World } from "./world.ts";

/** 2026-11-23 11:00 UTC; any moment would do, but always the same. */
const START_MS = 1_795_431_600_000;
const FENCE_MS = 500;

export interface ClusterOptions {
  nodes: number;
  seed: number;
  /** A fenced machine is powered on again after this long; null: never. */
  rebootMs: number | null;
  /** What every node finds on its disk at first, as XML text; absent: an empty CIB. */
  cib?: string;
  /** One of two nodes has quorum, as with two_node in corosync.conf. */
  twoNode?: boolean;
}

/** A whole cluster in one thread, from one seed, in simulated time. */
export class SimulatedCluster {
  readonly queue = new EventQueue(START_MS);
  readonly world = new World();
  readonly ring: SimulatedRing;
  readonly machines: Machine[];
  readonly log: string[] = [];
  readonly fenced: { atMs: number; target: string; by: string; action: string }[] = [];
  /** Fencing devices do not work. */
  fencingBroken = false;
  /** Fencing devices say that they did their work, and do nothing. */
  fencingLies = false;
  /** How long a fencing device takes. */
  fencingMs = FENCE_MS;
  /** Told when a fencing device has done its work. */
  readonly onFenced: ((target: string, by: string, action: string) => void)[] = [];
  #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
    const random = new SeededRandom(options.seed);
    const nodes = Array.from({ length: options.nodes }, (_, index) => ({
      nodeId: index + 1,
      name: `node${index + 1}`,
    }));
    this.ring = new SimulatedRing(this.queue, random, nodes, "simulated", options.twoNode ?? false);
    const context = {
      queue: this.queue,
      random,
      ring: this.ring,
      world: this.world,
      nodes,
      log: (line: string) => this.note(line),
      fence: (by: string, stdin: string, done: (code: number) => void) =>
        this.#fence(by, stdin, done),
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

  /** Milliseconds since the simulation began. */
  get elapsedMs(): number {
    return this.queue.nowMs - START_MS;
  }

  /** One line of the log, with the simulated second before it. */
  note(line: string): void {
    this.log.push(`${(this.elapsedMs / 1000).toFixed(3)} ${line}`);
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

  #fence(by: string, stdin: string, done: (code: number) => void): void {
    const values = new Map(
      stdin.split("\n").map((line): [string, string] => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
    const action = values.get("action") ?? "";
    const target = values.get("port") ?? values.get("plug") ?? values.get("nodename") ?? "";
    const life = this.machine(by).lives;
    this.queue.after(this.fencingMs, () => {
      // The agent is a process of its machine and ends with its power.
      if (this.machine(by).lives !== life) return;
      const machine = this.machines.find((each) => each.name === target);
      if (action === "monitor" || action === "status" || action === "list") return done(0);
      if (machine === undefined || this.fencingBroken) return done(1);
      if (this.fencingLies) return done(0);
      this.fenced.push({ atMs: this.queue.nowMs, target, by, action });
      if (action !== "on") machine.powerOff();
      for (const tell of this.onFenced) tell(target, by, action);
      const { rebootMs } = this.#options;
      if (action === "on") machine.powerOn();
      else if (rebootMs !== null) this.queue.after(rebootMs, () => machine.powerOn());
      done(0);
    });
  }
}
