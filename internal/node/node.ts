import { Attributes, type AttributesEffect, type AttributesEvent } from "../attributes/mod.ts";
import { CRM_FEATURE_SET, ExitCode } from "../base/mod.ts";
import { type CibStamp, formatLastWritten } from "../cib/mod.ts";
import {
  type Candidate,
  type CibChange,
  clusterProperty,
  type DcEffect,
  type DcEvent,
  DesignatedController,
  electDc,
} from "../controller/mod.ts";
import { Executor, type ExecutorEffect, type ExecutorEvent } from "../executor/mod.ts";
import { type FenceRecord, Fencer, type FencerEffect, type FencerEvent } from "../fencer/mod.ts";
import type { LogLevel, RingEvent, RingQuorum } from "../ports/mod.ts";
import { printXml } from "../xml/mod.ts";
import { cibRules } from "./cib-rules.ts";
import { Group, type LostMember, type OuterMessage } from "./group.ts";
import { clusterInfo } from "./info.ts";
import { joinChanges } from "./join.ts";
import { type LocalOutcome, LocalResources } from "./local-resources.ts";
import { changeRequests, type GroupMessage, type LocalOrder, type Offer } from "./messages.ts";
import { NodeNames } from "./names.ts";
import { type Applied, withoutStatus } from "./replica.ts";
import { Requests } from "./requests.ts";
import type { NodeEffect, NodeEvent, NodeOptions } from "./types.ts";
import { Watchers } from "./watchers.ts";

/** How long a stop waits for the cluster when the ring or the peers are not there. */
const STOP_ALONE_MS = 10_000;
/** After this long an orderly stop is given up and the engine goes as it is. */
const SHUTDOWN_ESCALATION_MS = 20 * 60_000;
const PERSIST_RETRY_MS = 1_000;
/** How long changes wait for the members to agree before their clients are told. */
const HELD_CHANGES_MS = 60_000;

type ChangeMessage = Extract<GroupMessage, { kind: "change" }>;

/**
 * One cluster node: the pure rooms put together. Events in, effects out; no clock, socket, file or
 * process of its own, so that the simulator runs the same code as the engine.
 */
export class Node {
  readonly #options: NodeOptions;
  readonly #names: NodeNames;
  readonly #group: Group;
  readonly #dc: DesignatedController;
  readonly #executor: Executor;
  readonly #fencer: Fencer;
  readonly #attributes: Attributes;
  readonly #local: LocalResources;
  readonly #requests: Requests;
  readonly #watchers: Watchers;
  #out: NodeEffect[] = [];
  #nowMs: number;
  #dcName: string | null = null;
  #quorum: RingQuorum | null = null;
  #connected = false;
  #stopping = false;
  #exited = false;
  /** Seconds since 1970 when this engine first agreed with its peers; 0 before. */
  #joinedAt = 0;
  /** Successful fencing that no DC may have recorded yet: target and action. */
  #unrecorded = new Map<string, string>();

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#nowMs = options.startedAtMs;
    this.#names = new NodeNames(options.nodes);
    const { nodeId, nodeName, pid } = options;
    this.#group = new Group({ nodeId, pid }, options.cib, cibRules, {
      emit: (effect) => this.#emit(effect),
      self: () => this.#describe(),
      lost: (members) => this.#onLost(members),
      agreed: (fresh, replaced) => this.#onAgreed(fresh, replaced),
      changed: (from, message, applied) => this.#onChanged(from, message, applied),
      message: (from, message) => this.#onMessage(from, message),
    });
    this.#dc = new DesignatedController({
      nodeName,
      uuid: options.uuid(),
      clusterName: options.clusterName,
      configured: this.#names.configured,
      dcVersion: options.dcVersion,
      haveWatchdog: options.haveWatchdog,
    });
    this.#executor = new Executor({
      nodeName,
      ocfRoot: options.ocfRoot,
      runFolder: options.runFolder,
      operationLimit: options.operationLimit,
      env: options.agentEnv,
    });
    this.#fencer = new Fencer({
      nodeName,
      random: options.random,
      uuid: options.uuid,
      agentInfo: options.fenceAgentInfo,
    });
    this.#attributes = new Attributes({ nodeName });
    this.#local = new LocalResources({ uuid: String(nodeId), name: nodeName });
    this.#watchers = new Watchers((id, line) => this.#emit({ type: "watch-line", id, line }));
    this.#requests = this.#newRequests();
  }

  /** The CIB held; read only. */
  get cib() {
    return this.#group.replica.cib;
  }

  get dcState(): string {
    if (this.#dcName === this.#options.nodeName) return this.#dc.state;
    return this.#group.synced ? "S_NOT_DC" : "S_PENDING";
  }

  get dcName(): string | null {
    return this.#dcName;
  }

  /** Takes one event; gives what is to be done, in order. `nowMs` is the wall clock. */
  step(event: NodeEvent, nowMs: number): NodeEffect[] {
    this.#out = [];
    this.#nowMs = nowMs;
    if (!this.#exited) {
      this.#take(event);
      this.#persist();
    }
    return this.#out;
  }

  #take(event: NodeEvent): void {
    switch (event.type) {
      case "ring":
        this.#onRing(event.event);
        return;
      case "request":
        this.#requests.handle(event.id, event.command, event.body, event.peer);
        return;
      case "request-gone":
        this.#requests.gone(event.id);
        return;
      case "watch": {
        const state = { cib: this.cib, info: this.#info(), fencing: this.#requests.history() };
        this.#watchers.add(event.id, event.what, state);
        return;
      }
      case "watch-gone":
        this.#watchers.remove(event.id);
        return;
      case "timer":
        this.#onTimer(event.id);
        return;
      case "scheduled":
        this.#stepDc(event);
        return;
      case "persisted":
        this.#onPersisted(event.sequence, event.error);
        return;
      case "run-done": {
        const run = event.run.slice(2);
        const done = { type: "run-done" as const, run, outcome: event.outcome };
        event.run.startsWith("x/") ? this.#stepExecutor(done) : this.#stepFencer(done);
        return;
      }
      case "unit-changed":
        this.#stepExecutor(event);
        return;
      case "stop":
        this.#stop();
        return;
    }
  }

  // --- The ring and the group -----------------------------------------------------------------

  #onRing(event: RingEvent): void {
    switch (event.type) {
      case "hello":
        this.#connected = true;
        this.#log("info", `Connected to the ring as node ${event.nodeId}`);
        return;
      case "membership":
        this.#group.membership(event);
        if (!this.#group.synced) this.#setTimer("node:held", HELD_CHANGES_MS);
        this.#watchers.cluster(this.#info());
        return;
      case "message":
        this.#group.payload(event.from, event.payload);
        return;
      case "quorum":
        this.#onQuorum(event.quorum);
        return;
      case "closed":
        this.#onClosed(event.reason);
        return;
    }
  }

  #onQuorum(quorum: RingQuorum): void {
    const before = this.#quorum;
    this.#quorum = quorum;
    this.#names.ringChanged(quorum.members, Math.floor(this.#nowMs / 1000));
    if (before?.quorate !== quorum.quorate) {
      const members = quorum.members.length;
      this.#log("notice", `Quorum ${quorum.quorate ? "acquired" : "lost"} (${members} members)`);
    }
    this.#stepDc({ type: "quorum", quorate: quorum.quorate, ring: quorum.members });
    this.#watchers.cluster(this.#info());
  }

  #onClosed(reason: string): void {
    if (this.#connected) this.#log("error", `Lost the connection to the ring: ${reason}`);
    this.#connected = false;
    this.#quorum = null;
    this.#group.disconnected();
    this.#requests.disconnected();
    this.#setDc(null, null);
    this.#watchers.cluster(this.#info());
  }

  #describe(): Pick<Offer, "name" | "isDc" | "stopping" | "ageS"> {
    const ageS = Math.floor((this.#nowMs - this.#options.startedAtMs) / 1000);
    const isDc = this.#dcName === this.#options.nodeName;
    return { name: this.#options.nodeName, isDc, stopping: this.#stopping, ageS };
  }

  #onLost(members: LostMember[]): void {
    for (const { nodeId, nodeDown } of members) {
      const node = this.#names.byId(nodeId);
      this.#names.engineChanged(nodeId, Math.floor(this.#nowMs / 1000));
      const how = nodeDown ? "node is gone" : "engine is gone";
      this.#log("warning", `Lost ${node.name}: ${how}`);
      const left = { type: "left" as const, node, nodeDown, members: this.#memberNodes() };
      this.#stepDc(left);
    }
    if (!this.#group.synced) return;
    this.#tellRooms();
    const dcLeft = !this.#memberNodes().some((node) => node.name === this.#dcName);
    if (dcLeft) this.#setDc(this.#elect(), { fresh: false });
  }

  #onAgreed(fresh: boolean, replaced: boolean): void {
    this.#clearTimer("node:held");
    for (const [nodeId, offer] of this.#group.offers()) {
      this.#names.learn(nodeId, offer.name);
      this.#names.engineChanged(nodeId, Math.floor(this.#nowMs / 1000));
      this.#unrecorded.delete(offer.name);
    }
    if (this.#joinedAt === 0) this.#joinedAt = Math.floor(this.#nowMs / 1000);
    if (replaced) this.#watchers.replaced(this.cib);
    this.#onConfiguration();
    this.#tellRooms();
    this.#setDc(this.#elect(), { fresh });
    this.#join();
    if (this.#stopping) this.#requestShutdown();
  }

  #elect(): string | null {
    const candidates: Candidate[] = [...this.#group.offers()].map(([nodeId, offer]) => ({
      nodeId,
      ...offer,
    }));
    return electDc(candidates)?.name ?? null;
  }

  /** `agreement` is null when there is none any more (the ring is gone). */
  #setDc(name: string | null, agreement: { fresh: boolean } | null): void {
    const self = this.#options.nodeName;
    const was = this.#dcName;
    this.#dcName = name;
    if (name !== was) this.#log("notice", `Designated Controller is ${name ?? "nobody"}`);
    if (name !== self) {
      if (was === self) this.#stepDc({ type: "deposed" });
    } else if (agreement !== null) this.#startDc(was === self, agreement.fresh);
    this.#stepAttributes({ type: "writer", name });
    if (name !== null) this.#requests.askIdleAgain();
    this.#watchers.cluster(this.#info());
  }

  #startDc(sitting: boolean, fresh: boolean): void {
    const members = this.#memberNodes();
    if (sitting) this.#stepDc({ type: "integrating", members, fresh });
    else {
      const ring = this.#quorum?.members ?? members.map((node) => node.nodeId);
      const { startedAtMs } = this.#options;
      this.#stepDc({ type: "elected", members, ring, fresh, startedAtMs });
    }
    for (const [target, action] of this.#unrecorded) {
      this.#stepDc({ type: "fenced", target, action });
    }
    this.#unrecorded.clear();
  }

  #memberNodes() {
    return this.#group.members.map((member) => this.#names.byId(member.nodeId));
  }

  /** Attribute manager and fencer know their peers by name. */
  #tellRooms(): void {
    const members = this.#memberNodes();
    this.#stepAttributes({
      type: "members",
      members: members.map(({ name, uuid }) => ({ name, id: uuid })),
    });
    this.#stepFencer({ type: "members", names: members.map((node) => node.name) });
  }

  /** Writes this node's state and history into the CIB that was agreed on. */
  #join(): void {
    const self = this.#names.byId(this.#options.nodeId);
    const changes = joinChanges(this.cib, self, this.#joinedAt, this.#local.history());
    this.#change("join", changes);
    this.#setAttribute("#feature-set", CRM_FEATURE_SET);
    if (!this.#stopping) this.#setAttribute("shutdown", null);
  }

  #setAttribute(name: string, value: string | null): void {
    this.#stepAttributes({
      type: "request",
      request: {
        task: "update",
        name,
        pattern: false,
        value,
        nodes: [],
        dampenMs: null,
        private: false,
        set: null,
        setType: "instance_attributes",
        user: "hacluster",
        remote: false,
      },
    });
  }

  #onChanged(from: number, message: ChangeMessage, applied: Applied): void {
    const by = this.#names.byId(from).name;
    if (applied.changed) this.#watchers.changed(applied.before, applied.after);
    if (applied.configChanged) this.#onConfiguration();
    if (message.result !== undefined) this.#stepDc({ type: "result", result: message.result });
    else if (message.reason === "join") this.#stepDc({ type: "joined", node: by });
    else if (applied.changed) this.#stepDc({ type: "cib-changed", reason: message.reason, by });
    if (applied.failure !== null && message.reason !== "client") {
      this.#log("error", `A ${message.reason} change of ${by} failed: ${applied.failure.message}`);
    }
  }

  #onConfiguration(): void {
    this.#stepFencer({ type: "cib", cib: this.cib });
    const limit = clusterProperty(this.cib, "node-action-limit");
    this.#stepExecutor({ type: "limit", operations: Number(limit ?? 0) || 0 });
  }

  #onMessage(from: number, message: OuterMessage): void {
    const self = this.#options.nodeName;
    const sender = this.#names.byId(from).name;
    if ("to" in message && message.to !== null && message.to !== self) return;
    switch (message.kind) {
      case "attributes":
        this.#stepAttributes({ type: "message", from: sender, message: message.message });
        return;
      case "fencer":
        this.#stepFencer({ type: "message", from: sender, message: message.message });
        return;
      case "execute":
        this.#apply(this.#local.execute(message.action, message.transitionKey, this.#nowMs));
        return;
      case "acknowledge":
        this.#stepDc({ ...message, type: "acknowledged", node: sender });
        return;
      case "shutdown":
        this.#leave();
        return;
      case "wait-idle":
        this.#stepDc({ type: "wait-idle", token: message.token });
        return;
      case "idle":
        for (const token of message.tokens) this.#requests.arrived(token, { ok: true, value: {} });
        return;
      case "ask-status":
        this.#onAskStatus(message.to, message.token);
        return;
      case "status": {
        const { node, state, isDc, token } = message;
        this.#requests.arrived(token, { ok: true, value: { node, state, isDc } });
        return;
      }
      case "local":
        this.#onOrder(message.order, message.token);
        return;
      case "done":
        this.#onDone(message.token, message.error);
        return;
      case "fence-cleanup":
        this.#stepFencer({ type: "history-cleanup", target: message.node });
        return;
    }
  }

  #onAskStatus(to: string | null, token: string): void {
    const node = this.#options.nodeName;
    const isDc = this.#dcName === node;
    if (to === null && !isDc) return;
    this.#group.send({ kind: "status", token, node, state: this.dcState, isDc });
  }

  #onOrder(order: LocalOrder, token: string | null): void {
    this.#apply(this.#local.order(order, this.#nowMs), "client", (error) => {
      if (token !== null) this.#group.send({ kind: "done", token, error });
    });
  }

  #onDone(token: string, error: string | null): void {
    if (error === null) {
      this.#requests.arrived(token, { ok: true, value: {} });
      return;
    }
    const failure = { code: ExitCode.ERROR, message: error, legacy: -1 };
    this.#requests.arrived(token, { ok: false, error: failure });
  }

  // --- Changes of the CIB ---------------------------------------------------------------------

  #stamp(client: string, user: string): CibStamp {
    const { nodeName, utcOffsetMinutes } = this.#options;
    const lastWritten = formatLastWritten(this.#nowMs, utcOffsetMinutes);
    return { origin: nodeName, client, user, lastWritten };
  }

  #change(
    reason: ChangeMessage["reason"],
    changes: CibChange[],
    done: Parameters<Group["change"]>[1] = null,
  ): void {
    const requests = changeRequests(changes, this.#stamp("crmd", "hacluster"));
    this.#group.change({ kind: "change", reason, requests }, done);
  }

  /** What came of an action or a result here: history first, then the executor. */
  #apply(
    outcome: LocalOutcome,
    reason: ChangeMessage["reason"] = "state",
    done: ((error: string | null) => void) | null = null,
  ): void {
    const { changes, result } = outcome;
    if (changes.length > 0) {
      const requests = changeRequests(changes, this.#stamp("crmd", "hacluster"));
      const why = result === null ? reason : "history";
      const message = { kind: "change" as const, reason: why, requests };
      this.#group.change(result === null ? message : { ...message, result }, (applied) => {
        done?.("failure" in applied ? applied.failure.message : null);
      });
    } else done?.(null);
    for (const event of outcome.executor) this.#stepExecutor(event);
    if (outcome.acknowledge !== null) {
      this.#group.send({ kind: "acknowledge", ...outcome.acknowledge });
    }
  }

  #persist(): void {
    const sequence = this.#group.outbox.nextWrite();
    if (sequence === null) return;
    this.#emit({ type: "persist", sequence, cib: withoutStatus(this.cib) });
  }

  #onPersisted(sequence: number, error: string | null): void {
    if (error !== null) {
      this.#log("error", `The CIB could not be written: ${error}`);
      this.#setTimer("node:persist", PERSIST_RETRY_MS);
    }
    this.#group.outbox.written(sequence, error);
  }

  // --- Rooms ----------------------------------------------------------------------------------

  #stepDc(event: DcEvent): void {
    const view = { cib: this.cib, nowMs: this.#nowMs };
    for (const effect of this.#dc.step(event, view)) this.#onDcEffect(effect);
  }

  #onDcEffect(effect: DcEffect): void {
    switch (effect.type) {
      case "change":
        this.#change(effect.reason, effect.changes);
        return;
      case "schedule":
        this.#emit({ type: "schedule", run: effect.run, cib: this.cib });
        return;
      case "execute": {
        const { node: to, transitionKey } = effect;
        const action = printXml(effect.action.element);
        this.#group.send({ kind: "execute", to, action, transitionKey });
        return;
      }
      case "fence":
        this.#onDcFence(effect);
        return;
      case "shutdown":
        this.#group.send({ kind: "shutdown", to: effect.node });
        return;
      case "set-attribute":
      case "clear-failures":
        this.#onDcAttribute(effect);
        return;
      case "idle":
        this.#group.send({ kind: "idle", tokens: effect.tokens });
        return;
      case "set-timer":
        this.#setTimer(`dc:${effect.id}`, effect.delayMs);
        return;
      case "clear-timer":
        this.#clearTimer(`dc:${effect.id}`);
        return;
      case "log":
        this.#log(effect.level, effect.message);
        return;
    }
  }

  #onDcFence(effect: Extract<DcEffect, { type: "fence" }>): void {
    const { requestId, target, timeoutMs, delayMs } = effect;
    const action = effect.action === "off" || effect.action === "on" ? effect.action : "reboot";
    const client = `pacemaker-controld.${this.#options.pid}`;
    const request = {
      requestId,
      target,
      action,
      timeoutMs,
      delayMs,
      toleranceMs: 0,
      client,
    } as const;
    this.#stepFencer({ type: "fence", request });
  }

  #onDcAttribute(effect: Extract<DcEffect, { type: "set-attribute" | "clear-failures" }>): void {
    const update = effect.type === "set-attribute";
    this.#stepAttributes({
      type: "request",
      request: {
        task: update ? "update" : "clear-failure",
        name: update ? effect.name : "",
        pattern: false,
        value: update ? effect.value : null,
        nodes: [effect.node],
        dampenMs: null,
        private: false,
        set: null,
        setType: "instance_attributes",
        user: "hacluster",
        remote: effect.remote,
        ...(update
          ? {}
          : {
              resource: effect.resource,
              operation: effect.operation,
              intervalMs: effect.intervalMs,
            }),
      },
    });
  }

  #stepExecutor(event: ExecutorEvent): void {
    for (const effect of this.#executor.step(event, this.#nowMs)) this.#onExecutorEffect(effect);
  }

  #onExecutorEffect(effect: ExecutorEffect): void {
    switch (effect.type) {
      case "run":
        this.#emit({ ...effect, run: `x/${effect.run}` });
        return;
      case "unit":
        this.#emit({ ...effect, type: "run-unit", run: `x/${effect.run}` });
        return;
      case "kill":
        this.#emit({ type: "kill", run: `x/${effect.run}` });
        return;
      case "device":
        this.#stepFencer(effect);
        return;
      case "result":
        this.#apply(this.#local.result(effect.result));
        return;
      case "set-timer":
        this.#setTimer(`x:${effect.id}`, effect.delayMs);
        return;
      case "clear-timer":
        this.#clearTimer(`x:${effect.id}`);
        return;
      case "log":
        this.#log(effect.level, effect.message);
        return;
    }
  }

  #stepFencer(event: FencerEvent): void {
    for (const effect of this.#fencer.step(event, this.#nowMs)) this.#onFencerEffect(effect);
  }

  #onFencerEffect(effect: FencerEffect): void {
    switch (effect.type) {
      case "run":
        this.#emit({ ...effect, type: "run-fence", run: `f/${effect.run}` });
        return;
      case "kill":
        this.#emit({ type: "kill", run: `f/${effect.run}` });
        return;
      case "send":
        this.#group.send({ kind: "fencer", to: effect.to, message: effect.message });
        return;
      case "reply": {
        const { requestId, exitStatus, reason } = effect.result;
        if (!requestId.startsWith("controller:")) {
          this.#requests.fenceReply(effect.result);
          return;
        }
        this.#stepDc({ type: "fence-reply", requestId, ok: exitStatus === 0, reason });
        return;
      }
      case "notify":
        this.#onFenced(effect.record);
        return;
      case "device-done":
        if (effect.run.startsWith("wait:")) {
          this.#requests.deviceDone(effect);
          return;
        }
        this.#stepExecutor({ type: "run-done", run: effect.run, outcome: effect.outcome });
        return;
      case "list-done":
        this.#requests.listDone(effect);
        return;
      case "set-timer":
        this.#setTimer(`f:${effect.id}`, effect.delayMs);
        return;
      case "clear-timer":
        this.#clearTimer(`f:${effect.id}`);
        return;
      case "log":
        this.#log(effect.level, effect.message);
        return;
    }
  }

  #onFenced(record: FenceRecord): void {
    this.#watchers.fencing(this.#requests.history());
    const { target, action } = record;
    if (record.state !== "done" || record.exitStatus !== 0) return;
    if (target === this.#options.nodeName && action !== "on") {
      this.#log("error", `We were allegedly just fenced by ${record.delegate ?? record.origin}`);
      this.#exit(ExitCode.FATAL);
      return;
    }
    const isDc = this.#dcName === this.#options.nodeName;
    if (isDc) this.#stepDc({ type: "fenced", target, action });
    else this.#unrecorded.set(target, action);
  }

  #stepAttributes(event: AttributesEvent): void {
    for (const effect of this.#attributes.step(event, this.#nowMs))
      this.#onAttributesEffect(effect);
  }

  #onAttributesEffect(effect: AttributesEffect): void {
    switch (effect.type) {
      case "send":
        this.#group.send({ kind: "attributes", to: effect.to, message: effect.message });
        return;
      case "write":
        this.#writeAttributes(effect);
        return;
      case "set-timer":
        this.#setTimer(`a:${effect.id}`, effect.delayMs);
        return;
      case "clear-timer":
        this.#clearTimer(`a:${effect.id}`);
        return;
      case "log":
        this.#log(effect.level, effect.message);
        return;
    }
  }

  #writeAttributes(effect: Extract<AttributesEffect, { type: "write" }>): void {
    const changes: CibChange[] = effect.remove.map((xpath) => ({
      operation: "delete",
      scope: "status",
      xpath,
    }));
    const { modify: input, write } = effect;
    if (input !== null) {
      changes.push({ operation: "modify", scope: "status", input, allowCreate: true });
    }
    this.#change("attributes", changes, (result) => {
      this.#stepAttributes({ type: "written", write, ok: !("failure" in result) });
    });
  }

  #newRequests(): Requests {
    return new Requests({
      replica: this.#group.replica,
      attributes: this.#attributes,
      fencer: this.#fencer,
      nodeName: this.#options.nodeName,
      info: () => this.#info(),
      emit: (effect) => this.#emit(effect),
      send: (message) => this.#group.send(message),
      change: (requests, peer, done) => {
        const stamp = this.#stamp("cibadmin", peer.user);
        const stamped = requests.map((request) => ({ ...request, stamp }));
        this.#group.change({ kind: "change", reason: "client", requests: stamped }, done);
      },
      attributeRequest: (request) => this.#stepAttributes({ type: "request", request }),
      fencerEvent: (event) => this.#stepFencer(event),
      setTimer: (id, delayMs) => this.#setTimer(id, delayMs),
      clearTimer: (id) => this.#clearTimer(id),
      stop: () => this.#stop(),
    });
  }

  #info() {
    const { nodeId, nodeName, clusterName, pid, startedAtMs } = this.#options;
    return clusterInfo({
      self: { nodeId, name: nodeName, uuid: String(nodeId) },
      clusterName,
      pid,
      startedAt: Math.floor(startedAtMs / 1000),
      dc: this.#dcName,
      quorum: this.#quorum,
      state: this.#stateName(),
      engines: this.#group.members.map((member) => member.nodeId),
      names: this.#names,
      cib: this.cib,
    });
  }

  #stateName() {
    if (!this.#connected) return "disconnected" as const;
    if (this.#stopping) return "stopping" as const;
    return this.#group.synced ? ("running" as const) : ("starting" as const);
  }

  // --- Stopping -------------------------------------------------------------------------------

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#log("notice", "Stopping: the resources of this node are moved or stopped first");
    this.#setTimer("node:escalate", SHUTDOWN_ESCALATION_MS);
    if (this.#group.synced) this.#requestShutdown();
    else this.#setTimer("node:stop-alone", STOP_ALONE_MS);
  }

  /** The scheduler sees the attribute, empties the node and then lets it go. */
  #requestShutdown(): void {
    this.#clearTimer("node:stop-alone");
    this.#setAttribute("shutdown", String(Math.floor(this.#nowMs / 1000)));
  }

  #leave(): void {
    if (!this.#stopping) this.#log("notice", "The cluster asks this node to stop");
    this.#stepExecutor({ type: "cancel-all" });
    this.#exit(ExitCode.OK);
  }

  #exit(code: number): void {
    this.#exited = true;
    this.#emit({ type: "exit", code });
  }

  // --- Timers and logging ---------------------------------------------------------------------

  #onTimer(id: string): void {
    const colon = id.indexOf(":");
    const rest = id.slice(colon + 1);
    switch (id.slice(0, colon)) {
      case "dc":
        this.#stepDc({ type: "timer", id: rest });
        return;
      case "x":
        this.#stepExecutor({ type: "timer", id: rest });
        return;
      case "f":
        this.#stepFencer({ type: "timer", id: rest });
        return;
      case "a":
        this.#stepAttributes({ type: "timer", id: rest });
        return;
      case "wait":
        this.#requests.timedOut(id);
        return;
      case "node":
        this.#onOwnTimer(rest);
        return;
    }
  }

  #onOwnTimer(id: string): void {
    switch (id) {
      case "persist":
        this.#group.outbox.retry();
        return;
      case "held":
        this.#group.outbox.refuseHeld();
        return;
      case "stop-alone":
        this.#log("warning", "Stopping without the cluster: resources are left as they are");
        this.#exit(ExitCode.OK);
        return;
      case "escalate":
        this.#log("error", "The orderly stop took too long and is given up");
        this.#exit(ExitCode.ERROR);
        return;
    }
  }

  #setTimer(id: string, delayMs: number): void {
    this.#emit({ type: "set-timer", id, delayMs });
  }

  #clearTimer(id: string): void {
    this.#emit({ type: "clear-timer", id });
  }

  #log(level: LogLevel, message: string): void {
    this.#emit({ type: "log", level, message });
  }

  #emit(effect: NodeEffect): void {
    this.#out.push(effect);
  }
}
