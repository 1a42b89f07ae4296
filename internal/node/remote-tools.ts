import type { LocalAnswer, LocalCommand, WatchCall, WatchLine } from "./local.ts";
import type { RemoteLink } from "./remote-link.ts";
import type { FromRemote, ToRemote } from "./remote-messages.ts";
import type { Peer } from "./types.ts";

/** Ids of what remote tools ask, apart from those of this node's own. */
const FIRST_ID = 2 ** 40;

export interface RemoteToolsOptions {
  request(id: number, command: LocalCommand, body: unknown, peer: Peer): void;
  requestGone(id: number): void;
  watch(id: number, what: WatchCall, peer: Peer): void;
  watchGone(id: number): void;
}

type FromTool = Extract<FromRemote, { kind: "request" | "watch" | "request-gone" | "watch-gone" }>;

/** Tools on remote nodes: they are answered by this node, over their connection. */
export class RemoteTools {
  readonly #options: RemoteToolsOptions;
  readonly #tell: (link: RemoteLink, message: ToRemote) => void;
  /** Open requests and watches by our id. */
  readonly #asked = new Map<number, { link: RemoteLink; id: number }>();
  #counter = 0;

  constructor(options: RemoteToolsOptions, tell: (link: RemoteLink, message: ToRemote) => void) {
    this.#options = options;
    this.#tell = tell;
  }

  message(link: RemoteLink, message: FromTool): void {
    switch (message.kind) {
      case "request": {
        const { command, body, user, pid } = message;
        const id = this.#ask(link, message.id);
        this.#options.request(id, command, body, { user, pid, remote: link.name });
        return;
      }
      case "watch": {
        const { what, user, pid } = message;
        this.#options.watch(this.#ask(link, message.id), what, { user, pid, remote: link.name });
        return;
      }
      case "request-gone":
        this.#options.requestGone(this.#forget(link, message.id));
        return;
      case "watch-gone":
        this.#options.watchGone(this.#forget(link, message.id));
        return;
    }
  }

  #ask(link: RemoteLink, id: number): number {
    this.#counter += 1;
    const ours = FIRST_ID + this.#counter;
    this.#asked.set(ours, { link, id });
    return ours;
  }

  #forget(link: RemoteLink, id: number): number {
    for (const [ours, asked] of this.#asked) {
      if (asked.link !== link || asked.id !== id) continue;
      this.#asked.delete(ours);
      return ours;
    }
    return -1;
  }

  /** The connection is gone, and its tools with it. */
  gone(link: RemoteLink): void {
    for (const [id, asked] of this.#asked) {
      if (asked.link !== link) continue;
      this.#asked.delete(id);
      this.#options.requestGone(id);
      this.#options.watchGone(id);
    }
  }

  /** True when it was a remote tool that had asked. */
  answer(id: number, answer: LocalAnswer): boolean {
    if (id < FIRST_ID) return false;
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked !== undefined) this.#tell(asked.link, { kind: "answer", id: asked.id, answer });
    return true;
  }

  line(id: number, line: WatchLine): boolean {
    if (id < FIRST_ID) return false;
    const asked = this.#asked.get(id);
    if (asked !== undefined) this.#tell(asked.link, { kind: "watch-line", id: asked.id, line });
    return true;
  }
}
