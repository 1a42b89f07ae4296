import type { Change } from "./client-worker.ts";

/** A stretch in which the user of the service had no answer. Times in ms since the client started. */
export interface Outage {
  fromMs: number;
  toMs: number;
  /** The node that answered last before, and first after. */
  before: string;
  after: string;
}

/** What a user of the service sees. */
export class Client {
  readonly outages: Outage[] = [];
  /** Node that gave the last answer, or null while there is none. */
  node: string | null = null;
  /** Answers up to the last change. */
  answers = 0;
  #worker = new Worker(new URL("./client-worker.ts", import.meta.url).href);
  #startedAt = performance.now();
  #last: string | null = null;
  #downSince: number | null = null;

  constructor(url: string) {
    this.#worker.onmessage = (event) => this.#changed(event.data as Change);
    this.#worker.postMessage(url);
  }

  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  stop(): void {
    this.#worker.terminate();
  }

  #changed({ atMs, node, answers }: Change): void {
    this.node = node;
    this.answers = answers;
    if (node === null) {
      this.#downSince = atMs;
      return;
    }
    if (this.#downSince !== null && this.#last !== null) {
      const outage = { fromMs: this.#downSince, toMs: atMs, before: this.#last, after: node };
      this.outages.push(outage);
    }
    this.#downSince = null;
    this.#last = node;
  }
}
