import type { RingEvent } from "../ports/mod.ts";
import { Changes } from "./changes.ts";
import { cibRules } from "./cib-rules.ts";
import { Effects } from "./effects.ts";
import { Group } from "./group.ts";
import { Inbox } from "./inbox.ts";
import { clusterInfo } from "./info.ts";
import { Leadership } from "./leadership.ts";
import { Leaving } from "./leaving.ts";
import type { WatchCall } from "./local.ts";
import { Membership } from "./membership.ts";
import type { GroupMessage, Offer } from "./messages.ts";
import { NodeNames } from "./names.ts";
import type { Parts } from "./parts.ts";
import type { Applied } from "./replica.ts";
import { Requests } from "./requests.ts";
import { Rooms } from "./rooms.ts";
import type { NodeEffect, NodeEvent, NodeOptions } from "./types.ts";
import { Watchdog } from "./watchdog.ts";
import { Watchers } from "./watchers.ts";

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
  readonly #rooms: Rooms;
  readonly #requests: Requests;
  readonly #watchers: Watchers;
  readonly #watchdog: Watchdog | null;
  readonly #membership: Membership;
  readonly #leadership: Leadership;
  readonly #leaving: Leaving;
  readonly #inbox: Inbox;
  readonly #changes: Changes;
  /** Tools of remote nodes are answered by way of their connection. */
  readonly #effects = new Effects(
    (effect) =>
      (effect.type === "answer" && this.#rooms.remotes.answer(effect.id, effect.answer)) ||
      (effect.type === "watch-line" && this.#rooms.remotes.line(effect.id, effect.line)),
  );
  #nowMs: number;
  #connected = false;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#nowMs = options.startedAtMs;
    this.#names = new NodeNames(options.nodes);
    this.#group = this.#newGroup();
    this.#rooms = this.#newRooms();
    const effects = this.#effects;
    this.#watchdog =
      options.watchdog === null
        ? null
        : new Watchdog(options.watchdog, options.leftovers, {
            emit: (effect) => effects.emit(effect),
            setTimer: (delayMs) => effects.setTimer("node:watchdog", delayMs),
          });
    this.#rooms.alerts.configure(options.cib);
    this.#watchers = new Watchers((id, line) => effects.emit({ type: "watch-line", id, line }));
    this.#requests = this.#newRequests();
    const parts = this.#parts();
    this.#membership = new Membership(parts);
    this.#leadership = new Leadership(parts);
    this.#leaving = new Leaving(parts);
    this.#inbox = new Inbox(parts);
    this.#changes = new Changes(parts);
  }

  #parts(): Parts {
    const changes = () => this.#changes;
    const leadership = () => this.#leadership;
    const leaving = () => this.#leaving;
    const membership = () => this.#membership;
    return {
      options: this.#options,
      names: this.#names,
      group: this.#group,
      rooms: this.#rooms,
      requests: this.#requests,
      watchers: this.#watchers,
      watchdog: this.#watchdog,
      effects: this.#effects,
      get changes() {
        return changes();
      },
      get leadership() {
        return leadership();
      },
      get leaving() {
        return leaving();
      },
      get membership() {
        return membership();
      },
      nowMs: () => this.#nowMs,
      info: () => this.#info(),
    };
  }

  #newGroup(): Group {
    const { nodeId, pid } = this.#options;
    return new Group({ nodeId, pid }, this.#options, cibRules, {
      emit: (effect) => this.#effects.emit(effect),
      self: () => this.#describe(),
      quorate: () => this.#membership.quorum?.quorate ?? false,
      lost: (members) => this.#membership.lost(members),
      agreed: (fresh, replaced) => this.#membership.agreed(fresh, replaced),
      changed: (from, message, applied) => this.#onChanged(from, message, applied),
      message: (from, message) => this.#inbox.message(from, message),
    });
  }

  #newRooms(): Rooms {
    return new Rooms(this.#options, this.#names, {
      cib: () => this.cib,
      nowMs: () => this.#nowMs,
      isDc: () => this.#leadership.isDc,
      emit: (effect) => this.#effects.emit(effect),
      send: (message) => this.#group.send(message),
      change: (reason, changes, result, done) => this.#changes.own(reason, changes, result, done),
      fenceReply: (result) => this.#requests.fenceReply(result),
      deviceDone: (effect) => this.#requests.deviceDone(effect),
      listDone: (effect) => this.#requests.listDone(effect),
      fencingChanged: () => this.#watchers.fencing(this.#requests.history()),
      exit: (code) => this.#leaving.exit(code),
      starveWatchdog: () => this.#watchdog?.fenced(),
      remoteTools: {
        request: (id, command, body, peer) => this.#requests.handle(id, command, body, peer),
        requestGone: (id) => this.#requests.gone(id),
        watch: (id, what) => this.#watch(id, what),
        watchGone: (id) => this.#watchers.remove(id),
      },
    });
  }

  /** The CIB held; read only. */
  get cib() {
    return this.#group.replica.cib;
  }

  get dcState(): string {
    return this.#leadership.state;
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
    return this.#leadership.dcName;
  }

  /** Takes one event; gives what is to be done, in order. `nowMs` is the wall clock. */
  step(event: NodeEvent, nowMs: number): NodeEffect[] {
    const todo = this.#effects.begin();
    this.#nowMs = nowMs;
    if (!this.#leaving.exited) {
      this.#take(event);
      this.#changes.persist();
    }
    return todo;
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
        this.#changes.persisted(event.sequence, event.error);
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
        this.#leaving.stop();
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
        this.#effects.log("info", `Connected to the ring as node ${event.nodeId}`);
        return;
      case "membership":
        this.#group.membership(event);
        if (!this.#group.synced) this.#effects.setTimer("node:held", HELD_CHANGES_MS);
        this.#watchers.cluster(this.#info());
        return;
      case "message":
        this.#group.payload(event.from, event.payload);
        return;
      case "quorum":
        this.#membership.ringChanged(event.quorum);
        return;
      case "closed":
        this.#onClosed(event.reason);
        return;
    }
  }

  #onClosed(reason: string): void {
    if (this.#connected) this.#effects.log("error", `Lost the connection to the ring: ${reason}`);
    this.#connected = false;
    this.#membership.ringLost();
    this.#group.disconnected();
    this.#requests.disconnected();
    this.#effects.setTimer("node:held", HELD_CHANGES_MS);
    this.#leadership.lost();
    this.#watchers.cluster(this.#info());
  }

  #describe(): Pick<Offer, "name" | "isDc" | "stopping" | "ageS"> {
    const ageS = Math.floor((this.#nowMs - this.#options.startedAtMs) / 1000);
    const { nodeName } = this.#options;
    const { isDc } = this.#leadership;
    return { name: nodeName, isDc, stopping: this.#leaving.stopping, ageS };
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
      this.#effects.log(
        "error",
        `A ${message.reason} change of ${by} failed: ${applied.failure.message}`,
      );
    }
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
      emit: (effect) => this.#effects.emit(effect),
      send: (message) => this.#group.send(message),
      change: (requests, peer, done) => this.#changes.ofClient(requests, peer, done),
      attributeRequest: (request) => this.#rooms.attribute({ type: "request", request }),
      fencerEvent: (event) => this.#rooms.fence(event),
      setTimer: (id, delayMs) => this.#effects.setTimer(id, delayMs),
      clearTimer: (id) => this.#effects.clearTimer(id),
      stop: () => this.#leaving.stop(),
    });
  }

  #info() {
    const { nodeId, nodeName, clusterName, pid, startedAtMs } = this.#options;
    return clusterInfo({
      self: { nodeId, name: nodeName, uuid: String(nodeId) },
      clusterName,
      pid,
      startedAt: Math.floor(startedAtMs / 1000),
      dc: this.#leadership.dcName,
      quorum: this.#membership.quorum,
      state: this.#stateName(),
      engines: this.#group.members.map((member) => member.nodeId),
      names: this.#names,
      cib: this.cib,
    });
  }

  #stateName() {
    if (!this.#connected) return "disconnected" as const;
    if (this.#leaving.stopping) return "stopping" as const;
    return this.#group.synced ? ("running" as const) : ("starting" as const);
  }

  // --- Timers ----------------------------------------------------------------------------------

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
        this.#membership.quorumSeen();
        return;
      case "held":
        this.#group.outbox.refuseHeld();
        return;
      case "stop-alone":
      case "unprobed":
      case "escalate":
        this.#leaving.timer(id);
        return;
    }
  }
}
