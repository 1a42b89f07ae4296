/** What a user of the service sees: asks all the time, and keeps each stretch without an answer. */
export interface Outage {
  /** Milliseconds since the client started: the first question without answer, the next answer. */
  fromMs: number;
  toMs: number;
  /** The node that answered last before, and first after. */
  before: string;
  after: string;
}

const PAUSE_MS = 20;
const ANSWER_TIMEOUT_MS = 1_000;

export class Client {
  readonly outages: Outage[] = [];
  /** Node that gave the last answer, or null while there is none. */
  node: string | null = null;
  answers = 0;
  #url: string;
  #startedAt = performance.now();
  #stopped = false;
  #done: Promise<void>;

  constructor(url: string) {
    this.#url = url;
    this.#done = this.#ask();
  }

  elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #ask(): Promise<void> {
    let last: string | null = null;
    let downSince: number | null = null;
    while (!this.#stopped) {
      const asked = this.elapsedMs();
      const answer = await this.#once();
      if (answer === null) {
        if (last !== null) downSince ??= asked;
      } else {
        if (downSince !== null && last !== null) {
          const toMs = this.elapsedMs();
          this.outages.push({ fromMs: downSince, toMs, before: last, after: answer });
          downSince = null;
        }
        last = answer;
        this.answers += 1;
      }
      this.node = answer;
      await Bun.sleep(PAUSE_MS);
    }
  }

  async #once(): Promise<string | null> {
    try {
      const response = await fetch(this.#url, {
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        keepalive: false,
      });
      return (await response.text()).trim();
    } catch {
      return null;
    }
  }
}
