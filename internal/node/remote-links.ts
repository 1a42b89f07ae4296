import { type CibChange, findNodeState } from "../controller/mod.ts";
import {
  type ExecutorEffect,
  type ExecutorEvent,
  isConnection,
  type OperationResult,
  OpStatus,
  type RunOutcome,
} from "../executor/mod.ts";
import type { LogLevel } from "../ports/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { LocalAnswer, LocalCommand, WatchCall, WatchLine } from "./local.ts";
import type { LocalOutcome } from "./local-resources.ts";
import type { LocalOrder } from "./messages.ts";
import { ended, linkAddress, newLink, type RemoteLink, succeeded } from "./remote-link.ts";
import { type FromRemote, readRemoteMessage, type ToRemote } from "./remote-messages.ts";
import { downChanges, upChanges } from "./remote-state.ts";
import type { NodeEffect, NodeEvent, Peer } from "./types.ts";

const RETRY_MS = 1_000;
/** Pings while a connection is up, and the silence after which it counts as lost. */
const PING_MS = 1_000;
const SILENCE_MS = 6_000;
/** How long an engine that was started again tries to find the connection of the one before. */
const TAKE_OVER_MS = 15_000;
const ERROR = 1;
const NOT_RUNNING = 7;

type RemoteEffect = Extract<ExecutorEffect, { type: "remote" }>;
type RemoteEvent = Extract<NodeEvent, { type: "remote" }>["event"];

export interface RemoteLinksOptions {
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
  request(id: number, command: LocalCommand, body: unknown, peer: Peer): void;
  requestGone(id: number): void;
  watch(id: number, what: WatchCall, peer: Peer): void;
  watchGone(id: number): void;
}

/** Ids of what remote tools ask, apart from those of this node's own. */
const FIRST_ID = 2 ** 40;

/**
 * This node's connections to remote nodes: what ocf:pacemaker:remote stands for. Operations for a
 * remote node go over its connection, results come back over it, and its tools are answered here.
 */
export class RemoteLinks {
  readonly #options: RemoteLinksOptions;
  readonly #links = new Map<string, RemoteLink>();
  /** Open requests and watches of remote tools by our id. */
  readonly #asked = new Map<number, { link: RemoteLink; id: number }>();
  #counter = 0;

  constructor(options: RemoteLinksOptions) {
    this.#options = options;
  }

  // --- The connection as a resource -----------------------------------------------------------

  /** An operation on the connection. Its end is told to the executor. */
  operate(effect: RemoteEffect): void {
    const { run, resource, parameters, timeoutMs } = effect;
    const done = (outcome: RunOutcome): void => this.#finish(run, outcome);
    const link = this.#links.get(resource);
    switch (effect.operation) {
      case "start":
      case "migrate_from":
        this.#start(effect);
        return;
      case "stop":
        this.#stop(resource);
        done(succeeded);
        return;
      case "probe":
        done(link === undefined ? ended(NOT_RUNNING, "") : succeeded);
        return;
      case "monitor":
        if (link === undefined) done(ended(NOT_RUNNING, ""));
        else this.#monitor(link, run, timeoutMs);
        return;
      case "migrate_to":
        if (link !== undefined) link.handedOver = true;
        done(succeeded);
        return;
      case "reload":
        if (link !== undefined) link.address = linkAddress(resource, parameters);
        done(succeeded);
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
    this.#connect(link);
  }

  #monitor(link: RemoteLink, run: string, timeoutMs: number): void {
    if (link.phase === "lost") {
      this.#finish(run, ended(ERROR, "Lost connection to remote executor"));
      return;
    }
    this.#wait(link, run, "monitor", timeoutMs);
    if (link.phase === "up") this.#ping(link);
  }

  #wait(
    link: RemoteLink,
    run: string,
    operation: "start" | "migrate_from" | "monitor",
    timeoutMs: number,
  ): void {
    link.runs.set(run, { operation, done: (outcome) => this.#finish(run, outcome) });
    this.#setTimer(`run:${link.name}:${run}`, timeoutMs);
  }

  #stop(name: string): void {
    const link = this.#links.get(name);
    if (link === undefined) return;
    if (link.phase === "up" && !link.handedOver) this.#tell(link, { kind: "bye" });
    this.#drop(link);
    this.#links.delete(name);
    if (link.handedOver) return;
    this.#options.forgetAttributes(name);
    this.#options.change(downChanges(name));
  }

  // --- Connecting and losing ------------------------------------------------------------------

  #connect(link: RemoteLink): void {
    this.#counter += 1;
    link.id = `${link.name}#${this.#counter}`;
    link.phase = "connecting";
    this.#options.emit({ type: "remote-connect", link: link.id, ...link.address });
  }

  /** The host tells of a connection. */
  event(id: string, event: RemoteEvent): void {
    const link = [...this.#links.values()].find((each) => each.id === id);
    if (link === undefined) return;
    switch (event.type) {
      case "opened": {
        const { nodeName: from } = this.#options;
        this.#tell(link, { kind: "hello", remote: link.name, from, fresh: link.fresh });
        return;
      }
      case "message": {
        const message = readRemoteMessage<FromRemote>(event.payload);
        if (message !== null) this.#message(link, message);
        return;
      }
      case "closed":
        this.#closed(link, event.reason);
        return;
    }
  }

  #closed(link: RemoteLink, reason: string): void {
    const { name, host, port } = { ...link, ...link.address };
    if (link.phase === "up") {
      this.#lost(link, reason);
      return;
    }
    if (link.phase === "lost") return;
    this.#log("info", `No connection to remote node ${name} at ${host} port ${port}: ${reason}`);
    link.phase = "waiting";
    this.#setTimer(`retry:${name}`, RETRY_MS);
  }

  /** The node may be dead or alive: its connection's monitor fails, and the cluster decides. */
  #lost(link: RemoteLink, reason: string): void {
    this.#log("error", `Lost connection to remote node ${link.name}: ${reason}`);
    this.#drop(link);
    this.#options.execute({ type: "recheck", resource: link.name });
  }

  #drop(link: RemoteLink): void {
    link.phase = "lost";
    for (const what of ["retry", "ping", "takeover"]) this.#clearTimer(`${what}:${link.name}`);
    if (link.id !== "") this.#options.emit({ type: "remote-close", link: link.id });
    link.id = "";
    for (const [id, asked] of this.#asked) {
      if (asked.link !== link) continue;
      this.#asked.delete(id);
      this.#options.requestGone(id);
      this.#options.watchGone(id);
    }
    for (const [run, { done }] of link.runs) {
      this.#clearTimer(`run:${link.name}:${run}`);
      done(ended(ERROR, "Lost connection to remote executor"));
    }
    link.runs.clear();
    for (const transitionKey of link.pending.values()) {
      this.#options.record(
        { executor: [], changes: [], result: null, acknowledge: { transitionKey, ok: false } },
        null,
      );
    }
    link.pending.clear();
  }

  #up(link: RemoteLink): void {
    link.phase = "up";
    link.heardMs = this.#options.nowMs();
    this.#clearTimer(`takeover:${link.name}`);
    this.#log("notice", `Connected to remote node ${link.name}`);
    if (link.fresh) {
      this.#options.forgetAttributes(link.name);
      this.#options.change(upChanges(link.name));
    }
    link.fresh = false;
    for (const [run, { operation, done }] of [...link.runs]) {
      if (operation === "monitor") continue;
      link.runs.delete(run);
      this.#clearTimer(`run:${link.name}:${run}`);
      done(succeeded);
    }
    this.#ping(link);
  }

  #ping(link: RemoteLink): void {
    link.asked += 1;
    this.#tell(link, { kind: "ping", number: link.asked });
    this.#setTimer(`ping:${link.name}`, PING_MS);
  }

  timer(id: string): void {
    const [what, name = "", run = ""] = id.split(":");
    const link = this.#links.get(name);
    if (link === undefined) return;
    switch (what) {
      case "retry":
        this.#connect(link);
        return;
      case "ping": {
        const silentMs = this.#options.nowMs() - link.heardMs;
        if (silentMs < SILENCE_MS) this.#ping(link);
        else this.#lost(link, `it kept silent for ${Math.round(silentMs / 1000)} s`);
        return;
      }
      case "takeover":
        if (link.phase !== "up") this.#lost(link, "it could not be taken over in time");
        return;
      case "run":
        this.#timedOut(link, run);
        return;
    }
  }

  #timedOut(link: RemoteLink, run: string): void {
    const waiting = link.runs.get(run);
    if (waiting === undefined) return;
    link.runs.delete(run);
    if (waiting.operation !== "monitor") {
      this.#drop(link);
      this.#links.delete(link.name);
    }
    const error = `Timed out connecting to ${link.address.host} port ${link.address.port}`;
    waiting.done({ ...succeeded, outcome: "timeout", error });
  }

  /** A node was fenced: whatever its connection looks like, nobody is there any more. */
  fenced(name: string): void {
    const link = this.#links.get(name);
    if (link?.phase === "up") this.#lost(link, "it was fenced");
  }

  /**
   * An engine before this one held connections, as the CIB has it: they are made again, and what
   * runs on those nodes goes on.
   */
  takeOver(cib: Element, uuid: string, adopt: (resource: Element) => void): void {
    const lrm = findNodeState(cib, uuid)?.first("lrm");
    for (const resource of lrm?.descendants("lrm_resource") ?? []) {
      const { id } = resource;
      const provider = resource.get("provider");
      const agent = { class: resource.get("class") ?? "", provider, type: resource.get("type")! };
      if (!isConnection(agent) || this.#links.has(id) || !wasStarted(resource)) continue;
      adopt(resource);
      this.#log("notice", `Taking over the connection to remote node ${id}`);
      const link = newLink(id, linkAddress(id, configuredParameters(cib, id)), false);
      link.resources.continueAfter(findNodeState(cib, id));
      this.#links.set(id, link);
      this.#setTimer(`takeover:${id}`, TAKE_OVER_MS);
      this.#connect(link);
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
    if (events.length > 0) this.#tell(link, { kind: "order", events });
  }

  #message(link: RemoteLink, message: FromRemote): void {
    link.heardMs = this.#options.nowMs();
    switch (message.kind) {
      case "welcome":
        if (link.phase === "connecting") this.#up(link);
        return;
      case "result":
        this.#result(link, message.result);
        return;
      case "pong":
        if (message.number === link.asked) this.#answered(link);
        return;
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
      case "stopping": {
        this.#log("notice", `Remote node ${link.name} asks to be shut down`);
        const now = String(Math.floor(this.#options.nowMs() / 1000));
        this.#options.setAttribute(link.name, "shutdown", now);
        return;
      }
    }
  }

  /** The remote node answers, so its connection is well. */
  #answered(link: RemoteLink): void {
    for (const [run, { operation, done }] of [...link.runs]) {
      if (operation !== "monitor") continue;
      link.runs.delete(run);
      this.#clearTimer(`run:${link.name}:${run}`);
      done(succeeded);
    }
  }

  #result(link: RemoteLink, result: OperationResult): void {
    link.pending.delete(result.request.callId);
    if (result.status === OpStatus.CANCELLED) return;
    this.#options.record(link.resources.result(result), null);
    this.#options.result(link.name, result);
  }

  // --- Tools of remote nodes ------------------------------------------------------------------

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

  #tell(link: RemoteLink, message: ToRemote): void {
    if (link.id === "") return;
    this.#options.emit({ type: "remote-send", link: link.id, payload: JSON.stringify(message) });
  }

  #setTimer(id: string, delayMs: number): void {
    this.#options.emit({ type: "set-timer", id: `r:${id}`, delayMs });
  }

  #clearTimer(id: string): void {
    this.#options.emit({ type: "clear-timer", id: `r:${id}` });
  }

  #log(level: LogLevel, message: string): void {
    this.#options.emit({ type: "log", level, message });
  }
}

/** Whether the last that was recorded of a connection left it up. */
function wasStarted(resource: Element): boolean {
  const last = resource.elements("lrm_rsc_op").find((op) => op.id === `${resource.id}_last_0`);
  if (last == null || last.get("rc-code") !== "0") return false;
  return ["start", "monitor", "migrate_from"].includes(last.get("operation") ?? "");
}

/** Parameters of a connection as configured; a guest node's stand with its container. */
function configuredParameters(cib: Element, name: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  const take = (holder: Element, set: string, from: string): void => {
    for (const pair of holder.first(set)?.elements("nvpair") ?? []) {
      const key = pair.get("name") ?? "";
      if (key.startsWith(from)) parameters[key.slice(from.length)] = pair.get("value") ?? "";
    }
  };
  const own = cib.byId(name, "primitive");
  if (own !== null) take(own, "instance_attributes", "");
  for (const primitive of own === null ? cib.descendants("primitive") : []) {
    const meta = primitive.first("meta_attributes")?.elements("nvpair") ?? [];
    const guest = meta.some((p) => p.get("name") === "remote-node" && p.get("value") === name);
    if (guest) take(primitive, "meta_attributes", "remote-");
  }
  return parameters;
}
