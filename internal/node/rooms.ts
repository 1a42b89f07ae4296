import { Attributes, type AttributesEffect, type AttributesEvent } from "../attributes/mod.ts";
import { ExitCode } from "../base/mod.ts";
import {
  type ChangeReason,
  type CibChange,
  clusterProperty,
  type DcEffect,
  type DcEvent,
  DesignatedController,
  findNodeState,
  type HistoryResult,
  parseTransitionKey,
} from "../controller/mod.ts";
import {
  Executor,
  type ExecutorEffect,
  type ExecutorEvent,
  type OperationResult,
  OpStatus,
} from "../executor/mod.ts";
import {
  type FenceRecord,
  type FenceResult,
  Fencer,
  type FencerEffect,
  type FencerEvent,
} from "../fencer/mod.ts";
import type { LogLevel } from "../ports/mod.ts";
import { type Element, parseXml, printXml } from "../xml/mod.ts";
import { Alerts } from "./alerts.ts";
import { type LocalOutcome, LocalResources } from "./local-resources.ts";
import type { GroupMessage, LocalOrder } from "./messages.ts";
import type { NodeNames } from "./names.ts";
import { RemoteLinks, type RemoteLinksOptions } from "./remote-links.ts";
import type { ChangeDone } from "./requests.ts";
import type { NodeEffect, NodeOptions } from "./types.ts";

/** What the rooms need of the node around them. */
export interface RoomsLink {
  cib(): Element;
  nowMs(): number;
  isDc(): boolean;
  emit(effect: NodeEffect): void;
  send(message: GroupMessage): void;
  change(
    reason: ChangeReason,
    changes: CibChange[],
    result: HistoryResult | null,
    done: ChangeDone | null,
  ): void;
  /** A fencing request of a tool ended. */
  fenceReply(result: FenceResult): void;
  deviceDone(effect: Extract<FencerEffect, { type: "device-done" }>): void;
  listDone(effect: Extract<FencerEffect, { type: "list-done" }>): void;
  fencingChanged(): void;
  exit(code: number): void;
  /** The cluster counts on this node's watchdog to reset it. */
  starveWatchdog(): void;
  /** Where the tools of remote nodes are answered. */
  remoteTools: Pick<RemoteLinksOptions, "request" | "requestGone" | "watch" | "watchGone">;
}

/**
 * Controller, executor, fencer and attribute manager of one node, with what each asks for given to
 * the one that does it, to the group, or to the world.
 */
export class Rooms {
  readonly dc: DesignatedController;
  readonly fencer: Fencer;
  readonly attributes: Attributes;
  readonly local: LocalResources;
  readonly alerts: Alerts;
  readonly remotes: RemoteLinks;
  readonly #executor: Executor;
  readonly #options: NodeOptions;
  readonly #link: RoomsLink;
  /** Successful fencing that no DC may have recorded yet: target and action. */
  #unrecorded = new Map<string, string>();

  constructor(options: NodeOptions, names: NodeNames, link: RoomsLink) {
    const { nodeName, nodeId } = options;
    this.#options = options;
    this.#link = link;
    this.alerts = new Alerts({
      utcOffsetMinutes: options.utcOffsetMinutes,
      emit: (effect) => link.emit(effect),
      nowMs: () => link.nowMs(),
    });
    this.remotes = new RemoteLinks({
      nodeName,
      nowMs: () => link.nowMs(),
      emit: (effect) => link.emit(effect),
      execute: (event) => this.execute(event),
      record: (outcome, done) => this.apply(outcome, "client", done),
      result: (node, result) => this.#alertResult(node, result),
      change: (changes) => link.change("membership", changes, null, null),
      forgetAttributes: (node) => this.#remoteAttribute("peer-remove", node, "", null),
      setAttribute: (node, name, value) => this.#remoteAttribute("update", node, name, value),
      ...link.remoteTools,
    });
    this.dc = new DesignatedController({
      nodeName,
      uuid: options.uuid(),
      clusterName: options.clusterName,
      configured: names.configured,
      dcVersion: options.dcVersion,
      haveWatchdog: options.watchdog !== null,
    });
    this.#executor = new Executor({
      nodeName,
      ocfRoot: options.ocfRoot,
      runFolder: options.runFolder,
      operationLimit: options.operationLimit,
      env: options.agentEnv,
    });
    this.fencer = new Fencer({
      nodeName,
      random: options.random,
      uuid: options.uuid,
      agentInfo: options.fenceAgentInfo,
      watchdogTimeoutMs: options.watchdog?.timeoutMs ?? null,
    });
    this.attributes = new Attributes({ nodeName });
    this.local = new LocalResources({ uuid: String(nodeId), name: nodeName });
  }

  /** A timer with one of our prefixes is due. False when it is none of ours. */
  timer(id: string): boolean {
    const event = { type: "timer" as const, id: id.slice(id.indexOf(":") + 1) };
    if (id.startsWith("dc:")) this.controller(event);
    else if (id.startsWith("x:")) this.execute(event);
    else if (id.startsWith("f:")) this.fence(event);
    else if (id.startsWith("a:")) this.attribute(event);
    else if (id.startsWith("r:")) this.remotes.timer(event.id);
    else return false;
    return true;
  }

  /** A run of the executor or the fencer ended. */
  runDone(run: string, outcome: Extract<ExecutorEvent, { type: "run-done" }>["outcome"]): void {
    if (run.startsWith("al/")) {
      this.alerts.done(run, outcome);
      return;
    }
    const event = { type: "run-done" as const, run: run.slice(2), outcome };
    if (run.startsWith("x/")) this.execute(event);
    else this.fence(event);
  }

  /** A node is back: what was done to it before is history. */
  returned(node: string): void {
    this.#unrecorded.delete(node);
  }

  /** This node became DC: fencing that the one before could not record any more. */
  recordFencing(): void {
    for (const [target, action] of this.#unrecorded) {
      this.controller({ type: "fenced", target, action });
    }
    this.#unrecorded.clear();
  }

  /** Sets (or, with null, deletes) a transient attribute of this node. */
  setAttribute(name: string, value: string | null): void {
    this.#attributeRequest("update", name, value);
  }

  #remoteAttribute(
    task: "update" | "peer-remove",
    node: string,
    name: string,
    value: string | null,
  ): void {
    this.#attributeRequest(task, name, value, { nodes: [node], remote: true });
  }

  /** The CIB is another one: the writer puts all values into it again. */
  rewriteAttributes(): void {
    this.#attributeRequest("refresh", "", null);
  }

  #attributeRequest(
    task: "update" | "refresh" | "peer-remove",
    name: string,
    value: string | null,
    of: { nodes: string[]; remote: boolean } = { nodes: [], remote: false },
  ): void {
    this.attribute({
      type: "request",
      request: {
        task,
        name,
        pattern: false,
        value,
        ...of,
        dampenMs: null,
        private: false,
        set: null,
        setType: "instance_attributes",
        user: "hacluster",
      },
    });
  }

  controller(event: DcEvent): void {
    const view = { cib: this.#link.cib(), nowMs: this.#link.nowMs() };
    for (const effect of this.dc.step(event, view)) this.#onDcEffect(effect);
  }

  #onDcEffect(effect: DcEffect): void {
    switch (effect.type) {
      case "change":
        this.#link.change(effect.reason, effect.changes, null, null);
        return;
      case "schedule":
        this.#link.emit({ type: "schedule", run: effect.run, cib: this.#link.cib() });
        return;
      case "execute": {
        const { node: to, transitionKey } = effect;
        const action = printXml(effect.action.element);
        this.#link.send({ kind: "execute", to, action, transitionKey });
        return;
      }
      case "fence":
        this.#onDcFence(effect);
        return;
      case "shutdown":
        this.#link.send({ kind: "shutdown", to: effect.node });
        return;
      case "set-attribute":
      case "clear-failures":
        this.#onDcAttribute(effect);
        return;
      case "idle":
        this.#link.send({ kind: "idle", tokens: effect.tokens });
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
    this.fence({ type: "fence", request });
  }

  #onDcAttribute(effect: Extract<DcEffect, { type: "set-attribute" | "clear-failures" }>): void {
    const update = effect.type === "set-attribute";
    if (!update) {
      const { node, resource, operation, intervalMs, router } = effect;
      const order = { order: "failure-clear", node, resource, operation, intervalMs } as const;
      this.#link.send({ kind: "local", to: router ?? node, token: null, order });
    }
    this.attribute({
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

  execute(event: ExecutorEvent): void {
    for (const effect of this.#executor.step(event, this.#link.nowMs()))
      this.#onExecutorEffect(effect);
  }

  #onExecutorEffect(effect: ExecutorEffect): void {
    switch (effect.type) {
      case "run":
        this.#link.emit({ ...effect, run: `x/${effect.run}` });
        return;
      case "unit":
        this.#link.emit({ ...effect, type: "run-unit", run: `x/${effect.run}` });
        return;
      case "kill":
        this.#link.emit({ type: "kill", run: `x/${effect.run}` });
        return;
      case "device":
        this.fence(effect);
        return;
      case "remote":
        this.remotes.operate(effect);
        return;
      case "result":
        this.#onResult(effect.result);
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

  #onResult(result: OperationResult): void {
    this.apply(this.local.result(result));
    if (result.status !== OpStatus.CANCELLED) this.#alertResult(this.#options.nodeName, result);
  }

  #alertResult(node: string, result: OperationResult): void {
    const targetRc = parseTransitionKey(result.request.userData)?.targetRc ?? 0;
    this.alerts.resource(node, result, targetRc);
  }

  /** Carries out an action of the DC, here or on a remote node that this node is connected to. */
  executeAction(xml: string, transitionKey: string): void {
    const parsed = parseXml(xml);
    const target = parsed.ok ? parsed.value.get("on_node") : null;
    if (target === null || target === this.#options.nodeName) {
      this.apply(this.local.execute(xml, transitionKey, this.#link.nowMs()));
    } else if (!this.remotes.execute(target, xml, transitionKey)) {
      this.#log("warning", `${target} is not connected to here`);
      this.#link.send({ kind: "acknowledge", transitionKey, ok: false });
    }
  }

  /** Does what a tool asks of this node or of a remote node connected to here. */
  order(order: LocalOrder, done: (error: string | null) => void): void {
    const node = "node" in order ? order.node : undefined;
    if (node === undefined || node === this.#options.nodeName) {
      // What the DC orders is part of its own transition.
      const reason = order.order === "failure-clear" ? "state" : "client";
      this.apply(this.local.order(order, this.#link.nowMs()), reason, done);
    } else if (!this.remotes.order(node, order, done)) done(`${node} is not connected to here`);
  }

  fence(event: FencerEvent): void {
    for (const effect of this.fencer.step(event, this.#link.nowMs())) this.#onFencerEffect(effect);
  }

  #onFencerEffect(effect: FencerEffect): void {
    switch (effect.type) {
      case "run":
        this.#link.emit({ ...effect, type: "run-fence", run: `f/${effect.run}` });
        return;
      case "kill":
        this.#link.emit({ type: "kill", run: `f/${effect.run}` });
        return;
      case "send":
        this.#link.send({ kind: "fencer", to: effect.to, message: effect.message });
        return;
      case "reply": {
        const { requestId, exitStatus, reason } = effect.result;
        if (!requestId.startsWith("controller:")) {
          this.#link.fenceReply(effect.result);
          return;
        }
        this.controller({ type: "fence-reply", requestId, ok: exitStatus === 0, reason });
        return;
      }
      case "notify":
        this.#onFenced(effect.record);
        return;
      case "self-fence":
        this.#link.starveWatchdog();
        return;
      case "unfit":
        this.#log("error", effect.reason);
        this.#link.exit(ExitCode.FATAL);
        return;
      case "device-done":
        if (effect.run.startsWith("wait:")) {
          this.#link.deviceDone(effect);
          return;
        }
        this.execute({ type: "run-done", run: effect.run, outcome: effect.outcome });
        return;
      case "list-done":
        this.#link.listDone(effect);
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
    this.#link.fencingChanged();
    this.alerts.fencing(record);
    if (record.state === "done" && record.action !== "on") this.remotes.fenced(record.target);
    const { target, action } = record;
    if (record.state !== "done" || record.exitStatus !== 0) return;
    if (target === this.#options.nodeName && action !== "on") {
      this.#log("error", `We were allegedly just fenced by ${record.delegate ?? record.origin}`);
      this.#link.starveWatchdog();
      this.#link.exit(ExitCode.FATAL);
      return;
    }
    const isDc = this.#link.isDc();
    if (isDc) this.controller({ type: "fenced", target, action });
    else this.#unrecorded.set(target, action);
  }

  attribute(event: AttributesEvent): void {
    for (const effect of this.attributes.step(event, this.#link.nowMs()))
      this.#onAttributesEffect(effect);
  }

  #onAttributesEffect(effect: AttributesEffect): void {
    switch (effect.type) {
      case "send":
        this.#link.send({ kind: "attributes", to: effect.to, message: effect.message });
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
    for (const { node, nodeId, name, value } of effect.values) {
      if (recordedAttribute(this.#link.cib(), nodeId, name) === value) continue;
      this.alerts.attribute({ name: node, uuid: nodeId }, name, value);
    }
    if (input !== null) {
      changes.push({ operation: "modify", scope: "status", input, allowCreate: true });
    }
    this.#link.change("attributes", changes, null, (result) => {
      this.attribute({ type: "written", write, ok: !("failure" in result) });
    });
  }

  /** What came of an action or a result here: history first, then the executor. */
  apply(
    outcome: LocalOutcome,
    reason: ChangeReason = "state",
    done: ((error: string | null) => void) | null = null,
  ): void {
    const { changes, result } = outcome;
    if (changes.length > 0) {
      const why = result === null ? reason : "history";
      this.#link.change(why, changes, result, (applied) => {
        done?.("failure" in applied ? applied.failure.message : null);
      });
    } else done?.(null);
    for (const event of outcome.executor) this.execute(event);
    if (outcome.acknowledge !== null) {
      this.#link.send({ kind: "acknowledge", ...outcome.acknowledge });
    }
  }

  configurationChanged(): void {
    this.alerts.configure(this.#link.cib());
    this.fence({ type: "cib", cib: this.#link.cib() });
    const limit = clusterProperty(this.#link.cib(), "node-action-limit");
    this.execute({ type: "limit", operations: Number(limit ?? 0) || 0 });
  }

  #setTimer(id: string, delayMs: number): void {
    this.#link.emit({ type: "set-timer", id, delayMs });
  }

  #clearTimer(id: string): void {
    this.#link.emit({ type: "clear-timer", id });
  }

  #log(level: LogLevel, message: string): void {
    this.#link.emit({ type: "log", level, message });
  }
}

/** A node's transient attribute as the CIB has it. */
function recordedAttribute(cib: Element, nodeId: string, name: string): string | null {
  const transient = findNodeState(cib, nodeId)?.first("transient_attributes");
  for (const set of transient?.elements() ?? []) {
    const pair = set.elements("nvpair").find((each) => each.get("name") === name);
    if (pair !== undefined) return pair.get("value");
  }
  return null;
}
