import type { AttributeRequest, Attributes } from "../attributes/mod.ts";
import { ExitCode } from "../base/mod.ts";
import { CibFailures, formatVersion, upgradeCib } from "../cib/mod.ts";
import { propertyChange } from "../controller/mod.ts";
import type { FenceResult, Fencer, FencerEffect, FencerEvent } from "../fencer/mod.ts";
import type { Element } from "../xml/mod.ts";
import { parseXml, printXml } from "../xml/mod.ts";
import type {
  AttributeUpdateCall,
  CibCall,
  ClusterInfo,
  FenceHistoryEntry,
  LocalAnswer,
  LocalCommand,
  LocalFailure,
  LocalReply,
  LocalRequest,
} from "./local.ts";
import type { GroupMessage, LocalOrder, WireRequest } from "./messages.ts";
import type { Replica } from "./replica.ts";
import type { NodeEffect, Peer } from "./types.ts";

const NOT_CONNECTED: LocalFailure = {
  code: ExitCode.DISCONNECT,
  message: "Transport endpoint is not connected",
  legacy: -107,
};
const TIMED_OUT: LocalFailure = {
  code: ExitCode.TIMEOUT,
  message: "Timer expired",
  legacy: -62,
};
/** How long an answer of another node is awaited. */
const PEER_TIMEOUT_MS = 30_000;
const STONITH_TIMEOUT_MS = 120_000;

/** What the tools' requests need of the node that they came to. */
export interface RequestContext {
  replica: Replica;
  attributes: Attributes;
  fencer: Fencer;
  nodeName: string;
  /** The wall clock. */
  nowMs(): number;
  info(): ClusterInfo;
  emit(effect: NodeEffect): void;
  send(message: GroupMessage): void;
  /** Multicasts requests; `done` is called when they were applied, and are durable if need be. */
  change(requests: WireRequest[], client: Peer, done: ChangeDone): void;
  attributeRequest(request: AttributeRequest): void;
  fencerEvent(event: FencerEvent): void;
  setTimer(id: string, delayMs: number): void;
  clearTimer(id: string): void;
  stop(): void;
}

export type ChangeDone = (
  result: { output: Element | null; changed: boolean } | { failure: LocalFailure },
) => void;

type Finish<K extends LocalCommand> = (answer: LocalAnswer<K>) => void;

interface Waiting {
  finish: Finish<LocalCommand>;
  left: number;
  /** It waits for the DC to have nothing left to do. */
  idle: boolean;
  /** The nodes whose answers are still due, where it matters whose they are. */
  from: Set<string> | null;
}

/** Answers the tools. What cannot be answered at once waits under a token for an event. */
export class Requests {
  #context: RequestContext;
  /** Requests that were not answered yet. */
  #open = new Set<number>();
  /** What waits for other nodes, by token; also the id of its timer. */
  #waiting = new Map<string, Waiting>();
  #counter = 0;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  handle(id: number, command: LocalCommand, body: unknown, peer: Peer): void {
    this.#open.add(id);
    const finish: Finish<LocalCommand> = (answer) => {
      if (this.#open.delete(id)) this.#context.emit({ type: "answer", id, answer });
    };
    const request = typeof body === "object" && body !== null ? body : {};
    try {
      this.#dispatch(command, request as never, peer, finish);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      finish(failed({ code: ExitCode.USAGE, message: error.message, legacy: -22 }));
    }
  }

  gone(id: number): void {
    this.#open.delete(id);
  }

  #dispatch<K extends LocalCommand>(
    command: K,
    request: never,
    peer: Peer,
    finish: Finish<LocalCommand>,
  ): void {
    const done = (): void => finish({ ok: true, value: {} });
    const handlers: { [C in LocalCommand]: (request: LocalRequest<C>) => void } = {
      cib: (call) => this.#cib(call, peer, finish),
      info: () => finish({ ok: true, value: this.#infoFor(peer) }),
      attributeUpdate: (call) => this.#attributeUpdate(call, peer, finish),
      attributeQuery: (call) => finish(this.#attributeQuery(call, peer)),
      attributeClearFailures: (call) => {
        this.#context.attributeRequest(clearRequest(call, peer));
        done();
      },
      historyDelete: (call) => {
        const order = {
          order: "history-delete" as const,
          resource: text(call.resource),
          node: text(call.node),
        };
        this.#order(call.router ?? call.node, order, (answer) => {
          finish(answer);
          if (answer.ok) this.#noteRefresh(peer);
        });
      },
      resourceFail: (call) => this.#order(call.router ?? call.node, failOrder(call), finish),
      reprobe: (call) => this.#order(call.node ?? null, { order: "reprobe" }, finish),
      waitIdle: (call) => this.#waitIdle(call.timeoutMs, finish),
      controllerStatus: (call) => this.#controllerStatus(call.node ?? null, finish),
      removeNode: (call) => this.#removeNode(call, peer, finish),
      fence: (call) => this.#fence(call, peer, finish),
      fenceConfirm: (call) => {
        const token = this.#wait(finish, PEER_TIMEOUT_MS);
        const client = `stonith_admin.${peer.pid}`;
        const target = text(call.node);
        this.#context.fencerEvent({ type: "confirm", requestId: token, target, client });
      },
      fenceHistory: (call) => finish({ ok: true, value: { entries: this.history(call.node) } }),
      fenceHistoryCleanup: (call) => {
        this.#context.send({ kind: "fence-cleanup", node: call.node ?? null });
        done();
      },
      fenceDevices: (call) => finish(this.#fenceDevices(call.target)),
      fenceDeviceAction: (call) => this.#deviceAction(call, finish),
      shutdown: () => {
        if (peer.remote !== undefined) throw new BadRequest("not possible from a remote node");
        this.#context.stop();
        done();
      },
    };
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (handler === undefined) throw new BadRequest(`unknown command ${String(command)}`);
    (handler as (request: never) => void)(request);
  }

  // --- CIB ------------------------------------------------------------------------------------

  #cib(call: CibCall, peer: Peer, finish: Finish<"cib">): void {
    checkCibCall(call);
    const { input, ...rest } = call;
    if (input !== undefined) {
      const parsed = parseXml(text(input));
      if (!parsed.ok) {
        const message = `${parsed.error.message} (line ${parsed.error.line})`;
        finish(failed({ code: ExitCode.DATAERR, message, legacy: -22 }));
        return;
      }
    }
    const wire: WireRequest = {
      ...rest,
      user: peer.user,
      ...(input === undefined ? {} : { input }),
    };
    const { replica } = this.#context;
    if (call.operation === "query") {
      const result = replica.query(wire);
      if (!result.ok) {
        finish(failed(result.error));
        return;
      }
      const { output } = result.value;
      finish({ ok: true, value: this.#cibReply(output, false) });
      return;
    }
    if (call.operation === "upgrade" && isLatest(replica.cib)) {
      finish(failed(CibFailures.schemaUnchanged));
      return;
    }
    this.#context.change([wire], peer, (result) => {
      if ("failure" in result) return finish(failed(result.failure));
      finish({ ok: true, value: this.#cibReply(result.output, result.changed) });
    });
  }

  #cibReply(output: Element | null, changed: boolean): LocalReply<"cib"> {
    const version = formatVersion(this.#context.replica.version);
    return {
      output: output === null ? null : printXml(output, { pretty: true }),
      changed,
      version,
    };
  }

  /** A history was deleted by hand: as with the original, a property says when that was last done. */
  #noteRefresh(peer: Peer): void {
    const seconds = String(Math.floor(this.#context.nowMs() / 1000));
    const change = propertyChange(this.#context.replica.cib, { "last-lrm-refresh": seconds });
    if (change === null) return;
    const { input, ...rest } = change;
    this.#context.change([{ ...rest, input: printXml(input) }], peer, () => {});
  }

  #removeNode(call: LocalRequest<"removeNode">, peer: Peer, finish: Finish<"removeNode">): void {
    const name = text(call.node);
    const { peers } = this.#context.info();
    const known = peers.find((entry) => entry.name === name);
    if (known?.engine === true) {
      const message = `Node ${name} is a member of the cluster`;
      finish(failed({ code: ExitCode.UNSAFE, message, legacy: -1 }));
      return;
    }
    this.#context.attributeRequest({
      ...attributeRequest({ name: "", value: null, kind: "update" }, peer),
      task: "peer-remove",
      nodes: [name],
    });
    const quoted = quote(name);
    const requests: WireRequest[] = [
      { operation: "delete", xpath: `/cib/configuration/nodes/node[@uname=${quoted}]` },
      { operation: "delete", xpath: `/cib/status/node_state[@uname=${quoted}]` },
    ];
    this.#context.change(requests, peer, (result) => {
      finish("failure" in result ? failed(result.failure) : { ok: true, value: {} });
    });
  }

  // --- Attributes -----------------------------------------------------------------------------

  #attributeUpdate(call: AttributeUpdateCall, peer: Peer, finish: Finish<"attributeUpdate">): void {
    const request = this.#forRemote(attributeRequest(call, peer), peer);
    if (call.wait !== "local" && call.wait !== "cluster") {
      this.#context.attributeRequest(request);
      finish({ ok: true, value: {} });
      return;
    }
    const engines = this.#context.info().peers.filter((each) => each.engine);
    const members = engines.map((each) => each.name);
    const from = call.wait === "local" ? [this.#context.nodeName] : members;
    const token = this.#wait(finish, PEER_TIMEOUT_MS, from.length);
    this.#waiting.get(token)!.from = new Set(from);
    this.#context.attributeRequest({ ...request, wait: { token, for: call.wait } });
  }

  /** The cluster as a tool sees it; on a remote node that is the node where the tool is. */
  #infoFor(peer: Peer): ClusterInfo {
    const info = this.#context.info();
    if (peer.remote === undefined) return info;
    return { ...info, nodeName: peer.remote, uuid: peer.remote, nodeId: 0 };
  }

  /** What names no node means the one where the tool is. */
  #forRemote(request: AttributeRequest, peer: Peer): AttributeRequest {
    const here = peer.remote === undefined ? [] : [peer.remote];
    const nodes = request.nodes.length > 0 ? request.nodes : here;
    const { remotes } = this.#context.info();
    const isRemote = (node: string): boolean =>
      node === peer.remote || remotes.some((remote) => remote.name === node);
    return { ...request, nodes, remote: request.remote || nodes.some(isRemote) };
  }

  #attributeQuery(call: LocalRequest<"attributeQuery">, peer: Peer): LocalAnswer<"attributeQuery"> {
    const name = text(call.name);
    const here = peer.remote ?? this.#context.nodeName;
    const node = call.allNodes === true ? null : (call.node ?? here);
    const found = this.#context.attributes.query({ name, node });
    const values = found.map(({ node, value }) => ({ node, value }));
    if (values.length === 0) return failed(CibFailures.noObject);
    return { ok: true, value: { name, values } };
  }

  // --- Other nodes ----------------------------------------------------------------------------

  #order(to: string | null, order: LocalOrder, finish: Finish<"reprobe">): void {
    const { peers } = this.#context.info();
    const running = peers.filter((peer) => peer.engine).map((peer) => peer.name);
    if (to !== null && !running.includes(to)) {
      const message = `Node ${to} is not a member of the cluster`;
      finish(failed({ code: ExitCode.NOHOST, message, legacy: -113 }));
      return;
    }
    const token = this.#wait(finish, PEER_TIMEOUT_MS, to === null ? running.length : 1);
    this.#context.send({ kind: "local", to, token, order });
  }

  #waitIdle(timeoutMs: number, finish: Finish<"waitIdle">): void {
    const token = this.#wait(finish, Number(timeoutMs) || PEER_TIMEOUT_MS, 1, true);
    this.#context.send({ kind: "wait-idle", token });
  }

  /** The DC changed: it does not know who waits. */
  askIdleAgain(): void {
    for (const [token, { idle }] of this.#waiting) {
      if (idle) this.#context.send({ kind: "wait-idle", token });
    }
  }

  #controllerStatus(node: string | null, finish: Finish<"controllerStatus">): void {
    if (node === this.#context.nodeName && this.#context.info().state === "starting") {
      finish({ ok: true, value: { node, state: "S_PENDING", isDc: false } });
      return;
    }
    const token = this.#wait(finish as Finish<LocalCommand>, PEER_TIMEOUT_MS);
    this.#context.send({ kind: "ask-status", to: node, token });
  }

  /** Something that was waited for happened. */
  arrived(token: string, answer: LocalAnswer, from: string | null = null): void {
    const entry = this.#waiting.get(token);
    if (entry === undefined) return;
    if (entry.from !== null && from !== null) entry.from.delete(from);
    entry.left = entry.from === null ? entry.left - 1 : entry.from.size;
    if (entry.left > 0 && answer.ok) return;
    this.#waiting.delete(token);
    this.#context.clearTimer(token);
    entry.finish(answer);
  }

  /** An engine went away: what it was to confirm can no more be otherwise there. */
  lost(node: string): void {
    for (const [token, { from }] of this.#waiting) {
      if (from?.has(node) === true) this.arrived(token, { ok: true, value: {} }, node);
    }
  }

  timedOut(token: string): void {
    const entry = this.#waiting.get(token);
    if (entry === undefined) return;
    this.#waiting.delete(token);
    entry.finish(failed(TIMED_OUT));
  }

  /** The ring is gone: nothing that was asked of others will be answered. */
  disconnected(): void {
    for (const [token, { finish }] of this.#waiting) {
      this.#context.clearTimer(token);
      finish(failed(NOT_CONNECTED));
    }
    this.#waiting.clear();
  }

  #wait(finish: Finish<never>, timeoutMs: number, answers = 1, idle = false): string {
    this.#counter += 1;
    const token = `wait:${this.#context.nodeName}:${this.#counter}`;
    this.#waiting.set(token, {
      finish: finish as Finish<LocalCommand>,
      left: answers,
      idle,
      from: null,
    });
    this.#context.setTimer(token, timeoutMs);
    return token;
  }

  // --- Fencing --------------------------------------------------------------------------------

  #fence(call: LocalRequest<"fence">, peer: Peer, finish: Finish<"fence">): void {
    const timeoutMs = call.timeoutS === undefined ? STONITH_TIMEOUT_MS : call.timeoutS * 1000;
    const token = this.#wait(finish as Finish<LocalCommand>, timeoutMs + PEER_TIMEOUT_MS);
    const delay = call.delayS ?? 0;
    this.#context.fencerEvent({
      type: "fence",
      request: {
        requestId: token,
        target: text(call.node),
        action: call.action,
        timeoutMs,
        delayMs: delay < 0 ? -1 : delay * 1000,
        toleranceMs: (call.toleranceS ?? 0) * 1000,
        client: clientName(call.client, peer),
      },
    });
  }

  /** The fencer's reply to a request that a tool made. */
  fenceReply(result: FenceResult): void {
    if (result.exitStatus === 0) {
      const value = { delegate: result.delegate, action: result.action };
      this.arrived(result.requestId, { ok: true, value });
      return;
    }
    const why = result.exitStatus === ExitCode.NOSUCH ? "No such device" : "Fencing failed";
    const message = result.reason === "" ? why : result.reason;
    this.arrived(result.requestId, failed({ code: result.exitStatus, message, legacy: -1 }));
  }

  /** A device was monitored for a tool. */
  deviceDone({ run, outcome }: Extract<FencerEffect, { type: "device-done" }>): void {
    const value = { code: outcome.code, output: outcome.stdout, exitReason: outcome.error ?? null };
    this.arrived(run, { ok: true, value });
  }

  listDone(done: Extract<FencerEffect, { type: "list-done" }>): void {
    const output = done.targets.map((target) => `${target}\n`).join("");
    const exitReason = done.reason === "" ? null : done.reason;
    this.arrived(done.requestId, {
      ok: true,
      value: { code: done.exitStatus, output, exitReason },
    });
  }

  /** Fencing history, newest first. */
  history(node?: string): FenceHistoryEntry[] {
    const records = this.#context.fencer.history(node ?? null);
    return records.map((record) => ({
      id: record.id,
      target: record.target,
      action: record.action,
      state: record.state === "done" ? "success" : record.state === "failed" ? "failed" : "pending",
      client: record.client,
      origin: record.origin,
      delegate: record.delegate,
      completedMs: record.completedMs === 0 ? null : record.completedMs,
      exitReason: record.reason === "" ? null : record.reason,
    }));
  }

  #fenceDevices(target: string | undefined): LocalAnswer<"fenceDevices"> {
    const devices = this.#context.fencer.devices(target ?? null);
    return { ok: true, value: { devices } };
  }

  #deviceAction(call: LocalRequest<"fenceDeviceAction">, finish: Finish<LocalCommand>): void {
    const timeoutMs = (call.timeoutS ?? 60) * 1000;
    const run = this.#wait(finish as never, timeoutMs + PEER_TIMEOUT_MS);
    if (call.action === "list") {
      this.#context.fencerEvent({ type: "list", requestId: run, device: text(call.device) });
      return;
    }
    this.#context.fencerEvent({
      type: "device",
      run,
      device: text(call.device),
      agent: "",
      operation: "monitor",
      parameters: {},
      timeoutMs,
    });
  }
}

class BadRequest extends Error {}

const OPERATIONS = new Set<unknown>([
  "query",
  "create",
  "modify",
  "delete",
  "delete_all",
  "replace",
  "erase",
  "bump",
  "apply_patch",
  "upgrade",
]);

/** What would be multicast to all members has the right types, whoever wrote the client. */
function checkCibCall(call: CibCall): void {
  if (!OPERATIONS.has(call.operation)) throw new BadRequest("unknown CIB operation");
  for (const value of [call.scope, call.xpath, call.input]) if (value !== undefined) text(value);
}

/** A string of the request: bodies are not checked before. */
function text(value: unknown): string {
  if (typeof value !== "string") throw new BadRequest("malformed request");
  return value;
}

function quote(name: string): string {
  return name.includes("'") ? `"${name}"` : `'${name}'`;
}

function failed(error: LocalFailure): { ok: false; error: LocalFailure } {
  const { code, message, legacy } = error;
  return { ok: false, error: { code, message, legacy } };
}

const TASKS = {
  update: "update",
  both: "update-both",
  delay: "update-delay",
  refresh: "refresh",
} as const;

function attributeRequest(call: AttributeUpdateCall, peer: Peer): AttributeRequest {
  return {
    task: TASKS[call.kind] ?? "update",
    name: text(call.name),
    pattern: call.regex === true,
    value: call.value ?? null,
    nodes: call.node === undefined ? [] : [text(call.node)],
    dampenMs: call.dampenMs ?? null,
    private: call.private === true,
    set: call.setId ?? null,
    setType: call.setType === "utilization" ? "utilization" : "instance_attributes",
    user: peer.user,
    remote: call.isRemote === true,
  };
}

function clearRequest(call: LocalRequest<"attributeClearFailures">, peer: Peer): AttributeRequest {
  const base = attributeRequest({ name: "", value: null, kind: "update" }, peer);
  return {
    ...base,
    task: "clear-failure",
    nodes: call.node === undefined ? [] : [call.node],
    resource: call.resource ?? null,
    operation: call.operation ?? null,
    intervalMs: call.intervalMs ?? null,
  };
}

/** There is no newer schema for this CIB. */
function isLatest(cib: Element): boolean {
  const upgraded = upgradeCib(cib);
  return upgraded.ok && upgraded.value.get("validate-with") === cib.get("validate-with");
}

function failOrder(call: LocalRequest<"resourceFail">): LocalOrder {
  return {
    order: "fail",
    node: text(call.node),
    resource: text(call.resource),
    class: text(call.class),
    provider: call.provider ?? null,
    type: text(call.type),
  };
}

/** `TOOL.PID` for the history; tools may have put their number there themselves. */
function clientName(client: string | undefined, peer: Peer): string {
  const name = client === undefined ? "stonith_admin" : text(client);
  return /\.\d+$/.test(name) ? name : `${name}.${peer.pid}`;
}
