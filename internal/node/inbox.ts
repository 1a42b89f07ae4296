import type { AttributeMessage, AttributeRequest } from "../attributes/mod.ts";
import { ExitCode } from "../base/mod.ts";
import type { OuterMessage } from "./group.ts";
import type { LocalOrder } from "./messages.ts";
import type { Parts } from "./parts.ts";

/** What members say to each other beside changes of the CIB, and who of this node hears it. */
export class Inbox {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  message(from: number, message: OuterMessage): void {
    const { leaving, names, options, requests, rooms } = this.#parts;
    const sender = names.byId(from).name;
    if ("to" in message && message.to !== null && message.to !== options.nodeName) return;
    switch (message.kind) {
      case "attributes":
        rooms.attribute({ type: "message", from: sender, message: message.message });
        this.#confirmAttribute(sender, message.message);
        return;
      case "fencer":
        rooms.fence({ type: "message", from: sender, message: message.message });
        return;
      case "execute":
        rooms.executeAction(message.action, message.transitionKey);
        return;
      case "acknowledge":
        rooms.controller({ ...message, type: "acknowledged", node: sender });
        return;
      case "shutdown":
        leaving.leave();
        return;
      case "wait-idle":
        rooms.controller({ type: "wait-idle", token: message.token });
        return;
      case "idle":
        leaving.idle(message.tokens);
        for (const token of message.tokens) requests.arrived(token, { ok: true, value: {} });
        return;
      case "ask-status":
        this.#tellStatus(message.to, message.token);
        return;
      case "status": {
        const { node, state, isDc, token } = message;
        requests.arrived(token, { ok: true, value: { node, state, isDc } });
        return;
      }
      case "local":
        this.#order(message.order, message.token);
        return;
      case "done":
        this.#done(sender, message.token, message.error);
        return;
      case "fence-cleanup":
        rooms.fence({ type: "history-cleanup", target: message.node });
        return;
    }
  }

  #tellStatus(to: string | null, token: string): void {
    const { group, leadership, options } = this.#parts;
    const { isDc, state } = leadership;
    if (to === null && !isDc) return;
    group.send({ kind: "status", token, node: options.nodeName, state, isDc });
  }

  #order(order: LocalOrder, token: string | null): void {
    const { group, rooms } = this.#parts;
    rooms.order(order, (error) => {
      if (token !== null) group.send({ kind: "done", token, error });
    });
  }

  /** A change of an attribute has taken effect here, for which a tool waits. */
  #confirmAttribute(sender: string, message: AttributeMessage): void {
    const { group, options } = this.#parts;
    const request = message["request"] as AttributeRequest | undefined;
    const wait = request?.wait;
    if (wait === undefined) return;
    if (wait.for === "local" && sender !== options.nodeName) return;
    group.send({ kind: "done", token: wait.token, error: null });
  }

  #done(sender: string, token: string, error: string | null): void {
    const { requests } = this.#parts;
    if (error === null) {
      requests.arrived(token, { ok: true, value: {} }, sender);
      return;
    }
    const failure = { code: ExitCode.ERROR, message: error, legacy: -1 };
    requests.arrived(token, { ok: false, error: failure });
  }
}
