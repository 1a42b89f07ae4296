import type { TotemSettings } from "../../totem/mod.ts";
import { Agenda } from "./agenda.ts";
import { SimNode } from "./node.ts";
import { SeededRandom } from "./random.ts";

export interface WorldOptions {
  seed: number;
  nodes: number;
  /** Deliberate defects of the ring, by name. */
  faults?: ReadonlySet<string> | null;
}

/** Ten times as quick as real ones, and so is the network: a run is short. */
export const SIM_SETTINGS: TotemSettings = {
  token: 300,
  tokenRetransmit: 70,
  hold: 45,
  consensus: 360,
  join: 20,
  merge: 60,
  failRecv: 200,
  seqnoUnchanged: 5,
  windowSize: 50,
  maxMessages: 17,
  missCount: 3,
  tokenWarning: 0,
  quickDetection: true,
  payloadLimit: 300,
  payloadLeast: 100,
};

/** How rough the network is; drawn once per run, so that runs differ in kind. */
interface Weather {
  loss: number;
  duplicates: number;
  /** Share of packets that are much later than the others. */
  stragglers: number;
  delayMs: number;
}

/** A ring of simulated nodes on a bad network. Everything follows from the seed. */
export class World {
  readonly random: SeededRandom;
  readonly agenda = new Agenda();
  readonly ids: number[];
  /** The present life of each node that is up. */
  readonly up = new Map<number, SimNode>();
  /** All lives, for the checker. */
  readonly lives: SimNode[] = [];
  readonly #ringSeqs = new Map<number, number>();
  readonly #cuts = new Set<string>();
  readonly #faults: ReadonlySet<string> | null;
  #weather: Weather;
  readonly #quick: boolean;
  /** One line per thing that was done to the ring. */
  readonly story: string[] = [];

  constructor(options: WorldOptions) {
    this.random = new SeededRandom(options.seed);
    this.ids = Array.from({ length: options.nodes }, (_, i) => i + 1);
    this.#faults = options.faults ?? null;
    const r = this.random;
    this.#quick = r.chance(0.5);
    this.#weather = {
      loss: r.chance(0.5) ? r.fraction() * 0.08 : 0,
      duplicates: r.chance(0.4) ? r.fraction() * 0.05 : 0,
      stragglers: r.chance(0.4) ? r.fraction() * 0.05 : 0,
      delayMs: 0.1 + r.fraction() * 1.5,
    };
    for (const id of this.ids) this.boot(id);
  }

  #tell(text: string): void {
    this.story.push(`${this.agenda.now.toFixed(1)} ${text}`);
  }

  boot(id: number): void {
    if (this.up.has(id)) return;
    const life = this.lives.filter((node) => node.id === id).length + 1;
    this.#tell(`boot ${id} (life ${life})`);
    const node = new SimNode({
      id,
      life,
      ids: this.ids,
      ringSeq: (this.#ringSeqs.get(id) ?? 0) + 1,
      settings: { ...SIM_SETTINGS, quickDetection: this.#quick },
      agenda: this.agenda,
      net: { send: (from, to, packet) => this.#send(from, to, packet) },
      storeRingSeq: (seq) => this.#ringSeqs.set(id, seq),
      faults: this.#faults,
    });
    this.up.set(id, node);
    this.lives.push(node);
    node.start();
  }

  crash(id: number): void {
    const node = this.up.get(id);
    if (node === undefined) return;
    this.#tell(`crash ${id}`);
    node.alive = false;
    this.up.delete(id);
  }

  #send(from: number, to: number, packet: Uint8Array): void {
    const w = this.#weather;
    const r = this.random;
    if (this.#cuts.has(`${from}>${to}`) || r.chance(w.loss)) return;
    const copies = r.chance(w.duplicates) ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      let delay = w.delayMs * (0.5 + r.fraction());
      if (r.chance(w.stragglers)) delay += r.fraction() * 40;
      // A packet that is under way arrives at whoever lives there by then.
      this.agenda.after(delay, () => this.up.get(to)?.receive(packet.slice()));
    }
  }

  cutOneWay(from: number, to: number): void {
    this.#tell(`cut ${from}>${to}`);
    this.#cuts.add(`${from}>${to}`);
  }

  partition(side: number[]): void {
    this.#tell(`partition ${side.join(",")} from the rest`);
    for (const a of side) {
      for (const b of this.ids) {
        if (side.includes(b)) continue;
        this.#cuts.add(`${a}>${b}`);
        this.#cuts.add(`${b}>${a}`);
      }
    }
  }

  heal(): void {
    if (this.#cuts.size > 0) this.#tell("heal");
    this.#cuts.clear();
  }

  pause(id: number, ms: number): void {
    const node = this.up.get(id);
    if (node === undefined || node.paused) return;
    this.#tell(`pause ${id} for ${ms} ms`);
    node.pause();
    this.agenda.after(ms, () => node.resume());
  }

  /** The network behaves from now on, and everybody is up. */
  calm(): void {
    this.#weather = { loss: 0, duplicates: 0, stragglers: 0, delayMs: this.#weather.delayMs };
    this.heal();
    for (const id of this.ids) this.boot(id);
    this.#tell("calm");
  }
}
