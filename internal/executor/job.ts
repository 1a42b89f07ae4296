import { agentEnvironment, nativeAction } from "./environment.ts";
import type { Verdict } from "./outcome.ts";
import type { AgentId, ExecutorEffect, ExecutorOptions, OperationRequest } from "./types.ts";

/** One operation on its way. */
export interface Job {
  /** Of this executor; part of its timers' names. */
  serial: number;
  request: OperationRequest;
  /** delayed: before the first run. idle: recurring, between two runs. */
  state: "delayed" | "queued" | "running" | "idle";
  /** Wall clock when it was queued, and when the current or last run began. */
  queuedMs: number;
  startedMs: number;
  /** Id of the current run; empty when there is none. */
  run: string;
  /** told: a result CANCELLED is due when the run ends. silent: nobody wants to know. */
  cancelled: "no" | "told" | "silent";
  /** A newer request for the same recurring operation came while it ran: run again at once. */
  again: boolean;
  /** `service:NAME` turned out to be a systemd unit. */
  asUnit: boolean;
  /** What was last reported, so that a recurring operation speaks only of changes. */
  last: Verdict | null;
  lastRcChangeMs: number;
}

/** A resource's operations: one runs at a time, the others wait their turn. */
export interface ResourceQueue {
  waiting: Job[];
  /** Running, or chosen to run as soon as the node's limit allows. */
  running: Job | null;
  /** By {@link jobKey}: recurring operations in any state. */
  recurring: Map<string, Job>;
  /** Operations in their start delay. */
  delayed: Set<Job>;
}

export type Pool = "once" | "recurring";

export function newJob(serial: number, request: OperationRequest, nowMs: number): Job {
  return {
    serial,
    request,
    state: "queued",
    queuedMs: nowMs,
    startedMs: nowMs,
    run: "",
    cancelled: "no",
    again: false,
    asUnit: false,
    last: null,
    lastRcChangeMs: nowMs,
  };
}

export function newQueue(): ResourceQueue {
  return { waiting: [], running: null, recurring: new Map(), delayed: new Set() };
}

export function isEmpty(queue: ResourceQueue): boolean {
  const { waiting, running, recurring, delayed } = queue;
  return waiting.length === 0 && running === null && recurring.size === 0 && delayed.size === 0;
}

export function jobKey(request: Pick<OperationRequest, "action" | "intervalMs">): string {
  return `${request.action}_${request.intervalMs}`;
}

/** Recurring operations are bounded apart from what the cluster waits for. */
export function poolOf(job: Job): Pool {
  return job.request.intervalMs > 0 ? "recurring" : "once";
}

/** Actions that change what a resource is doing: its monitors end before them. */
export function changesState(request: OperationRequest): boolean {
  return request.intervalMs === 0 && !["monitor", "notify", "meta-data"].includes(request.action);
}

/** The effect that does a job's work; null for a fence device's probe, which needs no work. */
export function effectOf(job: Job, options: ExecutorOptions): ExecutorEffect | null {
  const { request, run } = job;
  const { agent, timeoutMs } = request;
  if (agent.class === "systemd" || job.asUnit) {
    const unit = unitName(agent.type);
    return { type: "unit", run, unit, operation: unitOperation(request.action), timeoutMs };
  }
  if (agent.class === "stonith") {
    const operation = deviceOperation(request);
    if (operation === null) return null;
    const device = request.resource;
    const parameters = deviceParameters(request.parameters);
    return { type: "device", run, device, agent: agent.type, operation, parameters, timeoutMs };
  }
  if (isConnection(agent)) {
    const { parameters, resource } = request;
    const operation = connectionOperation(request);
    return { type: "remote", run, resource, operation, parameters, timeoutMs };
  }
  const action = nativeAction(agent, request.action);
  const env = agentEnvironment(request, options);
  return { type: "run", run, agent, action, env, timeoutMs };
}

/** A name without one of systemd's suffixes means a service. */
export function unitName(type: string): string {
  const known = /\.(service|socket|device|mount|automount|swap|target|path|timer|snapshot|scope)$/;
  return known.test(type) ? type : `${type}.service`;
}

function unitOperation(action: string): "start" | "stop" | "reload" | "status" {
  if (action === "start" || action === "stop") return action;
  return action === "reload" || action === "reload-agent" ? "reload" : "status";
}

function deviceOperation(request: OperationRequest): "register" | "remove" | "monitor" | null {
  if (request.action === "start") return "register";
  if (request.action === "stop") return "remove";
  return request.intervalMs > 0 ? "monitor" : null;
}

/** The agent that stands for this cluster's connection to a remote node: no program does its work. */
export function isConnection(agent: AgentId): boolean {
  return agent.class === "ocf" && agent.provider === "pacemaker" && agent.type === "remote";
}

function connectionOperation(
  request: OperationRequest,
): Extract<ExecutorEffect, { type: "remote" }>["operation"] {
  switch (request.action) {
    case "start":
    case "stop":
    case "migrate_to":
    case "migrate_from":
      return request.action;
    case "reload":
    case "reload-agent":
      return "reload";
    default:
      return request.intervalMs === 0 ? "probe" : "monitor";
  }
}

/** What the device is configured with, without what the cluster added. */
function deviceParameters(parameters: Record<string, string>): Record<string, string> {
  const added = (name: string): boolean =>
    name.startsWith("CRM_meta_") || name === "crm_feature_set";
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !added(name)));
}
