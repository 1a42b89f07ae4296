import { spawn } from "node:child_process";
import { watchEngine } from "../../../internal/host/local-client.ts";
import { cibPath } from "../cib-source.ts";

/** Waits for the next change, at most `intervalMs` where nothing tells of changes. */
export class ChangeFeed {
  readonly #intervalMs: number;
  #changed = false;
  #wake: (() => void) | null = null;
  #live = false;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Starts listening to the engine, where there is one to listen to. */
  listen(): void {
    if (cibPath() !== null) return;
    void this.#follow();
  }

  async #follow(): Promise<void> {
    for (;;) {
      const reached = await watchEngine({ cib: true, fencing: true, cluster: true }, (line) => {
        this.#live = true;
        if (line.type !== "alive") this.#note();
      });
      this.#live = false;
      this.#note();
      if (!reached) await Bun.sleep(this.#intervalMs);
    }
  }

  #note(): void {
    this.#changed = true;
    this.#wake?.();
  }

  /** Resolves after a change; several in short order count as one. */
  async next(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        const timer = this.#live ? null : setTimeout(resolve, this.#intervalMs);
        this.#wake = () => {
          if (timer !== null) clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    await Bun.sleep(200);
    this.#changed = false;
  }
}

/** Starts this program again, detached from the terminal, without the option that asked for it. */
export function detach(argv: string[]): number | undefined {
  const words = argv.filter((word) => word !== "-d" && word !== "--daemonize");
  const child = spawn(process.execPath, ["crm_mon", ...words], {
    argv0: "muster",
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  return child.pid;
}
