import { fromEpoch } from "../cib/mod.ts";
import { Bench, type Work } from "./bench.ts";
import { levelsFor, readConfiguration } from "./configuration.ts";
import { Context } from "./context.ts";
import { actionTimeoutMs, delays, supports } from "./device-parameters.ts";
import { Devices } from "./devices.ts";
import { History } from "./history.ts";
import { Operation, type Outcome } from "./operation.ts";
import type { Offer } from "./plan.ts";
import { because } from "./reason-text.ts";
import type {
  FenceAction,
  FenceDevice,
  FenceMessage,
  FenceRecord,
  FenceRequest,
  FenceResult,
  FencerEffect,
  FencerEvent,
  FencerOptions,
  Fencing,
} from "./types.ts";
import { fencesItself, WATCHDOG_AGENT, WATCHDOG_DEVICE } from "./watchdog.ts";

/** Who fenced, when an administrator gave their word. */
const HUMAN = "a human";
const NO_DEVICE = { exitStatus: 105, status: 10 };

/**
 * The fencer of one node. A request becomes a query that all fencers see in the same order, so that
 * all agree which operations are under way: one for the same target and action joins the first.
 */
export class Fencer {
  readonly #context: Context;
  readonly #bench: Bench;
  readonly #devices: Devices;
  readonly #history = new History();
  /** Operations that this node leads, by id. */
  readonly #operations = new Map<string, Operation>();
  /** Requests sent as queries that have not come back yet, by operation id. */
  readonly #asked = new Map<string, FenceRequest>();
  /** Who on this node waits for which operation. */
  readonly #waiting = new Map<string, FenceRequest[]>();
  #members: string[] = [];

  constructor(options: FencerOptions) {
    this.#context = new Context(options);
    this.#bench = new Bench(this.#context);
    this.#devices = new Devices(this.#context, this.#bench);
  }

  step(event: FencerEvent, nowMs: number): FencerEffect[] {
    this.#context.begin(nowMs);
    this.#take(event);
    return this.#context.end();
  }

  /** Newest first; null stands for all targets. */
  history(target: string | null): FenceRecord[] {
    return this.#history.list(target);
  }

  /** Ids of this node's devices; with a target, of those known to fence it. */
  devices(target: string | null): string[] {
    const found = target === null ? this.#devices.all() : this.#devices.known(target);
    const ids = found.map((device) => device.id);
    const { watchdog } = this.#devices.configuration;
    const itself = target === null ? watchdog !== null : fencesItself(watchdog, target);
    return itself ? [...ids, WATCHDOG_DEVICE] : ids;
  }

  #take(event: FencerEvent): void {
    switch (event.type) {
      case "cib": {
        const now = fromEpoch(Math.floor(this.#context.nowMs / 1000));
        const { watchdogTimeoutMs } = this.#context.options;
        const { self } = this.#context;
        const configuration = readConfiguration(event.cib, self, now, watchdogTimeoutMs);
        this.#devices.configure(configuration);
        const unfit = configuration.watchdog?.unfit ?? null;
        if (unfit !== null) this.#context.emit({ type: "unfit", reason: unfit });
        break;
      }
      case "members":
        this.#membersChanged(event.names);
        break;
      case "message":
        this.#message(event.from, event.message);
        break;
      case "fence":
        this.#fence(event.request);
        break;
      case "confirm":
        this.#confirm(event.requestId, event.target, event.client);
        break;
      case "history-cleanup":
        this.#send({ kind: "history-cleanup", target: event.target });
        break;
      case "device":
        this.#device(event);
        break;
      case "list":
        this.#list(event.requestId, event.device);
        break;
      case "run-done":
        this.#bench.runDone(event.run, event.outcome);
        break;
      case "timer":
        this.#context.fire(event.id);
        break;
    }
  }

  #send(message: FenceMessage, to: string | null = null): void {
    this.#context.emit({ type: "send", to, message });
  }

  // --- Requests of this node ------------------------------------------------------------------

  #fence(request: FenceRequest): void {
    const { target, action, toleranceMs } = request;
    if (toleranceMs > 0) {
      const since = this.#context.nowMs - toleranceMs;
      const recent = this.#history.recentSuccess(target, action, since);
      if (recent !== undefined) {
        this.#reply(request, recent);
        return;
      }
    }
    const id = this.#context.options.uuid();
    this.#asked.set(id, request);
    this.#send({
      kind: "query",
      id,
      target,
      action,
      client: request.client,
      timeoutMs: request.timeoutMs,
      delayMs: request.delayMs,
    });
  }

  #confirm(requestId: string, target: string, client: string): void {
    const action: FenceAction = "off";
    const request: FenceRequest = {
      requestId,
      target,
      action,
      client,
      timeoutMs: 0,
      delayMs: 0,
      toleranceMs: 0,
    };
    const record = this.#newRecord(this.#context.options.uuid(), this.#context.self, request);
    this.#waiting.set(record.id, [request]);
    const outcome = { ok: true, exitStatus: 0, status: 0, reason: "", delegate: HUMAN };
    this.#broadcastEnd(record, outcome);
  }

  #newRecord(
    id: string,
    origin: string,
    of: { target: string; action: FenceAction; client: string },
  ): FenceRecord {
    return {
      id,
      target: of.target,
      action: of.action,
      origin,
      client: of.client,
      delegate: null,
      state: "query",
      completedMs: 0,
      exitStatus: 0,
      status: -1,
      reason: "",
    };
  }

  #broadcastEnd(record: FenceRecord, outcome: Outcome): void {
    const { ok, exitStatus, status, reason, delegate } = outcome;
    const ended: FenceRecord = {
      ...record,
      state: ok ? "done" : "failed",
      completedMs: this.#context.nowMs,
      exitStatus,
      status,
      reason,
      delegate,
    };
    this.#send({ kind: "result", record: ended });
  }

  #reply(request: FenceRequest, record: FenceRecord): void {
    const { requestId, target, action } = request;
    const { exitStatus, status, reason, delegate } = record;
    const result: FenceResult = {
      requestId,
      target,
      action,
      exitStatus,
      status,
      reason,
      delegate,
    };
    this.#context.emit({ type: "reply", result });
  }

  // --- Messages -------------------------------------------------------------------------------

  #message(from: string, message: FenceMessage): void {
    switch (message.kind) {
      case "query":
        this.#query(from, message as unknown as Query);
        break;
      case "offers": {
        const { id, offers } = message as unknown as { id: string; offers: Offer[] };
        this.#operations.get(id)?.offered(from, offers);
        break;
      }
      case "execute":
        this.#execute(from, message as unknown as Execute);
        break;
      case "executed": {
        const reply = message as unknown as { operation: string; token: string; outcome: Outcome };
        this.#operations.get(reply.operation)?.executed(reply.token, reply.outcome);
        break;
      }
      case "self-fence":
        if (message["target"] === this.#context.self) this.#context.emit({ type: "self-fence" });
        break;
      case "result":
        this.#ended(message["record"] as FenceRecord);
        break;
      case "history":
        this.#history.merge(message["records"] as FenceRecord[]);
        break;
      case "history-cleanup":
        this.#history.clean((message["target"] as string | null) ?? null);
        break;
    }
  }

  #query(from: string, query: Query): void {
    const request = this.#asked.get(query.id);
    this.#asked.delete(query.id);
    const { target, action } = query;
    const pending = this.#history.pending();
    const first = pending.find((record) => record.target === target && record.action === action);
    const leader = this.#leaderOf(from, query);
    if (request !== undefined) this.#wait(first?.id ?? query.id, request);
    if (first !== undefined) {
      this.#context.log("info", `${action} of ${target} for ${query.client} joins ${first.id}`);
      return;
    }
    this.#history.put(this.#newRecord(query.id, leader, query));
    if (leader === this.#context.self) this.#lead(query.id, query);
    this.#devices.find(target, action, (devices) => {
      const offers = devices.map((device) => this.#offer(device, query));
      this.#send({ kind: "offers", id: query.id, offers }, leader);
    });
  }

  /**
   * Who leads an operation: the node that was asked, unless it is to go down itself and others are
   * there. It would not live to say that it went well, and would be fenced once more for being lost.
   */
  #leaderOf(from: string, { target, action }: Query): string {
    if (from !== target || action === "on") return from;
    return this.#members.find((name) => name !== target) ?? from;
  }

  #wait(id: string, request: FenceRequest): void {
    this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), request]);
  }

  /** This node leads the operation from here on. */
  #lead(id: string, request: Fencing): void {
    const levels = levelsFor(this.#devices.configuration, request.target);
    const conclude = (outcome: Outcome): void => {
      this.#operations.delete(id);
      const record = this.#history.get(id);
      if (record !== undefined) this.#broadcastEnd(record, outcome);
    };
    const { watchdog } = this.#devices.configuration;
    const waitMs = fencesItself(watchdog, request.target) ? (watchdog?.waitMs ?? null) : null;
    const operation = new Operation(
      this.#context,
      id,
      request,
      this.#members,
      levels,
      waitMs,
      conclude,
    );
    this.#operations.set(id, operation);
    const { target, action, client } = request;
    this.#context.log("notice", `${client} wants to ${action} ${target}, operation ${id}`);
  }

  #offer(device: FenceDevice, query: Query): Offer {
    const { action, timeoutMs, target } = query;
    const info = this.#context.options.agentInfo(device.agent);
    const remapped = action === "reboot" && !supports(device, action, info);
    const total = actionTimeoutMs(device, remapped ? "off" : action, timeoutMs);
    const { maxMs } = delays(device, target);
    return {
      node: this.#context.self,
      device: device.id,
      verified: this.#devices.isVerified(device.id),
      timeoutMs: total + maxMs,
      required: action === "on" && info?.automaticUnfence === true,
    };
  }

  /** We were chosen to do it. */
  #execute(from: string, order: Execute): void {
    const answer = (outcome: Outcome): void => {
      const { operation, token } = order;
      this.#send({ kind: "executed", operation, token, outcome }, from);
    };
    const device = this.#devices.get(order.device);
    if (device === undefined) {
      const reason = `${order.device} is not a device of this node any more`;
      answer({ ok: false, ...NO_DEVICE, reason, delegate: null });
      return;
    }
    const { action, target, timeoutMs } = order;
    const start = (): void =>
      this.#bench.perform(device, action, target, timeoutMs, (work) => answer(this.#outcome(work)));
    const delayMs = this.#delayOf(device, order);
    if (delayMs <= 0) {
      start();
      return;
    }
    this.#context.log(
      "notice",
      `delaying ${action} of ${target} with ${device.id} by ${delayMs}ms`,
    );
    this.#context.setTimer(this.#context.newId("f:delay:"), delayMs, start);
  }

  #outcome(work: Work): Outcome {
    const { ok, status, reason } = work;
    return { ok, exitStatus: ok ? 0 : 1, status, reason, delegate: this.#context.self };
  }

  /** What was asked for, the device's base, and a random part up to its maximum. */
  #delayOf(device: FenceDevice, order: Execute): number {
    if (order.delayMs < 0 || order.action === "on") return 0;
    const { baseMs, maxMs } = delays(device, order.target);
    const span = maxMs - baseMs;
    const extra = span > 0 ? this.#context.options.random() % (span + 1) : 0;
    return order.delayMs + baseMs + extra;
  }

  /** An operation ended: every node hears it at the same place of the order. */
  #ended(record: FenceRecord): void {
    this.#history.put(record);
    const byUs = record.origin === this.#context.self;
    this.#context.emit({ type: "notify", record, byUs });
    const { action, target, delegate, client } = record;
    const how = record.state === "done" ? "succeeded" : `failed${because(record.reason)}`;
    const who = delegate === null ? "" : ` by ${delegate}`;
    const level = record.state === "done" ? "notice" : "warning";
    this.#context.log(level, `${action} of ${target}${who} for ${client} ${how}`);
    const waiting = this.#waiting.get(record.id) ?? [];
    this.#waiting.delete(record.id);
    for (const request of waiting) this.#reply(request, record);
  }

  // --- Membership -----------------------------------------------------------------------------

  #membersChanged(names: string[]): void {
    const before = this.#members;
    this.#members = names;
    const left = before.filter((name) => !names.includes(name));
    for (const record of this.#history.pending()) {
      if (!left.includes(record.origin)) continue;
      // Nobody leads it any more. Whoever needs it asks again.
      const reason = `${record.origin}, which led the operation, left`;
      const completedMs = this.#context.nowMs;
      const failure = { state: "failed", exitStatus: 1, status: 4, reason, completedMs } as const;
      this.#ended({ ...record, ...failure });
    }
    for (const operation of this.#operations.values()) {
      for (const name of left) operation.left(name);
    }
    const stayed = before.filter((name) => names.includes(name)).sort();
    if (names.some((name) => !before.includes(name)) && stayed[0] === this.#context.self) {
      this.#send({ kind: "history", records: this.#history.list(null).reverse() });
    }
  }

  // --- Devices on this node -------------------------------------------------------------------

  #device(event: Extract<FencerEvent, { type: "device" }>): void {
    const { run, operation, timeoutMs, agent, parameters } = event;
    const finish = (work: Work): void => this.#deviceDone(run, work);
    if (operation === "remove") {
      this.#devices.remove(event.device);
      finish({ ok: true, code: 0, status: 0, reason: "", output: "", runMs: 0 });
      return;
    }
    if (operation === "register" && agent !== WATCHDOG_AGENT) {
      this.#devices.register({ id: event.device, agent, parameters, source: "api" });
    }
    if (agent === WATCHDOG_AGENT || (agent === "" && event.device === WATCHDOG_DEVICE)) {
      this.#watchdogDevice(finish);
      return;
    }
    const device = this.#devices.get(event.device);
    if (device === undefined) {
      const reason = `No such device: ${event.device}`;
      const missing = { ok: false, code: 1, status: 10, output: "", runMs: 0 };
      finish({ ...missing, reason, errno: "ENODEVICE" });
      return;
    }
    this.#bench.perform(device, "monitor", null, timeoutMs, (work) => {
      this.#devices.verify(device.id, work.ok);
      finish(work);
    });
  }

  /** Self-fencing needs no agent: it works where it is configured. */
  #watchdogDevice(finish: (work: Work) => void): void {
    const ok = this.#devices.configuration.watchdog !== null;
    const reason = ok ? "" : "Watchdog fence device not configured";
    finish({ ok, code: ok ? 0 : 1, status: ok ? 0 : 10, reason, output: "", runMs: 0 });
  }

  #deviceDone(run: string, work: Work): void {
    const common = { stdout: work.output, stderr: "", error: work.reason, runMs: work.runMs };
    if (work.errno !== undefined) {
      const outcome = { outcome: "failed", code: 0, errno: work.errno, ...common } as const;
      this.#context.emit({ type: "device-done", run, outcome });
      return;
    }
    const outcome = {
      outcome: work.status === 2 ? ("timeout" as const) : ("exited" as const),
      code: work.ok ? 0 : 1,
      ...common,
    };
    this.#context.emit({ type: "device-done", run, outcome });
  }

  #list(requestId: string, id: string): void {
    const done = (exitStatus: number, targets: string[], reason: string): void =>
      this.#context.emit({ type: "list-done", requestId, exitStatus, targets, reason });
    const device = this.#devices.get(id);
    if (device === undefined) {
      done(NO_DEVICE.exitStatus, [], `No such device: ${id}`);
      return;
    }
    this.#bench.perform(device, "list", null, 60_000, (work) => {
      const lines = work.output.split("\n").filter((line) => line.trim() !== "");
      done(work.ok ? 0 : 1, work.ok ? lines : [], work.reason);
    });
  }
}

interface Query extends Fencing {
  id: string;
}

interface Execute {
  operation: string;
  token: string;
  device: string;
  action: FenceAction;
  target: string;
  timeoutMs: number;
  delayMs: number;
}
