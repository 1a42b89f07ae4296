import { sanitizeId } from "../../cib/mod.ts";
import { historyEntries, type OperationRecord } from "../../controller/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { SimulatedEvent } from "./events.ts";
import { HistoryIndex } from "./history-index.ts";

const FAKE_UUID = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
const ORIGIN = "crm_simulate";

/** Result of an operation to be written into the status section. */
export interface InjectedResult {
  /** Name of the resource in the keys; without it that of its history. */
  resource?: string;
  task: string;
  intervalMs: number;
  rc: number;
  targetRc: number;
  exitReason: string;
  /** Null: unknown, so no digest is written. */
  parameters: Record<string, string> | null;
}

/** Two states bear the name of a node: nobody can say which of them an event belongs to. */
export class AmbiguousNode extends Error {
  readonly node: string;
  constructor(node: string) {
    super(`Detected multiple node_state entries for node '${node}'`);
    this.node = node;
  }
}

/** Nothing is known of a node: neither the configuration nor a state tells its id. */
export class UnknownNode extends Error {
  constructor(node: string) {
    super(`Node '${node}' is not known: it is not configured and has no node_state`);
  }
}

/** Writes what simulated events leave behind into a CIB, in place. */
export class StatusWriter {
  readonly cib: Element;
  readonly #nowSeconds: number;
  readonly #report: (event: SimulatedEvent) => void;
  readonly #addNodes: boolean;
  readonly #histories = new HistoryIndex();
  /** Names that more than one state had from the start. */
  readonly #ambiguous = new Set<string>();

  /** `addNodes`: a node that is met and not configured becomes so. */
  constructor(
    cib: Element,
    nowSeconds: number,
    report: (event: SimulatedEvent) => void,
    addNodes: boolean,
  ) {
    this.cib = cib;
    this.#nowSeconds = nowSeconds;
    this.#report = report;
    this.#addNodes = addNodes;
    const met = new Set<string>();
    for (const state of this.#status.elements("node_state")) {
      const name = state.get("uname");
      if (name === null) continue;
      if (met.has(name)) this.#ambiguous.add(name);
      met.add(name);
    }
  }

  get #status(): Element {
    return this.cib.ensure("status");
  }

  /**
   * The state of a node, made when missing. Without `uuid` the configuration tells the id. Throws
   * {@link AmbiguousNode} or {@link UnknownNode}.
   */
  nodeState(name: string, uuid: string | null = null): Element {
    if (this.#addNodes) this.#ensureNode(name);
    if (this.#ambiguous.has(name)) throw new AmbiguousNode(name);
    const states = this.#status.elements("node_state");
    for (const state of states) {
      if (state.get("uname")?.toLowerCase() === name.toLowerCase()) return state;
    }
    const id = uuid ?? configuredId(this.cib, name);
    if (id === null) throw new UnknownNode(name);
    const nameless = states.find((state) => state.get("id") === id);
    this.countUpdate();
    if (nameless !== undefined) return nameless.set("uname", name);
    return this.#status.append(new Element("node_state", { id, uname: name }));
  }

  #ensureNode(name: string): void {
    const nodes = this.cib.ensure("configuration").ensure("nodes");
    if (nodes.elements("node").some((node) => node.get("uname") === name)) return;
    nodes.append(new Element("node", { id: name, uname: name }));
    this.countEpoch();
  }

  /** A node that is up, or down. */
  setNodeState(name: string, up: boolean, origin: string = ORIGIN): Element {
    const state = this.nodeState(name);
    state.set("in_ccm", up ? "true" : "false");
    state.set("crmd", up ? "online" : "offline");
    state.set("join", up ? "member" : "down");
    state.set("expected", up ? "member" : "down");
    return state.set("crm-debug-origin", origin);
  }

  /** What a node knew is gone with it. */
  forgetHistory(state: Element): void {
    for (const name of ["lrm", "transient_attributes"]) {
      const part = state.first(name);
      if (part === null) continue;
      part.remove();
      this.countUpdate();
    }
  }

  /** One change more of the status section. */
  countUpdate(): void {
    this.#count("num_updates");
  }

  /** One change more of the configuration. */
  countEpoch(): void {
    this.#count("epoch");
    this.cib.set("num_updates", "0");
  }

  /** Counts an update if an element's attributes come out of `change` as others. */
  counted(element: Element, change: () => void): void {
    const before = element.attributes.join("\n");
    change();
    if (element.attributes.join("\n") !== before) this.countUpdate();
  }

  #count(name: string): void {
    const before = Number.parseInt(this.cib.get(name) ?? "0", 10) || 0;
    this.cib.set(name, String(before + 1));
  }

  /** A failure count, and when the failure was; `fatalStarts` are counted as infinitely many. */
  countFailure(
    state: Element,
    { resource, task, intervalMs }: { resource: string; task: string; intervalMs: number },
    rc: number,
    fatalStarts: boolean,
  ): void {
    if (rc === 0 || (rc === 7 && intervalMs === 0)) return;
    const suffix = `${resource}#${task}_${intervalMs}`;
    const final = task === "stop" || (task === "start" && fatalStarts);
    this.#setTransient(state, `fail-count-${suffix}`, final ? "INFINITY" : null);
    this.#setTransient(state, `last-failure-${suffix}`, String(this.#nowSeconds));
  }

  /** Sets a transient attribute; null counts it up by one. */
  #setTransient(state: Element, name: string, value: string | null): void {
    const holder = state.first("transient_attributes") ?? new Element("transient_attributes");
    if (holder.parent === null) state.append(holder.set("id", state.id));
    const set = holder.first("instance_attributes") ?? new Element("instance_attributes");
    if (set.parent === null) holder.append(set.set("id", state.id));
    const pairs = set.elements("nvpair");
    const named = pairs.filter((pair) => pair.get("name") === name);
    // Infinitely many, and several that disagree, count as none: so the original does it.
    const counted = named.length === 1 ? (named[0]!.get("value") ?? "") : "";
    const before = /^\s*[+-]?\d+\s*$/.test(counted) ? Number(counted) : 0;
    const written = value ?? String(before + 1);
    this.#report({ kind: "attribute", name, value: written, state: state.id });
    const id = sanitizeId(`${set.id}-${name}`);
    const existing = pairs.find((pair) => pair.id === id);
    if (existing !== undefined) existing.set("value", written);
    // Behind one of another id, which goes on to be the one that counts.
    else set.append(new Element("nvpair", { id, name, value: written }));
  }

  /** The history of a resource on a node, found under either name or made under the second. */
  resourceHistory(
    state: Element,
    resource: string,
    historyName: string,
    agent: { class: string; provider: string | null; type: string },
  ): Element {
    const resources = state.first("lrm")?.first("lrm_resources") ?? null;
    const find = (id: string) => (resources === null ? null : this.#histories.find(resources, id));
    const found = find(resource) ?? find(historyName);
    if (found !== null) return found;
    const lrm = state.first("lrm") ?? state.append(new Element("lrm", { id: state.id }));
    const entry = new Element("lrm_resource", { id: historyName, class: agent.class });
    if (agent.provider !== null) entry.set("provider", agent.provider);
    entry.set("type", agent.type);
    return this.#histories.append(lrm.ensure("lrm_resources"), entry);
  }

  /** Adds a result to a history, replacing the entry of the same kind. */
  addResult(history: Element, node: string, result: InjectedResult): void {
    const calls = history.elements().map((op) => Number(op.get("call-id") ?? 0));
    const callId = Math.max(0, ...calls.filter(Number.isFinite)) + 1;
    const record: OperationRecord = {
      resource: result.resource ?? history.id,
      agent: {
        class: history.get("class") ?? "",
        provider: history.get("provider"),
        type: history.get("type") ?? "",
      },
      task: result.task,
      intervalMs: result.intervalMs,
      callId,
      status: 0,
      rc: result.rc,
      targetRc: result.targetRc,
      exitReason: result.exitReason,
      transitionKey: `${callId}:-1:${result.targetRc}:${FAKE_UUID}`,
      parameters: result.parameters ?? {},
      lastRun: this.#nowSeconds,
      lastRcChange: this.#nowSeconds,
      execTimeMs: 0,
      queueTimeMs: 0,
      metadata: null,
      origin: ORIGIN,
    };
    for (const entry of separateMigration(historyEntries(record, node), record)) {
      if (result.parameters === null) entry.unset("op-digest");
      if (result.rc === result.targetRc) entry.set("exit-reason", "");
      const old = history.child("lrm_rsc_op", entry.id);
      if (old === null) history.append(entry);
      else overwrite(old, entry);
    }
  }
}

/** An entry already there keeps what the new one does not say. */
function overwrite(old: Element, entry: Element): void {
  const { attributes } = entry;
  for (let i = 0; i < attributes.length; i += 2) old.set(attributes[i]!, attributes[i + 1]!);
}

/** Migrations keep entries of their own in what the simulation writes. */
function separateMigration(entries: Element[], record: OperationRecord): Element[] {
  if (record.task !== "migrate_to" && record.task !== "migrate_from") return entries;
  const entry = entries[0]!;
  return [entry.set("id", `${record.resource}_${record.task}_${record.intervalMs}`)];
}

/** The id of a cluster, remote or guest node of that name; null for bundles' and unknown ones. */
function configuredId(cib: Element, name: string): string | null {
  const same = (text: string | null) => text?.toLowerCase() === name.toLowerCase();
  const configuration = cib.first("configuration");
  for (const node of configuration?.first("nodes")?.elements("node") ?? []) {
    if (same(node.get("uname"))) return node.get("type") === "remote" ? node.get("uname") : node.id;
  }
  for (const primitive of configuration?.first("resources")?.elements("primitive") ?? []) {
    if (primitive.get("type") === "remote" && same(primitive.id)) return primitive.id;
    for (const set of primitive.elements("meta_attributes")) {
      for (const pair of set.elements("nvpair")) {
        if (pair.get("name") === "remote-node" && same(pair.get("value"))) return pair.get("value");
      }
    }
  }
  return null;
}
