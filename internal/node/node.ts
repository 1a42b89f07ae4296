import type { AttributeMessage, AttributeRequest } from "../attributes/mod.ts";
import { CRM_FEATURE_SET, ExitCode } from "../base/mod.ts";
import { type CibStamp, formatLastWritten } from "../cib/mod.ts";
import {
  type Candidate,
  type ChangeReason,
  type CibChange,
  type ClusterNode,
  electDc,
  type HistoryResult,
} from "../controller/mod.ts";
import type { LogLevel, RingEvent, RingQuorum } from "../ports/mod.ts";
import { cibRules } from "./cib-rules.ts";
import type { Ground } from "./ground.ts";
import { Group, type LostMember, type OuterMessage } from "./group.ts";
import { clusterInfo } from "./info.ts";
import { joinChanges, recordedWithoutQuorum } from "./join.ts";
import type { WatchCall } from "./local.ts";
import { changeRequests, type GroupMessage, type LocalOrder, type Offer } from "./messages.ts";
import { NodeNames } from "./names.ts";
import { type Applied, withoutStatus } from "./replica.ts";
import { type ChangeDone, Requests } from "./requests.ts";
import { Rooms } from "./rooms.ts";
import type { NodeEffect, NodeEvent, NodeOptions } from "./types.ts";
import { Watchdog } from "./watchdog.ts";
import { Watchers } from "./watchers.ts";

/** How long a stop waits for the cluster when the ring or the peers are not there. */
const STOP_ALONE_MS = 10_000;
/** How long a stop waits until the cluster knows what runs here. */
const STOP_UNPROBED_MS = 60_000;
/** After this long an orderly stop is given up and the engine goes as it is. */
const SHUTDOWN_ESCALATION_MS = 20 * 60_000;
const PERSIST_RETRY_MS = 1_000;
/** How long changes wait for the members to agree before their clients are told. */
const HELD_CHANGES_MS = 60_000;

/** How long members that brought quorum may take to agree, by which all join anew. */
const QUORUM_SEEN_MS = 1_000;

type ChangeMessage = Extract<GroupMessage, { kind: "change" }>;

/** How it came that there is a DC to be chosen. */
interface Agreement {
  /** No member was running before. */
  fresh: boolean;
  /** All members join, since some are new; else the DC was lost. */
  joining: boolean;
}

/**
 * One cluster node: the pure rooms put together. Events in, effects out; no clock, socket, file or
 * process of its own, so that the simulator runs the same code as the engine.
 */
export class Node {
  readonly #options: NodeOptions;
  readonly #names: NodeNames;
  readonly #group: Group;
  readonly #rooms: Rooms;
  readonly #requests: Requests;
  readonly #watchers: Watchers;
  #out: NodeEffect[] = [];
  #nowMs: number;
  #dcName: string | null = null;
  #quorum: RingQuorum | null = null;
  /** Since this engine was started its partition had quorum. */
  #quorumSeen = false;
  readonly #watchdog: Watchdog | null;
  #connected = false;
  #stopping = false;
  /** Nodes in the ring whose engines died and have not come back. */
  readonly #crashed = new Set<string>();
  /** Nodes that were lost since the rooms were last told of the members; some are back. */
  readonly #parted = new Set<string>();
  #exited = false;
  /** The cluster has looked at what runs here (probes), or nothing can. */
  #probed: boolean;
  /** As it was last written. */
  #groundKept: Ground | null;
  /** Seconds since 1970 when this engine first agreed with its peers; 0 before. */
  #joinedAt = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#nowMs = options.startedAtMs;
    this.#probed = !options.leftovers;
    this.#groundKept = options.ground;
    this.#names = new NodeNames(options.nodes);
    const { nodeId, nodeName, pid } = options;
    this.#group = new Group({ nodeId, pid }, options, cibRules, {
      emit: (effect) => this.#emit(effect),
      self: () => this.#describe(),
      quorate: () => this.#quorum?.quorate ?? false,
      lost: (members) => this.#onLost(members),
      agreed: (fresh, replaced) => this.#onAgreed(fresh, replaced),
      changed: (from, message, applied) => this.#onChanged(from, message, applied),
      message: (from, message) => this.#onMessage(from, message),
    });
    this.#rooms = new Rooms(options, this.#names, {
      cib: () => this.cib,
      nowMs: () => this.#nowMs,
      isDc: () => this.#dcName === nodeName,
      emit: (effect) => this.#emit(effect),
      send: (message) => this.#group.send(message),
      change: (reason, changes, result, done) => this.#change(reason, changes, result, done),
      fenceReply: (result) => this.#requests.fenceReply(result),
      deviceDone: (effect) => this.#requests.deviceDone(effect),
      listDone: (effect) => this.#requests.listDone(effect),
      fencingChanged: () => this.#watchers.fencing(this.#requests.history()),
      exit: (code) => this.#exit(code),
      starveWatchdog: () => this.#watchdog?.fenced(),
      remoteTools: {
        request: (id, command, body, peer) => this.#requests.handle(id, command, body, peer),
        requestGone: (id) => this.#requests.gone(id),
        watch: (id, what) => this.#watch(id, what),
        watchGone: (id) => this.#watchers.remove(id),
      },
    });
    this.#watchdog =
      options.watchdog === null
        ? null
        : new Watchdog(options.watchdog, options.leftovers, {
            emit: (effect) => this.#emit(effect),
            setTimer: (delayMs) => this.#setTimer("node:watchdog", delayMs),
          });
    this.#rooms.alerts.configure(options.cib);
    this.#watchers = new Watchers((id, line) => this.#emit({ type: "watch-line", id, line }));
    this.#requests = this.#newRequests();
  }

  /** The CIB held; read only. */
  get cib() {
    return this.#group.replica.cib;
  }

  get dcState(): string {
    if (this.#dcName === this.#options.nodeName) return this.#rooms.dc.state;
    return this.#group.synced ? "S_NOT_DC" : "S_PENDING";
  }

  /** This member and its peers hold the same CIB. */
  get synced(): boolean {
    return this.#group.synced;
  }

  /** Changes of this node that are ordered, held back or written, and not answered. */
  get waitingChanges(): number {
    return this.#group.outbox.waiting;
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
      case "start":
        this.#watchdog?.start();
        return;
      case "ring":
        this.#onRing(event.event);
        return;
      case "request":
        this.#requests.handle(event.id, event.command, event.body, event.peer);
        return;
      case "request-gone":
        this.#requests.gone(event.id);
        return;
      case "watch":
        this.#watch(event.id, event.what);
        return;
      case "watch-gone":
        this.#watchers.remove(event.id);
        return;
      case "timer":
        this.#onTimer(event.id);
        return;
      case "scheduled":
        this.#rooms.controller(event);
        return;
      case "persisted":
        this.#onPersisted(event.sequence, event.error);
        return;
      case "run-done":
        this.#rooms.runDone(event.run, event.outcome);
        return;
      case "unit-changed":
        this.#rooms.execute(event);
        return;
      case "remote":
        this.#rooms.remotes.event(event.link, event.event);
        return;
      case "stop":
        this.#stop();
        return;
    }
  }

  #watch(id: number, what: WatchCall): void {
    const state = { cib: this.cib, info: this.#info(), fencing: this.#requests.history() };
    this.#watchers.add(id, what, state);
  }

  // --- The ring and the group -----------------------------------------------------------------

  #onRing(event: RingEvent): void {
    switch (event.type) {
      case "hello":
        // Said again when corosync.conf was read anew: nodes may have come or gone.
        this.#names.configure(event.nodes);
        if (this.#connected) return;
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
    this.#watchdog?.quorum(quorum);
    this.#names.ringChanged(quorum.members, Math.floor(this.#nowMs / 1000));
    this.#ringChanged(before?.members ?? [], quorum.members);
    if ((before?.quorate ?? false) !== quorum.quorate) {
      const members = quorum.members.length;
      this.#log("notice", `Quorum ${quorum.quorate ? "acquired" : "lost"} (${members} members)`);
    }
    this.#rooms.controller({ type: "quorum", quorate: quorum.quorate, ring: quorum.members });
    if (quorum.quorate && !this.#quorumSeen) {
      this.#quorumSeen = true;
      // Mostly quorum comes with new members, and all join anew with them.
      this.#setTimer("node:quorum-seen", QUORUM_SEEN_MS);
    }
    this.#watchers.cluster(this.#info());
  }

  #ringChanged(before: number[], now: number[]): void {
    const tell = (nodeId: number, state: "member" | "lost"): void => {
      this.#rooms.alerts.node(this.#names.byId(nodeId), state);
    };
    for (const nodeId of now) if (!before.includes(nodeId)) tell(nodeId, "member");
    for (const nodeId of before) {
      if (now.includes(nodeId)) continue;
      tell(nodeId, "lost");
      const { name } = this.#names.byId(nodeId);
      this.#crashed.delete(name);
      this.#rooms.attribute({ type: "gone", name });
    }
  }

  #onClosed(reason: string): void {
    if (this.#connected) this.#log("error", `Lost the connection to the ring: ${reason}`);
    this.#connected = false;
    this.#quorum = null;
    this.#watchdog?.quorum(null);
    this.#group.disconnected();
    this.#requests.disconnected();
    this.#setTimer("node:held", HELD_CHANGES_MS);
    this.#setDc(null, null);
    this.#watchers.cluster(this.#info());
  }

  #describe(): Pick<Offer, "name" | "isDc" | "stopping" | "ageS"> {
    const ageS = Math.floor((this.#nowMs - this.#options.startedAtMs) / 1000);
    const isDc = this.#dcName === this.#options.nodeName;
    return { name: this.#options.nodeName, isDc, stopping: this.#stopping, ageS };
  }

  #onLost(members: LostMember[]): void {
    for (const { nodeId, nodeDown, crashed } of members) {
      const node = this.#names.byId(nodeId);
      if (crashed) this.#crashed.add(node.name);
      this.#parted.add(node.name);
      this.#names.engineChanged(nodeId, Math.floor(this.#nowMs / 1000));
      const how = nodeDown ? "node is gone" : "engine is gone";
      this.#log("warning", `Lost ${node.name}: ${how}`);
      this.#requests.lost(node.name);
      const left = { type: "left" as const, node, nodeDown, members: this.#memberNodes() };
      this.#rooms.controller(left);
    }
    if (!this.#group.synced) return;
    this.#tellRooms();
    const dcLeft = !this.#memberNodes().some((node) => node.name === this.#dcName);
    if (!dcLeft) return;
    this.#setDc(this.#elect(), { fresh: false, joining: false });
    // Nobody came, so nobody agrees anew: the members join the next DC by themselves.
    this.#join(false);
  }

  #onAgreed(fresh: boolean, replaced: boolean): void {
    this.#clearTimer("node:held");
    for (const [nodeId, offer] of this.#group.offers()) {
      this.#names.learn(nodeId, offer.name);
      this.#names.engineChanged(nodeId, Math.floor(this.#nowMs / 1000));
      this.#rooms.returned(offer.name);
    }
    const first = this.#joinedAt === 0;
    if (first) this.#joinedAt = Math.floor(this.#nowMs / 1000);
    if (replaced) this.#watchers.replaced(this.cib);
    this.#rooms.configurationChanged();
    this.#tellRooms();
    this.#setDc(this.#elect(), { fresh, joining: true });
    this.#join(first);
    if (replaced && this.#dcName === this.#options.nodeName) this.#rooms.rewriteAttributes();
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
  #setDc(name: string | null, agreement: Agreement | null): void {
    const self = this.#options.nodeName;
    const was = this.#dcName;
    this.#dcName = name;
    if (name !== was) this.#log("notice", `Designated Controller is ${name ?? "nobody"}`);
    if (name !== self) {
      if (was === self) this.#rooms.controller({ type: "deposed" });
    } else if (agreement !== null) this.#startDc(was === self, agreement);
    this.#rooms.attribute({ type: "writer", name });
    if (name !== null) {
      this.#requests.askIdleAgain();
      this.#askProbed();
    }
    this.#watchers.cluster(this.#info());
  }

  #startDc(sitting: boolean, agreement: Agreement): void {
    const members = this.#memberNodes();
    if (sitting) this.#rooms.controller({ type: "integrating", members });
    else {
      const ring = this.#quorum?.members ?? members.map((node) => node.nodeId);
      const { startedAtMs } = this.#options;
      this.#rooms.controller({ type: "elected", members, ring, startedAtMs, ...agreement });
    }
    this.#rooms.recordFencing();
  }

  #memberNodes(): ClusterNode[] {
    return this.#group.members.map((member) => this.#names.byId(member.nodeId));
  }

  /** Attribute manager and fencer know their peers by name. */
  #tellRooms(): void {
    const members = this.#memberNodes();
    // Who went and came back at once has missed what was said meanwhile, and forgotten or was
    // forgotten: it counts as gone first.
    const stayed = members.filter(({ name }) => !this.#parted.has(name));
    if (stayed.length < members.length) this.#tellMembers(stayed);
    this.#tellMembers(members);
    for (const { name } of members) this.#crashed.delete(name);
    this.#parted.clear();
  }

  #tellMembers(members: ClusterNode[]): void {
    this.#rooms.attribute({
      type: "members",
      members: members.map(({ name, uuid }) => ({ name, id: uuid })),
      crashed: [...this.#crashed],
    });
    this.#rooms.fence({ type: "members", names: members.map((node) => node.name) });
  }

  /** Writes this node's state and history into the CIB that was agreed on. */
  #join(first: boolean): void {
    const self = this.#names.byId(this.#options.nodeId);
    if (first) {
      const { local, remotes } = this.#rooms;
      remotes.takeOver(this.cib, self.uuid, (resource) => local.adopt(resource));
    }
    const history = this.#rooms.local.history();
    const changes = joinChanges(this.cib, self, this.#joinedAt, history, first, this.#quorumSeen);
    this.#change("join", changes, null, null);
    this.#rooms.setAttribute("#feature-set", CRM_FEATURE_SET);
    if (!this.#stopping) this.#rooms.setAttribute("shutdown", null);
  }

  #onChanged(from: number, message: ChangeMessage, applied: Applied): void {
    const by = this.#names.byId(from).name;
    if (applied.changed) this.#watchers.changed(applied.before, applied.after);
    if (applied.configChanged) this.#rooms.configurationChanged();
    if (message.result !== undefined)
      this.#rooms.controller({ type: "result", result: message.result });
    else if (message.reason === "join") this.#rooms.controller({ type: "joined", node: by });
    else if (applied.changed)
      this.#rooms.controller({ type: "cib-changed", reason: message.reason, by });
    if (applied.failure !== null && message.reason !== "client") {
      this.#log("error", `A ${message.reason} change of ${by} failed: ${applied.failure.message}`);
    }
  }

  #onMessage(from: number, message: OuterMessage): void {
    const self = this.#options.nodeName;
    const sender = this.#names.byId(from).name;
    if ("to" in message && message.to !== null && message.to !== self) return;
    switch (message.kind) {
      case "attributes":
        this.#rooms.attribute({ type: "message", from: sender, message: message.message });
        this.#confirmAttribute(sender, message.message);
        return;
      case "fencer":
        this.#rooms.fence({ type: "message", from: sender, message: message.message });
        return;
      case "execute":
        this.#rooms.executeAction(message.action, message.transitionKey);
        return;
      case "acknowledge":
        this.#rooms.controller({ ...message, type: "acknowledged", node: sender });
        return;
      case "shutdown":
        this.#leave();
        return;
      case "wait-idle":
        this.#rooms.controller({ type: "wait-idle", token: message.token });
        return;
      case "idle":
        if (message.tokens.includes(this.#probedToken())) this.#setProbed();
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
        this.#onDone(sender, message.token, message.error);
        return;
      case "fence-cleanup":
        this.#rooms.fence({ type: "history-cleanup", target: message.node });
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
    this.#rooms.order(order, (error) => {
      if (token !== null) this.#group.send({ kind: "done", token, error });
    });
  }

  /** A change of an attribute has taken effect here, for which a tool waits. */
  #confirmAttribute(sender: string, message: AttributeMessage): void {
    const request = message["request"] as AttributeRequest | undefined;
    const wait = request?.wait;
    if (wait === undefined) return;
    if (wait.for === "local" && sender !== this.#options.nodeName) return;
    this.#group.send({ kind: "done", token: wait.token, error: null });
  }

  #onDone(sender: string, token: string, error: string | null): void {
    if (error === null) {
      this.#requests.arrived(token, { ok: true, value: {} }, sender);
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
    reason: ChangeReason,
    changes: CibChange[],
    result: HistoryResult | null,
    done: ChangeDone | null,
  ): void {
    const requests = changeRequests(changes, this.#stamp("hacluster", "hacluster"));
    const message = { kind: "change" as const, reason, requests };
    this.#group.change(result === null ? message : { ...message, result }, done);
  }

  #persist(): void {
    const { ground } = this.#group.replica;
    // A copy that the disk has as one without quorum is confirmed: that has to be kept, too.
    if (ground === null && this.#groundKept !== null) this.#group.outbox.replaced();
    const sequence = this.#group.outbox.nextWrite();
    if (sequence === null) return;
    this.#groundKept = ground;
    this.#emit({ type: "persist", sequence, cib: withoutStatus(this.cib), ground });
  }

  #onPersisted(sequence: number, error: string | null): void {
    if (error !== null) {
      this.#log("error", `The CIB could not be written: ${error}`);
      this.#setTimer("node:persist", PERSIST_RETRY_MS);
    }
    this.#group.outbox.written(sequence, error);
  }

  // --- What the tools see -----------------------------------------------------------------------

  #newRequests(): Requests {
    return new Requests({
      replica: this.#group.replica,
      attributes: this.#rooms.attributes,
      fencer: this.#rooms.fencer,
      nodeName: this.#options.nodeName,
      nowMs: () => this.#nowMs,
      info: () => this.#info(),
      emit: (effect) => this.#emit(effect),
      send: (message) => this.#group.send(message),
      change: (requests, peer, done) => {
        const stamp = this.#stamp(peer.user, peer.user);
        const stamped = requests.map((request) => ({ ...request, stamp }));
        this.#group.change({ kind: "change", reason: "client", requests: stamped }, done);
      },
      attributeRequest: (request) => this.#rooms.attribute({ type: "request", request }),
      fencerEvent: (event) => this.#rooms.fence(event),
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
    // Of what nobody knows to run here nothing would be stopped: first the probes, for a while.
    if (!this.#probed) this.#setTimer("node:unprobed", STOP_UNPROBED_MS);
    else this.#rooms.setAttribute("shutdown", String(Math.floor(this.#nowMs / 1000)));
  }

  #setProbed(): void {
    if (this.#probed) return;
    this.#probed = true;
    this.#clearTimer("node:unprobed");
    if (this.#stopping) this.#requestShutdown();
  }

  /** Told when the DC has nothing left to do after we joined. */
  #askProbed(): void {
    if (!this.#probed) this.#group.send({ kind: "wait-idle", token: this.#probedToken() });
  }

  #probedToken(): string {
    return `probed:${this.#options.nodeName}:${this.#options.pid}`;
  }

  #leave(): void {
    if (!this.#stopping) this.#log("notice", "The cluster asks this node to stop");
    this.#rooms.execute({ type: "cancel-all" });
    this.#exit(ExitCode.OK, true);
  }

  #exit(code: number, clean = false): void {
    this.#exited = true;
    this.#watchdog?.leave(clean);
    this.#emit({ type: "exit", code, clean });
  }

  // --- Timers and logging ---------------------------------------------------------------------

  #onTimer(id: string): void {
    if (this.#rooms.timer(id)) return;
    if (id.startsWith("wait:")) this.#requests.timedOut(id);
    else this.#onOwnTimer(id.slice("node:".length));
  }

  #onOwnTimer(id: string): void {
    switch (id) {
      case "persist":
        this.#group.outbox.retry();
        return;
      case "watchdog":
        this.#watchdog?.due();
        return;
      case "quorum-seen":
        if (this.#group.synced && recordedWithoutQuorum(this.cib, this.#info().uuid)) {
          this.#join(false);
        }
        return;
      case "held":
        this.#group.outbox.refuseHeld();
        return;
      case "stop-alone":
        this.#log("warning", "Stopping without the cluster: resources are left as they are");
        this.#exit(ExitCode.OK);
        return;
      case "unprobed":
        this.#setProbed();
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
    // Tools of remote nodes are answered by way of their connection.
    if (effect.type === "answer" && this.#rooms.remotes.answer(effect.id, effect.answer)) return;
    if (effect.type === "watch-line" && this.#rooms.remotes.line(effect.id, effect.line)) return;
    this.#out.push(effect);
  }
}
