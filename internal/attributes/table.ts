import { clampScore, PosixPattern, parseScore } from "../base/mod.ts";
import type { AttributeRequest, AttributeValue } from "./types.ts";

/** One attribute with its values by node. */
export interface Attribute {
  name: string;
  private: boolean;
  set: string | null;
  setType: "instance_attributes" | "utilization";
  dampenMs: number;
  values: Map<string, Held>;
}

export interface Held {
  value: string;
  remote: boolean;
}

/** A value as it travels, with what is needed to make its attribute anew. */
export interface Entry {
  name: string;
  node: string;
  value: string;
  remote: boolean;
  private: boolean;
  set: string | null;
  setType: "instance_attributes" | "utilization";
  dampenMs: number;
}

/** A value that became another (or null: none). */
export interface Change {
  attribute: Attribute;
  node: string;
  /** Write at once, without the attribute's dampening. */
  urgent: boolean;
}

/** Every attribute known; the same on all members, since changes come in one order. */
export class Table {
  readonly attributes = new Map<string, Attribute>();

  /** Values by name and node; null stands for all nodes. */
  query(name: string | null, node: string | null): AttributeValue[] {
    const out: AttributeValue[] = [];
    for (const attribute of this.attributes.values()) {
      if (name !== null && attribute.name !== name) continue;
      for (const [holder, { value }] of attribute.values) {
        if (node !== null && holder !== node) continue;
        const { name: found, private: isPrivate, set } = attribute;
        out.push({ name: found, node: holder, value, private: isPrivate, set });
      }
    }
    return out;
  }

  /** Values to send: of one node, or of all remote nodes. */
  entries(of: { node: string } | "remote"): Entry[] {
    const out: Entry[] = [];
    for (const attribute of this.attributes.values()) {
      const { values, ...rest } = attribute;
      for (const [node, { value, remote }] of values) {
        const wanted = of === "remote" ? remote : node === of.node && !remote;
        if (wanted) out.push({ ...rest, node, value, remote });
      }
    }
    return out;
  }

  /** Makes `entries` all that is known of the nodes that `covers` names. */
  replace(entries: Entry[], covers: (node: string, held: Held) => boolean): Change[] {
    const changes: Change[] = [];
    const given = new Set(entries.map((entry) => `${entry.name}\n${entry.node}`));
    for (const attribute of this.attributes.values()) {
      for (const [node, held] of attribute.values) {
        if (!covers(node, held) || given.has(`${attribute.name}\n${node}`)) continue;
        attribute.values.delete(node);
        changes.push({ attribute, node, urgent: false });
      }
    }
    for (const entry of entries) {
      const attribute = this.#ensure(entry);
      const { node, value, remote } = entry;
      if (attribute.values.get(node)?.value === value) continue;
      attribute.values.set(node, { value, remote });
      changes.push({ attribute, node, urgent: false });
    }
    return changes;
  }

  /** Forgets a node's values. */
  drop(node: string): Change[] {
    return this.replace([], (holder) => holder === node);
  }

  /** Applies a change; `nodes` are those it is meant for. */
  apply(request: AttributeRequest, nodes: string[]): Change[] {
    if (request.task === "clear-failure") return this.#clearFailures(request, nodes);
    const changes: Change[] = [];
    for (const name of this.#namesFor(request)) {
      for (const node of nodes) changes.push(...this.#update(request, name, node));
    }
    return changes;
  }

  #namesFor(request: AttributeRequest): string[] {
    if (!request.pattern) return [request.name];
    const pattern = safePattern(request.name);
    if (pattern === null) return [];
    return [...this.attributes.keys()].filter((name) => pattern.test(name));
  }

  #update(request: AttributeRequest, name: string, node: string): Change[] {
    const known = this.attributes.get(name);
    // There is nothing to delete, and nothing whose dampening could be set.
    if (known === undefined && (request.value === null || request.task === "update-delay")) {
      return [];
    }
    const dampenMs = request.dampenMs ?? 0;
    const { private: isPrivate, set, setType, remote } = request;
    const attribute = known ?? this.#ensure({ name, private: isPrivate, set, setType, dampenMs });
    const setsDelay = request.task === "update-both" || request.task === "update-delay";
    let urgent = false;
    if (setsDelay && request.dampenMs !== null && attribute.dampenMs !== request.dampenMs) {
      attribute.dampenMs = request.dampenMs;
      urgent = known !== undefined;
    }
    if (request.task === "update-delay") return [];
    const held = attribute.values.get(node);
    const value = expand(request.value, held?.value ?? null);
    if (value === (held?.value ?? null)) return [];
    if (value === null) attribute.values.delete(node);
    else attribute.values.set(node, { value, remote: remote || held?.remote === true });
    return [{ attribute, node, urgent }];
  }

  #clearFailures(request: AttributeRequest, nodes: string[]): Change[] {
    const pattern = failurePattern(request);
    const changes: Change[] = [];
    for (const attribute of this.attributes.values()) {
      if (!pattern.test(attribute.name)) continue;
      for (const node of [...attribute.values.keys()]) {
        if (nodes.length > 0 && !nodes.includes(node)) continue;
        attribute.values.delete(node);
        changes.push({ attribute, node, urgent: false });
      }
    }
    return changes;
  }

  #ensure(from: Omit<Attribute, "values">): Attribute {
    let attribute = this.attributes.get(from.name);
    if (attribute === undefined) {
      const { name, private: isPrivate, set, setType, dampenMs } = from;
      attribute = { name, private: isPrivate, set, setType, dampenMs, values: new Map() };
      this.attributes.set(name, attribute);
    }
    return attribute;
  }
}

/** Patterns come from tools: one that is no pattern matches nothing. */
function safePattern(source: string): PosixPattern | null {
  const pattern = PosixPattern.compile(source);
  return pattern.ok ? pattern.value : null;
}

/** `value++`, `value--`, `value+=N`, `value-=N` count from the value so far. */
function expand(value: string | null, old: string | null): string | null {
  const match = /^value(?:(\+\+|--)|([+-])=(\S+))$/.exec(value ?? "");
  if (match === null) return value;
  const [, step, sign, amount] = match;
  const from = parseScore(old ?? "") ?? 0;
  const by = amount === undefined ? 1 : (parseScore(amount) ?? 0);
  const down = step === "--" || sign === "-";
  return String(clampScore(down ? from - by : from + by));
}

/** Names of the fail counts and times of last failure that a request means. */
function failurePattern(request: AttributeRequest): RegExp {
  const kind = "^(fail-count|last-failure)-";
  if (request.resource == null || request.resource === "") return new RegExp(kind);
  const resource = RegExp.escape(request.resource);
  if (request.operation == null || request.operation === "") {
    return new RegExp(`${kind}${resource}#.+_[0-9]+$`);
  }
  const operation = RegExp.escape(request.operation);
  return new RegExp(`${kind}${resource}#${operation}_${request.intervalMs ?? 0}$`);
}
