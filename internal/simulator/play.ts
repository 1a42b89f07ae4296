import { COMMANDS, type Stage } from "./commands.ts";
import { printStep, type Step } from "./script.ts";

interface Active {
  step: Step;
  undo(): void;
}

/** Faults as they strike and are mended, by the clock of a cluster. */
export class Play {
  readonly #stage: Stage;
  /** What has struck and is not mended, in order. */
  #active: Active[] = [];
  /** When something last struck or was mended, in simulated milliseconds. */
  lastMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get unmended(): number {
    return this.#active.length;
  }

  strike(step: Step): void {
    const { cluster } = this.#stage;
    cluster.note("-", "fault", printStep(step).replace(/^at \d+: /, ""));
    this.lastMs = cluster.elapsedMs;
    const [command, ...words] = step.words;
    const undo = COMMANDS[command!]!(this.#stage, words);
    if (step.forMs === null) return;
    const active = { step, undo };
    this.#active.push(active);
    cluster.queue.after(step.forMs, () => this.#mend(active));
  }

  /** Everything that still is broken is made whole. */
  mendAll(): void {
    for (const active of [...this.#active]) this.#mend(active);
  }

  #mend(active: Active): void {
    const index = this.#active.indexOf(active);
    if (index < 0) return;
    this.#active.splice(index, 1);
    const { cluster } = this.#stage;
    cluster.note("-", "mended", active.step.words.join(" "));
    this.lastMs = cluster.elapsedMs;
    active.undo();
  }
}
