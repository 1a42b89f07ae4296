import type { RunOutcome } from "../executor/mod.ts";
import type { NodeEffect } from "../node/mod.ts";

/** How an operation of a resource is to go; what is left out goes well. */
export interface AgentScript {
  /** Exit code instead of the honest one. */
  rc?: number;
  /** Milliseconds that it takes; more than its timeout: it hangs. */
  takesMs?: number;
  /** Says that all is well and does nothing. */
  lies?: boolean;
  /** Every second time it fails. */
  flaps?: boolean;
}

export interface Trace {
  atMs: number;
  node: string;
  resource: string;
  action: string;
  rc: number;
}

/** An operation begins (`rc` null) or ends, as it really happens on a machine. */
export interface Deed extends Omit<Trace, "rc"> {
  rc: number | null;
}

/** How long an agent takes that nothing ails. */
const AGENT_MS = 50;

type AgentRun = Extract<NodeEffect, { type: "run" }>;

const RUNNING = 0;
const NOT_RUNNING = 7;
const PROMOTED = 8;
/** Reported to listeners for an operation that outlived its timeout; no agent's exit code. */
export const TIMED_OUT = -1;

/** What really runs on the simulated machines, whatever the cluster thinks of it. */
export class World {
  /** `NODE/RESOURCE` to its role. */
  #active = new Map<string, "started" | "promoted">();
  #scripts = new Map<string, AgentScript>();
  #flapped = new Set<AgentScript>();
  /** Resources of which a stop was a lie: what is active twice then is not the cluster's doing. */
  readonly deceived = new Set<string>();
  /** Nodes that a device said it had switched off, and had not. */
  readonly undead = new Set<string>();
  /** Every operation that changed something, and every failure. */
  readonly trace: Trace[] = [];
  /** Times at which a resource was active on two nodes. */
  readonly violations: string[] = [];
  /** Resources that may be active on many nodes, without instance numbers. */
  readonly clones = new Set<string>();
  /** Told of every operation. */
  readonly listeners: ((deed: Deed) => void)[] = [];

  /** `key`: `NODE/RESOURCE/ACTION`; `*` for any node. Null makes it honest again. */
  script(key: string, script: AgentScript | null): void {
    if (script === null) this.#scripts.delete(key);
    else this.#scripts.set(key, script);
  }

  /** Nodes on which a resource is active. */
  where(resource: string): string[] {
    const suffix = `/${resource}`;
    const keys = [...this.#active.keys()].filter((key) => key.endsWith(suffix));
    return keys.map((key) => key.slice(0, -suffix.length)).sort();
  }

  /** What is active on a node. */
  activeOn(node: string): string[] {
    const prefix = `${node}/`;
    const keys = [...this.#active.keys()].filter((key) => key.startsWith(prefix));
    return keys.map((key) => key.slice(prefix.length));
  }

  /** A resource dies by itself. */
  kill(node: string, resource: string): void {
    this.#active.delete(`${node}/${resource}`);
  }

  /** Everything on a machine is gone. */
  powerOff(node: string): void {
    this.undead.delete(node);
    for (const key of [...this.#active.keys()]) {
      if (key.startsWith(`${node}/`)) this.#active.delete(key);
    }
  }

  /** Makes all agents honest and quick again. */
  clearScripts(): void {
    this.#scripts.clear();
  }

  /** An operation begins; how long it will take, in milliseconds. */
  begin(node: string, run: AgentRun, nowMs: number): number {
    this.#tell(node, run, nowMs, null);
    return this.#scriptOf(node, run).takesMs ?? AGENT_MS;
  }

  /** The operation takes effect, as seen by whoever asked for it. */
  finish(node: string, run: AgentRun, nowMs: number): RunOutcome {
    const script = this.#scriptOf(node, run);
    const takes = script.takesMs ?? AGENT_MS;
    const text = { stdout: "", stderr: "", runMs: Math.min(takes, run.timeoutMs) };
    if (takes > run.timeoutMs) {
      this.#tell(node, run, nowMs, TIMED_OUT);
      return { outcome: "timeout", code: 0, ...text };
    }
    if (run.action === "meta-data") {
      return { outcome: "exited", code: 0, ...text, stdout: "<resource-agent/>" };
    }
    const resource = run.env["OCF_RESOURCE_INSTANCE"] ?? "";
    const code = this.#outcome(script, node, resource, run.action, nowMs);
    if (run.action !== "monitor" || code !== script.rc) {
      this.trace.push({ atMs: nowMs, node, resource, action: run.action, rc: code });
    }
    this.#tell(node, run, nowMs, code);
    return { outcome: "exited", code, ...text };
  }

  #outcome(
    script: AgentScript,
    node: string,
    resource: string,
    action: string,
    nowMs: number,
  ): number {
    if (script.rc !== undefined) return script.rc;
    if (script.flaps === true && !this.#flapped.delete(script)) {
      this.#flapped.add(script);
      return 1;
    }
    if (script.lies !== true) return this.#effect(node, resource, action, nowMs);
    if (action === "stop" && this.#active.has(`${node}/${resource}`)) this.deceived.add(resource);
    return RUNNING;
  }

  #tell(node: string, run: AgentRun, atMs: number, rc: number | null): void {
    const resource = run.env["OCF_RESOURCE_INSTANCE"] ?? "";
    for (const listener of this.listeners) {
      listener({ atMs, node, resource, action: run.action, rc });
    }
  }

  #scriptOf(node: string, run: AgentRun): AgentScript {
    const name = `${run.env["OCF_RESOURCE_INSTANCE"] ?? ""}/${run.action}`;
    return this.#scripts.get(`${node}/${name}`) ?? this.#scripts.get(`*/${name}`) ?? {};
  }

  #effect(node: string, resource: string, action: string, nowMs: number): number {
    const key = `${node}/${resource}`;
    switch (action) {
      case "start":
      case "demote":
        this.#active.set(key, "started");
        this.#check(resource, nowMs);
        return RUNNING;
      case "promote":
        this.#active.set(key, "promoted");
        this.#checkPromoted(resource, nowMs);
        return RUNNING;
      case "stop":
        this.#active.delete(key);
        return RUNNING;
      case "monitor": {
        const role = this.#active.get(key);
        return role === undefined ? NOT_RUNNING : role === "promoted" ? PROMOTED : RUNNING;
      }
      default:
        return RUNNING;
    }
  }

  #checkPromoted(resource: string, nowMs: number): void {
    const suffix = `/${resource}`;
    const promoted = [...this.#active]
      .filter(([key, role]) => role === "promoted" && key.endsWith(suffix))
      .map(([key]) => key.slice(0, -suffix.length))
      .filter((node) => !this.undead.has(node));
    if (promoted.length < 2) return;
    this.violations.push(`${nowMs}: ${resource} is promoted on ${promoted.join(" and ")}`);
  }

  #check(resource: string, nowMs: number): void {
    if (this.deceived.has(resource)) return;
    if (this.clones.has(resource.replace(/:\d+$/, ""))) return;
    const nodes = this.where(resource).filter((node) => !this.undead.has(node));
    if (nodes.length > 1) {
      this.violations.push(`${nowMs}: ${resource} is active on ${nodes.join(" and ")}`);
    }
  }
}
