import { INFINITY_SCORE, parseDurationMs, parseScore } from "../base/mod.ts";
import type { Element } from "../xml/mod.ts";
import { clusterProperty } from "./bootstrap.ts";
import type { CibChange, DcEffect, DcOptions, DcView, HistoryResult } from "./dc-types.ts";
import { failCountChange, failureAttribute } from "./fail-count.ts";
import type { GraphAction } from "./graph.ts";
import { historyEntries, operationKey } from "./history.ts";
import {
  findNodeState,
  historyUpdate,
  type NodeName,
  nodeStatePath,
  nodeStateUpdate,
  transientAttributesPath,
} from "./node-state.ts";
import type { Transition } from "./transition.ts";
import { formatTransitionKey, parseTransitionKey } from "./transition-key.ts";

/** After a failed attempt: a device may only have been busy at first, later it is left more time. */
const FENCE_RETRY_MS = 1_000;
const FENCE_QUICK_RETRIES = 4;
const FENCE_LATER_RETRY_MS = 3_000;
/** Between attempts once stonith-max-attempts of them failed, when nothing else happens. */
const FENCE_GIVEN_UP_MS = 20_000;
const DEFAULT_FENCE_ATTEMPTS = 10;
const TIMED_OUT = 2;
const PENDING = -1;
const GENERIC_ERROR = 1;

/** Carries out the actions of a transition, matches what comes back, counts failures. */
export class ActionRunner {
  #options: DcOptions;
  #emit: (effect: DcEffect) => void;
  /** Fencing requests on their way, by request id. */
  #fencing = new Map<string, { action: GraphAction; transition: number; target: string }>();
  #fenceFailures = new Map<string, number>();

  #isMember: (node: string) => boolean;

  constructor(
    options: DcOptions,
    isMember: (node: string) => boolean,
    emit: (effect: DcEffect) => void,
  ) {
    this.#isMember = isMember;
    this.#options = options;
    this.#emit = emit;
  }

  reset(): void {
    this.#fencing.clear();
    this.#fenceFailures.clear();
  }

  /** A fencing request for this node is on its way. */
  isFencing(target: string): boolean {
    return [...this.#fencing.values()].some((entry) => entry.target === target);
  }

  start(action: GraphAction, transition: Transition, view: DcView): void {
    if (action.kind === "pseudo_event") {
      if (action.operation === "stonith") this.#guestsGone(action, view);
      transition.end(action.id, true);
      return;
    }
    switch (action.operation) {
      case "stonith":
        this.#fence(action, transition, view);
        return;
      case "do_shutdown":
        this.#shutdown(action);
        transition.end(action.id, true);
        return;
      case "clear_failcount":
        this.#clearFailures(action);
        transition.end(action.id, true);
        return;
      default:
        this.#execute(action, transition, view);
        return;
    }
  }

  /** A result went into the history. `failed`: its fail count was raised. */
  onResult(
    result: HistoryResult,
    transition: Transition | null,
    view: DcView,
  ): "matched" | "failed" | "unexpected" | "ignored" {
    if (result.status === PENDING) return "ignored";
    const key = parseTransitionKey(result.transitionKey);
    const targetRc = key?.targetRc ?? 0;
    const ours = key?.uuid === this.#options.uuid && key.transition === transition?.id;
    const pending = ours && transition?.isPending(key.action) === true;
    // A notification only tells; many agents do not even implement it. Its result decides nothing.
    const ok = result.rc === targetRc && result.status <= 0;
    if (pending) {
      this.#emit({ type: "clear-timer", id: timerId(transition.id, key.action) });
      transition.end(key.action, ok);
      if (ok) return "matched";
    }
    this.#log(
      ok ? "info" : "warning",
      `Result of ${operationKey(result.resource, result.task, result.intervalMs)} on ` +
        `${result.node}: ${result.rc} (expected ${targetRc})${pending ? "" : ", not awaited"}`,
    );
    if (ok) return "unexpected";
    const counted = this.#countFailure(result, targetRc, transition, view);
    if (pending) this.#abortAfterFailure(transition, key.action);
    return counted ? "failed" : "unexpected";
  }

  /** What is more important than the failed action may still start. */
  #abortAfterFailure(transition: Transition, actionId: number): void {
    const priority = transition.graph.synapses.find((synapse) =>
      synapse.actions.some((action) => action.id === actionId),
    )?.priority;
    transition.abort((priority ?? INFINITY_SCORE) + 1, "operation failed");
  }

  onAcknowledged(transitionKey: string, ok: boolean, transition: Transition | null): void {
    const key = parseTransitionKey(transitionKey);
    if (key === null || transition === null) return;
    if (key.uuid !== this.#options.uuid || key.transition !== transition.id) return;
    this.#emit({ type: "clear-timer", id: timerId(transition.id, key.action) });
    transition.end(key.action, ok);
  }

  /** Nothing that was asked of this node will be answered. */
  onNodeLost(node: string, transition: Transition | null): void {
    for (const action of transition?.pending ?? []) {
      if (action.operation === "stonith" || (action.router ?? action.node) !== node) continue;
      this.#emit({ type: "clear-timer", id: timerId(transition!.id, action.id) });
      transition!.end(action.id, false);
    }
  }

  /** True when the action was still awaited; then it counts as failed. */
  onTimeout(id: string, transition: Transition | null, view: DcView): boolean {
    const [, run, number] = id.split(":");
    const action = transition?.action(Number(number)) ?? null;
    if (transition === null || transition.id !== Number(run) || action === null) return false;
    if (!transition.isPending(action.id)) return false;
    this.#log("error", `${action.node} did not send the result of ${action.operationKey} in time`);
    transition.end(action.id, false);
    this.#recordLost(action, transition, view);
    return true;
  }

  onFenceReply(
    reply: { requestId: string; ok: boolean; reason: string },
    transition: Transition | null,
    view: DcView,
  ): { target: string; retryMs: number; givenUp: boolean } | null {
    const entry = this.#fencing.get(reply.requestId);
    if (entry === undefined) return null;
    this.#fencing.delete(reply.requestId);
    const { target } = entry;
    if (transition?.id === entry.transition) transition.end(entry.action.id, reply.ok);
    if (reply.ok) {
      this.#fenceFailures.delete(target);
      this.#recordUnfencing(entry.action);
      return { target, retryMs: 0, givenUp: false };
    }
    const failures = (this.#fenceFailures.get(target) ?? 0) + 1;
    this.#fenceFailures.set(target, failures);
    const why = reply.reason === "" ? "" : `: ${reply.reason}`;
    this.#log("error", `Fencing of ${target} failed (attempt ${failures})${why}`);
    const givenUp = failures >= fenceAttempts(view.cib);
    const soonMs = failures > FENCE_QUICK_RETRIES ? FENCE_LATER_RETRY_MS : FENCE_RETRY_MS;
    return { target, retryMs: givenUp ? FENCE_GIVEN_UP_MS : soonMs, givenUp };
  }

  /** By which definitions of devices a node was unfenced: when they change it has to be again. */
  #recordUnfencing({ node, parameters }: GraphAction): void {
    if (parameters["CRM_meta_stonith_action"] !== "on" || node === null) return;
    for (const name of ["digests_all", "digests_secure"]) {
      const value = parameters[`CRM_meta_${name}`];
      if (value === undefined) continue;
      const attribute = `#${name.replace("_", "-")}`;
      this.#emit({ type: "set-attribute", node, name: attribute, value, remote: false });
    }
  }

  /** Records that a node was fenced. */
  onFenced(target: string, action: string, view: DcView): void {
    if (action === "on") {
      const value = String(Math.floor(view.nowMs / 1000));
      const name = "#node-unfenced";
      this.#emit({ type: "set-attribute", node: target, name, value, remote: false });
      return;
    }
    const uuid = this.#uuidOf(target, view);
    const remote = findNodeState(view.cib, uuid)?.get("remote_node") === "true";
    const changes = fencedChanges({ uuid, name: target, remote }, "send_stonith_update");
    this.#emit({ type: "change", reason: "fenced", changes });
  }

  /** Stopping its container fences a guest node: no device had to, and nothing is left of it. */
  #guestsGone(action: GraphAction, view: DcView): void {
    for (const uuid of action.downed) {
      const state = findNodeState(view.cib, uuid);
      if (state?.get("remote_node") !== "true") continue;
      const node = { uuid, name: state.get("uname") ?? uuid, remote: true };
      const changes = fencedChanges(node, "remote_node_down");
      this.#emit({ type: "change", reason: "state", changes });
    }
  }

  // --- Starting -------------------------------------------------------------------------------

  #fence(action: GraphAction, transition: Transition, view: DcView): void {
    const target = action.node ?? "";
    const requestId = `controller:${transition.id}:${action.id}`;
    this.#fencing.set(requestId, { action, transition: transition.id, target });
    const delay = action.parameters["CRM_meta_priority_fencing_delay"];
    const operation = action.parameters["CRM_meta_stonith_action"] ?? "reboot";
    this.#log("notice", `Requesting fencing (${operation}) of node ${target}`);
    const text = clusterProperty(view.cib, "stonith-timeout");
    this.#emit({
      type: "fence",
      requestId,
      target,
      action: operation,
      timeoutMs:
        (text === null ? null : parseDurationMs(text)) ?? transition.graph.stonithTimeoutMs,
      delayMs: delay === undefined ? 0 : (parseDurationMs(delay) ?? 0),
    });
  }

  #shutdown(action: GraphAction): void {
    const node = { uuid: action.nodeUuid ?? "", name: action.node ?? "" };
    const input = nodeStateUpdate(node, { expected: "down" }, "te_action");
    const change = { operation: "modify" as const, scope: "status", input, allowCreate: true };
    this.#emit({ type: "change", reason: "state", changes: [change] });
    this.#emit({ type: "shutdown", node: node.name });
  }

  #clearFailures(action: GraphAction): void {
    this.#emit({
      type: "clear-failures",
      node: action.node ?? "",
      resource: action.resource?.id ?? "",
      operation: action.parameters["CRM_meta_clear_failure_op"] ?? null,
      intervalMs: numberOrNull(action.parameters["CRM_meta_clear_failure_interval"]),
      remote: action.router !== null,
      router: action.router,
    });
  }

  #execute(action: GraphAction, transition: Transition, view: DcView): void {
    const node = action.router ?? action.node ?? "";
    const state = findNodeState(view.cib, this.#uuidOf(node, view));
    if (action.operation === "lrm_delete" && (state === null || state.get("crmd") === "0")) {
      const path = `${nodeStatePath({ name: action.node ?? "" })}//lrm_resource`;
      const xpath = `${path}[@id='${action.resource?.id ?? ""}']`;
      this.#emit({
        type: "change",
        reason: "state",
        changes: [{ operation: "delete", scope: "status", xpath }],
      });
      transition.end(action.id, true);
      return;
    }
    if (!this.#isMember(node)) {
      // Nobody there would ever answer.
      this.#log("warning", `${action.operationKey} cannot be done: ${node} is no member`);
      transition.end(action.id, false);
      return;
    }
    const transitionKey = formatTransitionKey({
      action: action.id,
      transition: transition.id,
      targetRc: action.targetRc,
      uuid: this.#options.uuid,
    });
    this.#log("info", `Initiating ${action.operation} operation ${action.operationKey} on ${node}`);
    this.#emit({ type: "execute", node, action, transitionKey });
    if (action.noWait) {
      transition.end(action.id, true);
      return;
    }
    const delayMs = action.timeoutMs + transition.graph.clusterDelayMs;
    this.#emit({ type: "set-timer", id: timerId(transition.id, action.id), delayMs });
  }

  // --- Recording ------------------------------------------------------------------------------

  #countFailure(
    result: HistoryResult,
    targetRc: number,
    transition: Transition | null,
    view: DcView,
  ): boolean {
    const offset =
      clusterProperty(view.cib, "start-failure-is-fatal") === "false" ? "1" : "INFINITY";
    const start = transition?.graph.failedStartOffset ?? offset;
    const stop = transition?.graph.failedStopOffset ?? "INFINITY";
    const value = failCountChange(result, targetRc, { start, stop });
    if (value === null) return false;
    const remote = findNodeState(view.cib, result.node)?.get("remote_node") === "true";
    const when = String(Math.floor(view.nowMs / 1000));
    const name = failureAttribute("fail-count", result);
    this.#log("info", `Updating failcount for ${result.resource} on ${result.node}: ${value}`);
    this.#emit({ type: "set-attribute", node: result.node, name, value, remote });
    const last = failureAttribute("last-failure", result);
    this.#emit({ type: "set-attribute", node: result.node, name: last, value: when, remote });
    return true;
  }

  /** Puts a result into the history for an operation whose node kept silent. */
  #recordLost(action: GraphAction, transition: Transition, view: DcView): void {
    const { resource, node, nodeUuid } = action;
    const leavesNoTrace = action.operation === "cancel" || action.operation === "lrm_delete";
    if (resource === null || node === null || leavesNoTrace) return;
    const now = Math.floor(view.nowMs / 1000);
    const record = {
      resource: resource.id,
      agent: resource,
      task: action.operation,
      intervalMs: action.intervalMs,
      callId: PENDING,
      status: TIMED_OUT,
      rc: GENERIC_ERROR,
      targetRc: action.targetRc,
      exitReason: "No result was received in time",
      transitionKey: formatTransitionKey({
        action: action.id,
        transition: transition.id,
        targetRc: action.targetRc,
        uuid: this.#options.uuid,
      }),
      parameters: action.parameters,
      lastRun: now,
      lastRcChange: now,
      execTimeMs: 0,
      queueTimeMs: 0,
      metadata: null,
      origin: "controld_record_action_timeout",
    };
    const entries = historyEntries(record, node);
    const input = historyUpdate(
      { uuid: nodeUuid ?? node, name: node },
      resource,
      entries,
      record.origin,
    );
    const change = { operation: "modify" as const, scope: "status", input, allowCreate: true };
    this.#emit({ type: "change", reason: "state", changes: [change] });
    this.#countFailure({ ...record, node }, action.targetRc, transition, view);
  }

  #uuidOf(name: string, view: DcView): string {
    const known = this.#options.configured.find((node) => node.name === name);
    if (known !== undefined) return known.uuid;
    const states = view.cib.first("status")?.elements("node_state") ?? [];
    return states.find((state) => state.get("uname") === name)?.id ?? name;
  }

  #log(level: Extract<DcEffect, { type: "log" }>["level"], message: string): void {
    this.#emit({ type: "log", level, message });
  }
}

/** What the CIB says of a node that was made sure to be down. */
function fencedChanges(node: NodeName, origin: string): CibChange[] {
  const remote = node.remote === true;
  const down = { inCcm: 0, crmd: 0, join: "down", expected: "down" } as const;
  const input = nodeStateUpdate(node, remote ? { inCcm: false } : down, origin);
  if (remote) input.first("node_state")!.set("node_fenced", "1");
  return [
    { operation: "modify", scope: "status", input, allowCreate: true },
    { operation: "delete", scope: "status", xpath: `${nodeStatePath(node)}/lrm` },
    { operation: "delete", scope: "status", xpath: transientAttributesPath(node) },
  ];
}

function timerId(transition: number, action: number): string {
  return `action:${transition}:${action}`;
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** stonith-max-attempts: after so many failures in a row a node is fenced only when something changed. */
function fenceAttempts(cib: Element): number {
  const text = clusterProperty(cib, "stonith-max-attempts");
  const score = text === null ? null : parseScore(text);
  return score !== null && score > 0 ? score : DEFAULT_FENCE_ATTEMPTS;
}
