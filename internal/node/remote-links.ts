import { type CibChange, findNodeState } from "../controller/mod.ts";
import {
  type ExecutorEffect,
  type ExecutorEvent,
  type OperationResult,
  OpStatus,
  type RunOutcome,
} from "../executor/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { LocalAnswer, WatchLine } from "./local.ts";
import type { LocalOutcome } from "./local-resources.ts";
import type { LocalOrder } from "./messages.ts";
import { RemoteLifecycle } from "./remote-lifecycle.ts";
import {
  connectionLost,
  ended,
  linkAddress,
  newLink,
  type RemoteLink,
  succeeded,
} from "./remote-link.ts";
import { type FromRemote, readRemoteMessage } from "./remote-messages.ts";
import { RemoteOutput } from "./remote-output.ts";
import { downChanges, upChanges } from "./remote-state.ts";
import { configuredParameters, heldConnections } from "./remote-takeover.ts";
import { RemoteTools, type RemoteToolsOptions } from "./remote-tools.ts";
import type { NodeEffect, NodeEvent } from "./types.ts";

const NOT_RUNNING = 7;

type RemoteEffect = Extract<ExecutorEffect, { type: "remote" }>;
type RemoteEvent = Extract<NodeEvent, { type: "remote" }>["event"];

export interface RemoteLinksOptions extends RemoteToolsOptions {
  nodeName: string;
  nowMs(): number;
  emit(effect: NodeEffect): void;
  execute(event: ExecutorEvent): void;
  /** Records an outcome; orders to the executor inside it were taken out before. */
  record(outcome: LocalOutcome, done: ((error: string | null) => void) | null): void;
  result(node: string, result: OperationResult): void;
  change(changes: CibChange[]): void;
  /** Forgets the node's transient attributes everywhere. */
  forgetAttributes(node: string): void;
  setAttribute(node: string, name: string, value: string): void;
}

/**
 * This node's connections to remote nodes: what ocf:pacemaker:remote stands for. Operations for a
 * remote node go over its connection, results come back over it, and its tools are answered here.
 */
export class RemoteLinks {
  readonly #options: RemoteLinksOptions;
  readonly #output: RemoteOutput;
  readonly #lifecycle: RemoteLifecycle;
  readonly #tools: RemoteTools;
  readonly #links = new Map<string, RemoteLink>();

  constructor(options: RemoteLinksOptions) {
    this.#options = options;
    this.#output = new RemoteOutput((effect) => options.emit(effect));
    this.#tools = new RemoteTools(options, (link, message) => this.#output.tell(link, message));
    const lifecycle = {
      nodeName: options.nodeName,
      nowMs: () => options.nowMs(),
      up: (link: RemoteLink, fresh: boolean) => {
        if (fresh) this.#appeared(link.name);
      },
      dropped: (link: RemoteLink) => this.#dropped(link),
      lost: ({ name }: RemoteLink) => options.execute({ type: "recheck", resource: name }),
      abandoned: ({ name }: RemoteLink) => {
        this.#links.delete(name);
      },
    };
    this.#lifecycle = new RemoteLifecycle(lifecycle, this.#output);
  }

  // --- The connection as a resource -----------------------------------------------------------

  /** An operation on the connection. Its end is told to the executor. */
  operate(effect: RemoteEffect): void {
    const { run, resource, parameters, timeoutMs } = effect;
    const link = this.#links.get(resource);
    switch (effect.operation) {
      case "start":
      case "migrate_from":
        this.#start(effect);
        return;
      case "stop":
        this.#stop(resource);
        this.#finish(run, succeeded);
        return;
      case "probe":
        this.#finish(run, link === undefined ? ended(NOT_RUNNING, "") : succeeded);
        return;
      case "monitor":
        if (link === undefined) this.#finish(run, ended(NOT_RUNNING, ""));
        else this.#monitor(link, run, timeoutMs);
        return;
      case "migrate_to":
        if (link !== undefined) link.handedOver = true;
        this.#finish(run, succeeded);
        return;
      case "reload":
        if (link !== undefined) link.address = linkAddress(resource, parameters);
        this.#finish(run, succeeded);
        return;
    }
  }

  #finish(run: string, outcome: RunOutcome): void {
    this.#options.execute({ type: "run-done", run, outcome });
  }

  #start({ run, resource, operation, parameters, timeoutMs }: RemoteEffect): void {
    const known = this.#links.get(resource);
    if (known?.phase === "up") {
      this.#finish(run, succeeded);
      return;
    }
    const link = newLink(resource, linkAddress(resource, parameters), operation === "start");
    this.#links.set(resource, link);
    this.#wait(link, run, operation === "start" ? "start" : "migrate_from", timeoutMs);
    this.#lifecycle.connect(link);
  }

  #monitor(link: RemoteLink, run: string, timeoutMs: number): void {
    if (link.phase === "lost") {
      this.#finish(run, connectionLost);
      return;
    }
    this.#wait(link, run, "monitor", timeoutMs);
    if (link.phase === "up") this.#lifecycle.ping(link);
  }

  #wait(
    link: RemoteLink,
    run: string,
    operation: "start" | "migrate_from" | "monitor",
    timeoutMs: number,
  ): void {
    const done = (outcome: RunOutcome): void => this.#finish(run, outcome);
    this.#lifecycle.wait(link, run, operation, timeoutMs, done);
  }

  #stop(name: string): void {
    const link = this.#links.get(name);
    if (link === undefined) return;
    if (link.phase === "up" && !link.handedOver) this.#output.tell(link, { kind: "bye" });
    this.#lifecycle.drop(link);
    this.#links.delete(name);
    if (link.handedOver) return;
    this.#options.forgetAttributes(name);
    this.#options.change(downChanges(name));
  }

  #appeared(name: string): void {
    this.#options.forgetAttributes(name);
    this.#options.change(upChanges(name));
  }

  #dropped(link: RemoteLink): void {
    this.#tools.gone(link);
    this.#lifecycle.failWaiting(link);
    for (const transitionKey of link.pending.values()) {
      this.#options.record(
        { executor: [], changes: [], result: null, acknowledge: { transitionKey, ok: false } },
        null,
      );
    }
    link.pending.clear();
  }

  // --- What the host, the clock and the cluster tell ------------------------------------------

  /** The host tells of a connection. */
  event(id: string, event: RemoteEvent): void {
    const link = [...this.#links.values()].find((each) => each.id === id);
    if (link === undefined) return;
    switch (event.type) {
      case "opened":
        this.#lifecycle.opened(link);
        return;
      case "message": {
        const message = readRemoteMessage<FromRemote>(event.payload);
        if (message !== null) this.#message(link, message);
        return;
      }
      case "closed":
        this.#lifecycle.closed(link, event.reason);
        return;
    }
  }

  timer(id: string): void {
    const [what, name = "", run = ""] = id.split(":");
    const link = this.#links.get(name);
    if (link !== undefined) this.#lifecycle.timer(link, what, run);
  }

  /** A node was fenced: whatever its connection looks like, nobody is there any more. */
  fenced(name: string): void {
    const link = this.#links.get(name);
    if (link?.phase === "up") this.#lifecycle.lost(link, "it was fenced");
  }

  /**
   * An engine before this one held connections, as the CIB has it: they are made again, and what
   * runs on those nodes goes on.
   */
  takeOver(cib: Element, uuid: string, adopt: (resource: Element) => void): void {
    for (const resource of heldConnections(cib, uuid)) {
      const { id } = resource;
      if (this.#links.has(id)) continue;
      adopt(resource);
      this.#output.log("notice", `Taking over the connection to remote node ${id}`);
      const link = newLink(id, linkAddress(id, configuredParameters(cib, id)), false);
      link.resources.continueAfter(findNodeState(cib, id));
      this.#links.set(id, link);
      this.#lifecycle.takeOver(link);
    }
  }

  // --- Operations on the remote node ----------------------------------------------------------

  /** Carries out an action for a remote node; false when it is not connected to here. */
  execute(node: string, xml: string, transitionKey: string): boolean {
    const link = this.#links.get(node);
    if (link?.phase !== "up") return false;
    const outcome = link.resources.execute(xml, transitionKey, this.#options.nowMs());
    for (const event of outcome.executor) {
      if (event.type === "execute") link.pending.set(event.request.callId, transitionKey);
    }
    this.#carryOut(link, outcome, null);
    return true;
  }

  /** What a tool asks of a remote node; false when it is not connected to here. */
  order(node: string, order: LocalOrder, done: (error: string | null) => void): boolean {
    const link = this.#links.get(node);
    if (link === undefined) return false;
    this.#carryOut(link, link.resources.order(order, this.#options.nowMs()), done);
    return true;
  }

  #carryOut(
    link: RemoteLink,
    outcome: LocalOutcome,
    done: ((error: string | null) => void) | null,
  ): void {
    const { executor: events } = outcome;
    this.#options.record({ ...outcome, executor: [] }, done);
    if (events.length > 0) this.#output.tell(link, { kind: "order", events });
  }

  #message(link: RemoteLink, message: FromRemote): void {
    this.#lifecycle.heard(link);
    switch (message.kind) {
      case "welcome":
        this.#lifecycle.welcome(link);
        return;
      case "pong":
        this.#lifecycle.pong(link, message.number);
        return;
      case "result":
        this.#result(link, message.result);
        return;
      case "stopping": {
        this.#output.log("notice", `Remote node ${link.name} asks to be shut down`);
        const now = String(Math.floor(this.#options.nowMs() / 1000));
        this.#options.setAttribute(link.name, "shutdown", now);
        return;
      }
      case "request":
      case "watch":
      case "request-gone":
      case "watch-gone":
        this.#tools.message(link, message);
        return;
    }
  }

  #result(link: RemoteLink, result: OperationResult): void {
    link.pending.delete(result.request.callId);
    if (result.status === OpStatus.CANCELLED) return;
    this.#options.record(link.resources.result(result), null);
    this.#options.result(link.name, result);
  }

  /** True when it was a remote tool that had asked. */
  answer(id: number, answer: LocalAnswer): boolean {
    return this.#tools.answer(id, answer);
  }

  line(id: number, line: WatchLine): boolean {
    return this.#tools.line(id, line);
  }
}
