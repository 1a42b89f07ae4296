import type { LogLevel } from "../ports/mod.ts";
import type { RemoteLink } from "./remote-link.ts";
import type { ToRemote } from "./remote-messages.ts";
import type { NodeEffect } from "./types.ts";

/** What the connections to remote nodes have the host do. */
export class RemoteOutput {
  readonly #emit: (effect: NodeEffect) => void;

  constructor(emit: (effect: NodeEffect) => void) {
    this.#emit = emit;
  }

  connect(link: RemoteLink): void {
    this.#emit({ type: "remote-connect", link: link.id, ...link.address });
  }

  close(link: RemoteLink): void {
    if (link.id !== "") this.#emit({ type: "remote-close", link: link.id });
  }

  tell(link: RemoteLink, message: ToRemote): void {
    if (link.id === "") return;
    this.#emit({ type: "remote-send", link: link.id, payload: JSON.stringify(message) });
  }

  setTimer(id: string, delayMs: number): void {
    this.#emit({ type: "set-timer", id: `r:${id}`, delayMs });
  }

  clearTimer(id: string): void {
    this.#emit({ type: "clear-timer", id: `r:${id}` });
  }

  log(level: LogLevel, message: string): void {
    this.#emit({ type: "log", level, message });
  }
}
