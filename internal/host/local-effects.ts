import type { RunOutcome } from "../executor/mod.ts";
import { type LocalAnswer, Timers, type WatchLine } from "../node/mod.ts";
import type { Cancel, Log, LogLevel } from "../ports/mod.ts";
import type { AgentHost, AgentRun } from "./agent-host.ts";
import { clock } from "./clock.ts";
import type { LocalServer } from "./local-server.ts";

/** What cluster nodes and remote nodes alike ask of the machine they run on. */
export type LocalEffect =
  | { type: "answer"; id: number; answer: LocalAnswer }
  | { type: "watch-line"; id: number; line: WatchLine }
  | { type: "set-timer"; id: string; delayMs: number }
  | { type: "clear-timer"; id: string }
  | { type: "log"; level: LogLevel; message: string }
  | { type: "kill"; run: string }
  | AgentRun;

export type LocalEvent =
  | { type: "timer"; id: string }
  | { type: "run-done"; run: string; outcome: RunOutcome };

/** Carries them out: timers, agents, the tools' answers, the log. */
export class LocalEffects {
  readonly #log: Log;
  readonly #agents: AgentHost;
  readonly #step: (event: LocalEvent) => void;
  readonly #timers: Timers;
  readonly #runs = new Map<string, Cancel>();
  /** The tools' door, once it is open. */
  server: LocalServer | null = null;

  constructor(log: Log, agents: AgentHost, step: (event: LocalEvent) => void) {
    this.#log = log;
    this.#agents = agents;
    this.#step = step;
    this.#timers = new Timers(clock.timer, (id) => step({ type: "timer", id }));
  }

  do(effect: LocalEffect): void {
    switch (effect.type) {
      case "answer":
        this.server?.answer(effect.id, effect.answer);
        return;
      case "watch-line":
        this.server?.line(effect.id, effect.line);
        return;
      case "set-timer":
      case "clear-timer":
        this.#timers.do(effect);
        return;
      case "log":
        this.#log.write(effect.level, effect.message);
        return;
      case "kill":
        this.#runs.get(effect.run)?.();
        return;
      default:
        this.#run(effect);
        return;
    }
  }

  /** No timer goes off any more and no tool is heard; agents at work go on. */
  close(): void {
    this.#timers.clear();
    this.server?.close();
  }

  #run(effect: AgentRun): void {
    const { run } = effect;
    const cancel = this.#agents.start(effect, (outcome) => {
      this.#runs.delete(run);
      this.#step({ type: "run-done", run, outcome });
    });
    this.#runs.set(run, cancel);
  }
}
