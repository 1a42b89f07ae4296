import {
  type CibChange,
  type GraphAction,
  type HistoryResult,
  historyEntries,
  historyUpdate,
  lrmResource,
  type NodeName,
  nodeStatePath,
  type OperationRecord,
  operationKey,
  parseTransitionKey,
  readAction,
} from "../controller/mod.ts";
import {
  type AgentId,
  type ExecutorEvent,
  type OperationRequest,
  type OperationResult,
  OpStatus,
} from "../executor/mod.ts";
import { Element, parseXml } from "../xml/mod.ts";
import type { LocalOrder } from "./messages.ts";

/** What is to be done after one of the calls below. */
export interface LocalOutcome {
  executor: ExecutorEvent[];
  changes: CibChange[];
  /** With `changes`: the result that they record. */
  result: HistoryResult | null;
  /** The action of this key leaves no history; the DC is told that it is done. */
  acknowledge: { transitionKey: string; ok: boolean } | null;
}

const ORIGIN = "controld_update_resource_history";
/** No exit code yet. */
const NO_RC = 193;
/** Under way, these tell that the resource is active; anything else under way tells nothing of it. */
const TELLING = new Set(["start", "promote", "migrate_to", "migrate_from"]);

interface KnownResource {
  agent: AgentId;
  entries: Map<string, Element>;
  /** What ended last, by the id of the entry of what is under way since. */
  before: Map<string, Element>;
  /** When an operation last changed something, seconds since 1970. */
  latest: number;
}

/**
 * The resources of this node as far as the cluster operated on them here: turns the DC's actions
 * into operations for the executor, and results into history. Keeps the history, so that the node
 * can write it anew when it joins.
 */
export class LocalResources {
  #node: NodeName;
  #callId = 0;
  #known = new Map<string, KnownResource>();

  constructor(node: NodeName) {
    this.#node = node;
  }

  /** Takes over an entry of the CIB's history: the resource is known to be started here. */
  adopt(resource: Element): void {
    const provider = resource.get("provider");
    const agent = {
      class: resource.get("class") ?? "",
      provider,
      type: resource.get("type") ?? "",
    };
    const last = resource.elements("lrm_rsc_op").find((op) => op.id === `${resource.id}_last_0`);
    const entries = new Map(last === undefined ? [] : [[last.id, last.clone()]]);
    const latest = Number(last?.get("last-rc-change") ?? 0) || 0;
    this.#known.set(resource.id, { agent, entries, before: new Map(), latest });
    this.continueAfter(resource);
  }

  /** Call ids go on after those recorded in a part of the CIB. */
  continueAfter(recorded: Element | null): void {
    for (const op of recorded?.descendants("lrm_rsc_op") ?? []) {
      this.#callId = Math.max(this.#callId, Number(op.get("call-id") ?? 0) || 0);
    }
  }

  /**
   * The `<lrm>` element with everything that is known here. Whoever becomes DC does not know what the
   * last one asked for: where a stop is under way it is told what ran until then.
   */
  history(): Element {
    const list = new Element("lrm_resources");
    for (const [id, { agent, entries, before }] of this.#known) {
      const told = [...entries.values()].map((entry) => {
        const silent = isPending(entry) && !TELLING.has(entry.get("operation") ?? "");
        return ((silent ? before.get(entry.id) : undefined) ?? entry).clone();
      });
      list.append(lrmResource({ id, ...agent }, told));
    }
    return new Element("lrm", { id: this.#node.uuid }, [list]);
  }

  /** Carries out an action that the DC sent. */
  execute(xml: string, transitionKey: string, nowMs: number): LocalOutcome {
    const parsed = parseXml(xml);
    if (!parsed.ok) return { ...nothing(), acknowledge: { transitionKey, ok: false } };
    const action = readAction(parsed.value);
    const { resource } = action;
    if (resource === null) return { ...nothing(), acknowledge: { transitionKey, ok: false } };
    switch (action.operation) {
      case "cancel":
        return this.#cancel(action, resource.id, transitionKey);
      case "delete":
      case "lrm_delete": {
        const outcome = this.forget(resource.id);
        return { ...outcome, acknowledge: { transitionKey, ok: true } };
      }
      default:
        return this.#operate(action, transitionKey, nowMs);
    }
  }

  #operate(action: GraphAction, transitionKey: string, nowMs: number): LocalOutcome {
    const { id, class: agentClass, provider, type } = action.resource!;
    const agent = { class: agentClass, provider, type };
    this.#callId += 1;
    const request: OperationRequest = {
      callId: this.#callId,
      resource: id,
      agent,
      action: action.operation,
      intervalMs: action.intervalMs,
      timeoutMs: action.timeoutMs,
      startDelayMs: Number(action.parameters["CRM_meta_start_delay"] ?? 0),
      parameters: action.parameters,
      userData: transitionKey,
    };
    const executor: ExecutorEvent[] = [{ type: "execute", request }];
    if (action.operation === "notify" || action.parameters["CRM_meta_record_pending"] === "false") {
      return { ...nothing(), executor };
    }
    return { ...this.#record(pendingRecord(request, nowMs)), executor };
  }

  #cancel(action: GraphAction, resource: string, transitionKey: string): LocalOutcome {
    const task = action.parameters["CRM_meta_operation"] ?? "monitor";
    const { intervalMs } = action;
    const key = operationKey(resource, task, intervalMs);
    this.#known.get(resource)?.entries.delete(key);
    const path = `${nodeStatePath(this.#node)}//lrm_resource[@id='${resource}']`;
    return {
      executor: [{ type: "cancel", resource, action: task, intervalMs }],
      changes: [
        { operation: "delete", scope: "status", xpath: `${path}/lrm_rsc_op[@id='${key}']` },
      ],
      result: null,
      acknowledge: { transitionKey, ok: true },
    };
  }

  /** Drops a resource's history and its recurring operations: it will be probed again. */
  forget(resource: string): LocalOutcome {
    this.#known.delete(resource);
    const xpath = `${nodeStatePath(this.#node)}//lrm_resource[@id='${resource}']`;
    return {
      ...nothing(),
      executor: [{ type: "forget", resource }],
      changes: [{ operation: "delete", scope: "status", xpath }],
    };
  }

  /** What a tool asked for, maybe from another node. */
  order(order: LocalOrder, nowMs: number): LocalOutcome {
    switch (order.order) {
      case "history-delete":
        return this.forget(order.resource);
      case "fail":
        return this.#fail(order, nowMs);
      case "failure-clear":
        return this.#clearFailure(order);
      case "reprobe": {
        const resources = [...this.#known.keys()];
        this.#known.clear();
        return {
          ...nothing(),
          executor: resources.map((resource) => ({ type: "forget", resource })),
          changes: [
            { operation: "delete", scope: "status", xpath: `${nodeStatePath(this.#node)}/lrm` },
          ],
        };
      }
    }
  }

  #clearFailure(order: Extract<LocalOrder, { order: "failure-clear" }>): LocalOutcome {
    const { resource, operation, intervalMs } = order;
    const id = operationKey(resource, "last_failure", 0);
    const entries = this.#known.get(resource)?.entries;
    const known = entries?.get(id);
    const ofAnother =
      operation !== null &&
      known !== undefined &&
      known.get("operation_key") !== operationKey(resource, operation, intervalMs ?? 0);
    if (ofAnother) return nothing();
    entries?.delete(id);
    const path = `${nodeStatePath(this.#node)}//lrm_resource[@id='${resource}']`;
    const xpath = `${path}/lrm_rsc_op[@id='${id}']`;
    return { ...nothing(), changes: [{ operation: "delete", scope: "status", xpath }] };
  }

  #fail(order: Extract<LocalOrder, { order: "fail" }>, nowMs: number): LocalOutcome {
    this.#callId += 1;
    const seconds = Math.floor(nowMs / 1000);
    return this.#record({
      resource: order.resource,
      agent: order,
      task: "asyncmon",
      intervalMs: 0,
      callId: this.#callId,
      status: OpStatus.DONE,
      rc: 1,
      targetRc: 0,
      exitReason: "Simulated failure",
      transitionKey: `0:0:0:00000000-0000-0000-0000-000000000000`,
      parameters: {},
      lastRun: seconds,
      lastRcChange: seconds,
      execTimeMs: 0,
      queueTimeMs: 0,
      metadata: null,
      origin: ORIGIN,
    });
  }

  /** An operation ended. Cancelled ones leave no trace, and notifications none in the history. */
  result(result: OperationResult): LocalOutcome {
    if (result.status === OpStatus.CANCELLED) return nothing();
    const { request } = result;
    if (request.action === "notify") {
      // They cannot fail: their result decides nothing.
      return { ...nothing(), acknowledge: { transitionKey: request.userData, ok: true } };
    }
    return this.#record({
      resource: request.resource,
      agent: request.agent,
      task: request.action,
      intervalMs: request.intervalMs,
      callId: request.callId,
      status: result.status,
      rc: result.rc,
      targetRc: parseTransitionKey(request.userData)?.targetRc ?? 0,
      exitReason: result.exitReason,
      transitionKey: request.userData,
      parameters: request.parameters,
      lastRun: Math.floor(result.lastRunMs / 1000),
      lastRcChange: Math.floor(result.lastRcChangeMs / 1000),
      execTimeMs: result.execTimeMs,
      queueTimeMs: result.queueTimeMs,
      metadata: result.metadata,
      origin: ORIGIN,
    });
  }

  #record(told: OperationRecord): LocalOutcome {
    let known = this.#known.get(told.resource);
    if (known === undefined) {
      const { class: agentClass, provider, type } = told.agent;
      const agent = { class: agentClass, provider, type };
      known = { agent, entries: new Map(), before: new Map(), latest: 0 };
      this.#known.set(told.resource, known);
    }
    // The scheduler takes a failure from before the last start for old news: a clock that was set
    // back must not hide one.
    const { latest } = known;
    const after = (seconds: number): number => (seconds < latest ? latest + 1 : seconds);
    const record = {
      ...told,
      lastRun: after(told.lastRun),
      lastRcChange: after(told.lastRcChange),
    };
    if (told.status !== OpStatus.PENDING) known.latest = record.lastRcChange;
    const entries = historyEntries(record, this.#node.name);
    for (const entry of entries) {
      const last = known.entries.get(entry.id);
      if (!isPending(entry)) known.before.delete(entry.id);
      else if (last !== undefined && !isPending(last)) known.before.set(entry.id, last);
      known.entries.set(entry.id, entry.clone());
    }
    const resource = { id: record.resource, ...known.agent };
    const input = historyUpdate(this.#node, resource, entries, record.origin);
    const result = {
      node: this.#node.name,
      resource: record.resource,
      task: record.task,
      intervalMs: record.intervalMs,
      callId: record.callId,
      status: record.status,
      rc: record.rc,
      transitionKey: record.transitionKey,
    };
    const change = { operation: "modify" as const, scope: "status", input, allowCreate: true };
    return { ...nothing(), changes: [change], result };
  }
}

/** The entry that says an operation is under way; its call id is not known yet. */
function pendingRecord(request: OperationRequest, nowMs: number): OperationRecord {
  const seconds = Math.floor(nowMs / 1000);
  return {
    resource: request.resource,
    agent: request.agent,
    task: request.action,
    intervalMs: request.intervalMs,
    callId: -1,
    status: OpStatus.PENDING,
    rc: NO_RC,
    targetRc: parseTransitionKey(request.userData)?.targetRc ?? 0,
    exitReason: "",
    transitionKey: request.userData,
    parameters: request.parameters,
    lastRun: seconds,
    lastRcChange: seconds,
    execTimeMs: 0,
    queueTimeMs: 0,
    metadata: null,
    origin: ORIGIN,
  };
}

function isPending(entry: Element): boolean {
  return entry.get("op-status") === String(OpStatus.PENDING);
}

function nothing(): LocalOutcome {
  return { executor: [], changes: [], result: null, acknowledge: null };
}
