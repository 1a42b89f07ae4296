import { INFINITY_SCORE, parseDurationMs } from "../base/mod.ts";
import { bootstrapChanges, clusterProperty, quorumChange } from "./bootstrap.ts";
import { ActionRunner } from "./dc-actions.ts";
import type {
  ChangeReason,
  CibChange,
  ClusterNode,
  DcEffect,
  DcEvent,
  DcOptions,
  DcView,
  HistoryResult,
} from "./dc-types.ts";
import { readGraph } from "./graph.ts";
import { leftRunning } from "./left-running.ts";
import { findNodeState, nodeStateUpdate, transientAttributesPath } from "./node-state.ts";
import { Transition } from "./transition.ts";

/** How long a node whose engine died may take to start it again before it counts as failed. */
const RESPAWN_MS = 5_000;
/** How long members may take to join before the DC goes on without them. */
const INTEGRATION_MS = 30_000;
const DEFAULT_DC_DEADTIME_MS = 20_000;
const DEFAULT_RECHECK_MS = 900_000;
/** The record of a lost node is awaited so long: a decision without it would count on the node. */
const LOSS_MS = 2_000;
/** The same of a node's fencing: a decision without its record would fence it once more. */
const FENCED_MS = 2_000;
/** After a failure its fail count is awaited so long, since the scheduler needs both. */
const FAIL_COUNT_MS = 2_000;

/** Changes of the CIB after which the scheduler runs again, with what the log says. */
const DECIDE_ANEW: Partial<Record<ChangeReason, string>> = {
  client: "configuration change",
  attributes: "attribute change",
  image: "CIB replaced",
  membership: "membership change",
};

const FENCING_RETRY = "fencing-retry";

export type DcState =
  | "S_NOT_DC"
  | "S_INTEGRATION"
  | "S_POLICY_ENGINE"
  | "S_TRANSITION_ENGINE"
  | "S_IDLE";

/** Why scheduling has to wait. */
type Hold =
  | "integration"
  | "start-up"
  | "loss"
  | "fail-count"
  | "fencing-failed"
  | "fenced"
  | `respawn:${string}`;

/**
 * The designated controller: brings members in, has the scheduler decide whenever something
 * changed, walks what it decided, and records who is lost. A `step(event)` machine; all it knows
 * of the cluster beside its events is the CIB of the view.
 */
export class DesignatedController {
  #options: DcOptions;
  #out: DcEffect[] = [];
  #state: DcState = "S_NOT_DC";
  #members: ClusterNode[] = [];
  #ring = new Set<number>();
  #quorate = false;
  #joined = new Set<string>();
  #holds = new Set<Hold>();
  /** Nodes whose loss was recorded: the ring and the group each tell of it. */
  #lost = new Set<string>();
  /** Number of scheduler runs, and of transitions: each run that was walked has its own. */
  #run = 0;
  #runPending = false;
  /** Something changed since the last run was asked for. */
  #wanted = false;
  #transition: Transition | null = null;
  /** When time alone changes what the scheduler decides, seconds since 1970. */
  #recheckBy: number | null = null;
  #actions: ActionRunner;
  #waiters: string[] = [];

  constructor(options: DcOptions) {
    this.#options = options;
    const isMember = (node: string) => this.#members.some((member) => member.name === node);
    this.#actions = new ActionRunner(options, isMember, (effect) => this.#out.push(effect));
  }

  get state(): DcState {
    return this.#state;
  }

  step(event: DcEvent, view: DcView): DcEffect[] {
    this.#out = [];
    this.#dispatch(event, view);
    return this.#out;
  }

  #dispatch(event: DcEvent, view: DcView): void {
    if (event.type === "quorum") {
      this.#onQuorum(event.quorate, event.ring, view);
      return;
    }
    if (event.type === "elected") {
      this.#onElected(event, view);
      return;
    }
    if (this.#state === "S_NOT_DC") return;
    switch (event.type) {
      case "deposed":
        this.#onDeposed();
        return;
      case "integrating":
        this.#members = event.members;
        this.#integrate(view);
        return;
      case "left":
        this.#onLeft(event, view);
        return;
      case "joined":
        this.#onJoined(event.node, view);
        return;
      case "cib-changed":
        this.#onCibChanged(event.reason, view);
        return;
      case "scheduled":
        this.#onScheduled(event, view);
        return;
      case "result":
        this.#onResult(event.result, view);
        return;
      case "acknowledged":
        this.#actions.onAcknowledged(event.transitionKey, event.ok, this.#transition);
        this.#pump(view);
        return;
      case "fence-reply":
        this.#onFenceReply(event, view);
        return;
      case "fenced":
        this.#onFenced(event.target, event.action, view);
        return;
      case "wait-idle":
        this.#waiters.push(event.token);
        this.#flushWaiters();
        return;
      case "timer":
        this.#onTimer(event.id, view);
        return;
    }
  }

  // --- Becoming and ceasing to be DC ----------------------------------------------------------

  #onElected(event: Extract<DcEvent, { type: "elected" }>, view: DcView): void {
    this.#log("notice", `State transition: ${this.#options.nodeName} is the Designated Controller`);
    this.#members = event.members;
    this.#ring = new Set(event.ring);
    this.#transition = null;
    this.#runPending = false;
    this.#holds.clear();
    if (event.fresh) this.#holdForStartUp(event.startedAtMs, view);
    this.#integrate(view);
    if (event.joining) return;
    for (const { uuid, name } of this.#members) {
      if (findNodeState(view.cib, uuid)?.get("join") === "member") this.#joined.add(name);
    }
    this.#endIntegration();
    this.#startRun();
  }

  #onDeposed(): void {
    this.#state = "S_NOT_DC";
    this.#transition = null;
    this.#runPending = false;
    for (const hold of this.#holds) this.#out.push({ type: "clear-timer", id: hold });
    this.#holds.clear();
    this.#actions.reset();
    this.#out.push({ type: "clear-timer", id: "recheck" });
    // A tool asks the next DC again.
    this.#waiters = [];
  }

  /** Nodes that may only be late to start are not yet missing: nobody is fenced for being second. */
  #holdForStartUp(startedAtMs: number, view: DcView): void {
    const text = clusterProperty(view.cib, "dc-deadtime");
    const deadTime = (text === null ? null : parseDurationMs(text)) ?? DEFAULT_DC_DEADTIME_MS;
    const left = startedAtMs + deadTime - view.nowMs;
    if (left > 0) this.#hold("start-up", left);
    this.#releaseStartUpWhenComplete();
  }

  #releaseStartUpWhenComplete(): void {
    const present = new Set(this.#members.map((node) => node.nodeId));
    if (this.#options.configured.every((node) => present.has(node.nodeId))) {
      this.#release("start-up");
    }
  }

  /** All members join (again): their state and history go into the CIB that was agreed on. */
  #integrate(view: DcView): void {
    this.#state = "S_INTEGRATION";
    const self = this.#members.find((node) => node.name === this.#options.nodeName);
    const changes = bootstrapChanges(view.cib, this.#options, self?.uuid ?? "", this.#quorate);
    if (changes.length > 0) this.#change("bootstrap", changes);
    this.#markAbsent(view);
    this.#joined.clear();
    this.#transition?.abort(INFINITY_SCORE, "node join");
    this.#wanted = true;
    this.#lost.clear();
    for (const member of this.#members) this.#release(`respawn:${member.name}`);
    this.#releaseStartUpWhenComplete();
    this.#hold("integration", INTEGRATION_MS);
  }

  #onJoined(node: string, view: DcView): void {
    this.#joined.add(node);
    if (!this.#holds.has("integration")) {
      this.#evaluate(`${node} joined`, view);
      return;
    }
    this.#endIntegration();
    if (!this.#holds.has("integration")) this.#evaluate("all members joined", view);
  }

  /** All members that there are have joined. */
  #endIntegration(): void {
    const all = this.#members.every((member) => this.#joined.has(member.name));
    if (all) this.#release("integration");
  }

  // --- Nodes that are lost --------------------------------------------------------------------

  /** A new DC finds nodes in the CIB that went away with or before the old one. */
  #markAbsent(view: DcView): void {
    for (const state of view.cib.first("status")?.elements("node_state") ?? []) {
      if (state.get("remote_node") === "true") continue;
      const name = state.get("uname") ?? state.id;
      if (this.#members.some((member) => member.name === name)) continue;
      const node = this.#options.configured.find((entry) => entry.name === name);
      const inRing = node !== undefined && this.#ring.has(node.nodeId);
      if (isZero(state.get("crmd")) && (inRing || isZero(state.get("in_ccm")))) continue;
      const known = node ?? { uuid: state.id, name, nodeId: -1 };
      if (inRing && state.get("expected") === "member") this.#awaitRespawn(known);
      else this.#markLost(known, !inRing, view);
    }
  }

  #onLeft(event: Extract<DcEvent, { type: "left" }>, view: DcView): void {
    this.#members = event.members;
    this.#joined.delete(event.node.name);
    this.#actions.onNodeLost(event.node.name, this.#transition);
    const orderly = findNodeState(view.cib, event.node.uuid)?.get("expected") === "down";
    if (event.nodeDown || orderly) this.#markLost(event.node, event.nodeDown, view);
    else this.#awaitRespawn(event.node);
    this.#endIntegration();
    this.#pump(view);
  }

  /**
   * The node lives but its engine does not. Services run on; whoever supervises the engine starts
   * it again, so nothing is decided for a moment rather than fencing a healthy node.
   */
  #awaitRespawn(node: ClusterNode): void {
    this.#log("warning", `Engine of ${node.name} is gone; waiting for it to come back`);
    this.#abort(`the engine of ${node.name} is gone`);
    this.#wanted = true;
    this.#hold(`respawn:${node.name}`, RESPAWN_MS);
  }

  #markLost(node: ClusterNode, nodeDown: boolean, view: DcView): void {
    const state = findNodeState(view.cib, node.uuid);
    if (nodeDown) this.#lost.add(node.name);
    this.#log("notice", `Node ${node.name} state is now lost`);
    const orderly = state?.get("expected") === "down";
    // Whoever left services running is not to be taken for one that may come back any moment: while
    // it is in the ring the scheduler would promote another beside the instance that runs there.
    const left = orderly && leftRunning(state);
    const lost = {
      ...(nodeDown || left ? { inCcm: 0 } : {}),
      crmd: 0,
      join: "down" as const,
      ...(orderly ? { expected: "down" as const } : {}),
    };
    const input = nodeStateUpdate(node, lost, "peer_update_callback");
    const changes: CibChange[] = [
      { operation: "modify", scope: "status", input, allowCreate: true },
      // They last as long as the node does; `shutdown` would otherwise send it away when it returns.
      { operation: "delete", scope: "status", xpath: transientAttributesPath(node) },
    ];
    // A loss that the transition under way brings about does not end it.
    const planned = orderly || this.#actions.isFencing(node.name);
    if (!planned) this.#abort(`${node.name} is lost`);
    this.#wanted = true;
    this.#hold("loss", LOSS_MS);
    this.#change(planned ? "state" : "membership", changes);
  }

  #onQuorum(quorate: boolean, ring: number[], view: DcView): void {
    const had = this.#quorate;
    const before = this.#ring;
    this.#quorate = quorate;
    this.#ring = new Set(ring);
    if (this.#state === "S_NOT_DC") return;
    const change = quorumChange(view.cib, quorate);
    if (change !== null) this.#change("membership", [change]);
    for (const nodeId of before) if (!this.#ring.has(nodeId)) this.#onRingLoss(nodeId, view);
    if (had === quorate) return;
    this.#abort(quorate ? "quorum acquired" : "quorum lost");
    this.#pump(view);
  }

  /** The ring lost a node whose engine was gone already. */
  #onRingLoss(nodeId: number, view: DcView): void {
    const node = this.#options.configured.find((entry) => entry.nodeId === nodeId);
    if (node === undefined || this.#members.some((member) => member.nodeId === nodeId)) return;
    const state = findNodeState(view.cib, node.uuid);
    if (state === null || isZero(state.get("in_ccm")) || this.#lost.has(node.name)) return;
    this.#release(`respawn:${node.name}`);
    this.#markLost(node, true, view);
  }

  // --- Scheduling and walking -----------------------------------------------------------------

  #onCibChanged(reason: ChangeReason, view: DcView): void {
    if (reason === "attributes") this.#release("fail-count");
    // It may be about the devices.
    if (reason === "client") this.#release("fencing-failed");
    if (reason === "membership" || reason === "state") this.#release("loss");
    if (reason === "fenced") this.#release("fenced");
    const why = DECIDE_ANEW[reason];
    if (why !== undefined) this.#evaluate(why, view);
    else this.#startRun();
  }

  /** What is under way ends early. */
  #abort(reason: string): void {
    if (this.#transition === null) return;
    if (!this.#transition.aborted) {
      this.#log("info", `Transition ${this.#transition.id} aborted: ${reason}`);
    }
    this.#transition.abort(INFINITY_SCORE, reason);
  }

  /** Something changed: what is under way ends early, and the scheduler runs again. */
  #evaluate(reason: string, view: DcView): void {
    this.#wanted = true;
    this.#abort(reason);
    if (this.#transition !== null) this.#pump(view);
    else this.#startRun();
  }

  #startRun(): void {
    if (!this.#wanted || this.#runPending || this.#holds.size > 0) return;
    if (this.#transition !== null) return;
    this.#wanted = false;
    this.#runPending = true;
    this.#run += 1;
    this.#state = "S_POLICY_ENGINE";
    this.#out.push({ type: "clear-timer", id: "recheck" });
    this.#out.push({ type: "schedule", run: this.#run });
  }

  #onScheduled(event: Extract<DcEvent, { type: "scheduled" }>, view: DcView): void {
    if (event.run !== this.#run || !this.#runPending) return;
    this.#runPending = false;
    if (event.graph === null) {
      this.#log("error", `Scheduler failed: ${event.error ?? "unknown error"}`);
      // Not at once again: the same input would fail the same way.
      this.#settle(view);
      return;
    }
    if (this.#wanted) {
      this.#startRun();
      return;
    }
    this.#transition = new Transition(event.run, readGraph(event.graph));
    this.#recheckBy = this.#transition.graph.recheckBy;
    this.#state = "S_TRANSITION_ENGINE";
    this.#pump(view);
  }

  /** Starts what may start; when nothing is left, schedules again or comes to rest. */
  #pump(view: DcView): void {
    const transition = this.#transition;
    if (transition === null) return;
    for (let start = transition.next(); start.length > 0; start = transition.next()) {
      for (const action of start) this.#actions.start(action, transition, view);
    }
    if (!transition.over) return;
    const { total, done, failed } = transition.counts();
    const how = transition.aborted ? `Stopped (${transition.abortReason})` : "Complete";
    if (total > 0 || transition.aborted) {
      const text = `Transition ${transition.id} (Complete=${done}, Failed=${failed}, Total=${total})`;
      this.#log("notice", `${text}: ${how}`);
    }
    this.#transition = null;
    this.#settle(view);
  }

  #settle(view: DcView): void {
    if (this.#wanted) {
      this.#startRun();
      return;
    }
    this.#state = "S_IDLE";
    const text = clusterProperty(view.cib, "cluster-recheck-interval");
    let delayMs = (text === null ? null : parseDurationMs(text)) ?? DEFAULT_RECHECK_MS;
    if (this.#recheckBy !== null) {
      const due = Math.max(1_000, this.#recheckBy * 1000 - view.nowMs);
      delayMs = delayMs > 0 ? Math.min(delayMs, due) : due;
    }
    if (delayMs > 0) this.#out.push({ type: "set-timer", id: "recheck", delayMs });
    this.#flushWaiters();
  }

  #flushWaiters(): void {
    const busy = this.#wanted || this.#runPending || this.#transition !== null;
    if (busy || this.#state !== "S_IDLE" || this.#waiters.length === 0) return;
    this.#out.push({ type: "idle", tokens: this.#waiters });
    this.#waiters = [];
  }

  #onResult(result: HistoryResult, view: DcView): void {
    const outcome = this.#actions.onResult(result, this.#transition, view);
    // The scheduler needs the fail count too, which is on its way into the CIB.
    if (outcome === "failed") this.#hold("fail-count", FAIL_COUNT_MS);
    if (outcome === "failed") this.#wanted = true;
    if (outcome === "unexpected") this.#evaluate("unexpected result", view);
    this.#pump(view);
    this.#startRun();
  }

  // --- Fencing --------------------------------------------------------------------------------

  #onFenceReply(event: Extract<DcEvent, { type: "fence-reply" }>, view: DcView): void {
    const outcome = this.#actions.onFenceReply(event, this.#transition, view);
    if (outcome?.givenUp === true) {
      // Not again for its own sake, and nothing else has to wait for it.
      this.#abort(`fencing of ${outcome.target} failed`);
      this.#out.push({ type: "set-timer", id: FENCING_RETRY, delayMs: outcome.retryMs });
    } else if (outcome !== null) {
      // A device that fails at once must not be asked in a tight loop.
      if (!event.ok) this.#hold("fencing-failed", outcome.retryMs);
      if (!event.ok) this.#evaluate(`fencing of ${outcome.target} failed`, view);
    }
    this.#pump(view);
  }

  #onFenced(target: string, action: string, view: DcView): void {
    if (!this.#actions.isFencing(target)) {
      this.#abort(`${target} was fenced`);
      this.#wanted = true;
    }
    this.#actions.onFenced(target, action, view);
    this.#release(`respawn:${target}`);
    if (action !== "on") {
      this.#hold("fenced", FENCED_MS);
      // A run under way decides without the record.
      if (this.#runPending) this.#wanted = true;
    }
    this.#startRun();
  }

  // --- Timers ---------------------------------------------------------------------------------

  #onTimer(id: string, view: DcView): void {
    if (id === FENCING_RETRY) {
      if (this.#state !== "S_NOT_DC") this.#evaluate("fencing is tried again", view);
      return;
    }
    if (id === "recheck") {
      this.#evaluate("cluster-recheck-interval", view);
      return;
    }
    if (id.startsWith("action:")) {
      if (this.#actions.onTimeout(id, this.#transition, view)) {
        this.#evaluate("action timed out", view);
      }
      this.#pump(view);
      return;
    }
    if (!this.#holds.has(id as Hold)) return;
    this.#holds.delete(id as Hold);
    if (id.startsWith("respawn:")) this.#onRespawnExpired(id.slice("respawn:".length), view);
    if (id === "integration") this.#onIntegrationExpired();
    this.#startRun();
  }

  #onRespawnExpired(name: string, view: DcView): void {
    const node = this.#options.configured.find((entry) => entry.name === name);
    if (node === undefined || this.#members.some((member) => member.name === name)) return;
    this.#log("error", `Engine of ${name} did not come back`);
    this.#markLost(node, !this.#ring.has(node.nodeId), view);
  }

  #onIntegrationExpired(): void {
    const late = this.#members.filter((member) => !this.#joined.has(member.name));
    for (const node of late) this.#log("error", `${node.name} did not join in time`);
  }

  #hold(hold: Hold, delayMs: number): void {
    this.#holds.add(hold);
    this.#out.push({ type: "set-timer", id: hold, delayMs });
  }

  #release(hold: Hold): void {
    if (this.#holds.delete(hold)) this.#out.push({ type: "clear-timer", id: hold });
  }

  #change(reason: ChangeReason, changes: Extract<DcEffect, { type: "change" }>["changes"]): void {
    this.#out.push({ type: "change", reason, changes });
  }

  #log(level: Extract<DcEffect, { type: "log" }>["level"], message: string): void {
    this.#out.push({ type: "log", level, message });
  }
}

function isZero(value: string | null): boolean {
  return value === null || value === "0" || value === "false" || value === "offline";
}
