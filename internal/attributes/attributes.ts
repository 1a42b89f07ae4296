import type { Element } from "../xml/mod.ts";
import { statusChange, transientPath, type Write } from "./document.ts";
import { type Attribute, type Change, type Entry, Table } from "./table.ts";
import type {
  AttributeMessage,
  AttributeRequest,
  AttributesEffect,
  AttributesEvent,
  AttributesOptions,
  AttributeValue,
} from "./types.ts";

/** A write that the CIB refused is tried again after this long. */
const RETRY_MS = 1000;

/**
 * The attribute manager of one node. Changes are sent to all managers and take effect when they
 * come back in the ring's order, so that all tables are the same; the writer puts them into the CIB.
 * A node's own statement about itself, made whenever someone joins, overrides what others held.
 */
export class Attributes {
  readonly #self: string;
  readonly #table = new Table();
  #members: string[] = [];
  /** Ids of all nodes ever seen, by name. */
  readonly #ids = new Map<string, string>();
  #writer: string | null = null;
  /** Values not yet in the CIB: attribute name to node names. */
  readonly #unwritten = new Map<string, Set<string>>();
  /** Writes under way, with what they carry. */
  readonly #writing = new Map<number, { name: string; node: string }[]>();
  /** Nodes whose engine died: what was held of them is given to the one that comes back. */
  readonly #kept = new Set<string>();
  /** This manager has said what it holds of its own node before. */
  #said = false;
  /** What others kept for this node was taken. */
  #restored = false;
  #counter = 0;
  #effects: AttributesEffect[] = [];

  constructor(options: AttributesOptions) {
    this.#self = options.nodeName;
  }

  step(event: AttributesEvent, _nowMs: number): AttributesEffect[] {
    this.#effects = [];
    switch (event.type) {
      case "request":
        this.#request(event.request);
        break;
      case "message":
        this.#message(event.from, event.message);
        break;
      case "members":
        this.#membersChanged(event.members, event.crashed);
        break;
      case "gone":
        if (this.#kept.delete(event.name)) this.#forget(event.name);
        break;
      case "writer":
        this.#writerChanged(event.name);
        break;
      case "written":
        this.#written(event.write, event.ok);
        break;
      case "timer":
        this.#timer(event.id);
        break;
    }
    return this.#effects;
  }

  /** Values held; null means any name or all nodes. */
  query(by: { name: string | null; node: string | null }): AttributeValue[] {
    return this.#table.query(by.name, by.node);
  }

  #request(request: AttributeRequest): void {
    const everyNode = request.task === "clear-failure";
    const nodes = request.nodes.length > 0 || everyNode ? request.nodes : [this.#self];
    this.#send({ kind: "change", request: { ...request, nodes } });
  }

  #message(from: string, message: AttributeMessage): void {
    switch (message.kind) {
      case "change":
        this.#change(message["request"] as AttributeRequest);
        break;
      case "own":
        this.#own(from, message as unknown as Own);
        break;
      case "kept":
        if (message["node"] === this.#self) this.#restore(message["entries"] as Entry[]);
        break;
      case "remotes":
        // The sender's word counts for us only where we hold nothing: it may have come later.
        this.#remotes(message["entries"] as Entry[]);
        break;
    }
  }

  #change(request: AttributeRequest): void {
    if (request.task === "refresh") {
      if (this.#isWriter()) this.#writeAll();
      return;
    }
    if (request.task === "peer-remove") {
      for (const node of request.nodes) this.#forget(node);
      return;
    }
    this.#changed(this.#table.apply(request, request.nodes));
  }

  /** What a node says of itself replaces what was held of it. */
  #own(from: string, { entries, fresh, rewrite }: Own): void {
    if (from === this.#self) {
      // A change that was ordered before this statement arrived is not in it: say it again.
      const now = this.#table.entries({ node: this.#self });
      if (!sameEntries(now, entries)) this.#sayOwn();
      return;
    }
    if (fresh && this.#kept.delete(from)) {
      // A new engine knows nothing of what the one before it held.
      const kept = this.#table.entries({ node: from }).filter(({ name }) => name !== "shutdown");
      this.#changed(this.#table.replace(entries, () => false));
      if (kept.length > 0) this.#send({ kind: "kept", node: from, entries: kept });
      return;
    }
    this.#changed(this.#table.replace(entries, (node, held) => node === from && !held.remote));
    if (!rewrite || !this.#isWriter()) return;
    // Its joining took them out of the CIB.
    for (const { name, node } of entries) this.#note(name, node);
    const found = entries.map(({ name }) => this.#table.attributes.get(name)!);
    this.#write([...new Set(found)].filter((attribute) => !attribute.private));
  }

  #restore(entries: Entry[]): void {
    if (this.#restored) return;
    this.#restored = true;
    const missing = entries.filter(
      (entry) => this.#table.query(entry.name, this.#self).length === 0,
    );
    this.#table.replace(missing, () => false);
    this.#sayOwn(true);
  }

  #remotes(entries: Entry[]): void {
    const fresh = entries.filter((entry) => this.#table.query(entry.name, entry.node).length === 0);
    this.#changed(this.#table.replace(fresh, () => false));
  }

  #sayOwn(rewrite = false): void {
    const entries = this.#table.entries({ node: this.#self });
    const own: Own = { entries, fresh: !this.#said, rewrite };
    this.#said = true;
    this.#send({ kind: "own", ...own });
  }

  #membersChanged(members: { name: string; id: string }[], crashed: string[]): void {
    const before = this.#members;
    this.#members = members.map((member) => member.name);
    for (const { name, id } of members) this.#ids.set(name, id);
    for (const name of before) {
      if (this.#members.includes(name)) continue;
      if (crashed.includes(name)) this.#kept.add(name);
      else this.#forget(name);
    }
    if (this.#members.every((name) => before.includes(name))) return;
    this.#sayOwn();
    const remotes = this.#table.entries("remote");
    if (remotes.length > 0) this.#send({ kind: "remotes", entries: remotes });
  }

  /** A node's values go with it, in the CIB too. */
  #forget(node: string): void {
    this.#table.drop(node);
    for (const nodes of this.#unwritten.values()) nodes.delete(node);
    const nodeId = this.#ids.get(node) ?? node;
    if (this.#isWriter()) this.#emitWrite([], [transientPath(nodeId)], null);
  }

  #writerChanged(name: string | null): void {
    const was = this.#isWriter();
    this.#writer = name;
    // Whatever the former writer did not finish: all is written again.
    if (this.#isWriter() && !was) this.#writeAll();
  }

  #isWriter(): boolean {
    return this.#writer === this.#self;
  }

  /** Notes changed values, and writes those that need not wait. */
  #changed(changes: Change[]): void {
    const now: Attribute[] = [];
    for (const { attribute, node, urgent } of changes) {
      if (attribute.private) continue;
      this.#note(attribute.name, node);
      if (!this.#isWriter()) continue;
      if (attribute.dampenMs > 0 && !urgent) {
        this.#setTimer(`a:${attribute.name}`, attribute.dampenMs);
      } else if (!now.includes(attribute)) now.push(attribute);
    }
    if (now.length > 0) this.#write(now);
  }

  #note(name: string, node: string): void {
    const nodes = this.#unwritten.get(name) ?? new Set();
    this.#unwritten.set(name, nodes.add(node));
  }

  #writeAll(): void {
    const all = [...this.#table.attributes.values()].filter((attribute) => !attribute.private);
    for (const attribute of all) {
      for (const node of attribute.values.keys()) this.#note(attribute.name, node);
    }
    this.#write(all);
  }

  /** Writes what is unwritten of these attributes, as one change of the CIB. */
  #write(attributes: Attribute[]): void {
    const writes: Write[] = [];
    for (const attribute of attributes) {
      const nodes = this.#unwritten.get(attribute.name) ?? new Set<string>();
      this.#unwritten.delete(attribute.name);
      for (const node of nodes) {
        const held = attribute.values.get(node);
        const nodeId = this.#ids.get(node) ?? (held?.remote === true ? node : null);
        if (nodeId === null) {
          // Its id is learnt when it joins; it says its values then.
          this.#log("info", `not writing ${attribute.name} of unknown node ${node}`);
          continue;
        }
        const remote = held?.remote === true;
        writes.push({ attribute, node, nodeId, remote, value: held?.value ?? null });
      }
    }
    if (writes.length === 0) return;
    const { remove, modify } = statusChange(writes);
    this.#emitWrite(writes, remove, modify);
  }

  #emitWrite(writes: Write[], remove: string[], modify: Element | null): void {
    this.#counter += 1;
    const carried = writes.map(({ attribute, node }) => ({ name: attribute.name, node }));
    this.#writing.set(this.#counter, carried);
    const values = writes.map(({ attribute, node, nodeId, value }) => ({
      node,
      nodeId,
      name: attribute.name,
      value,
    }));
    this.#effects.push({ type: "write", write: this.#counter, remove, modify, values });
  }

  #written(write: number, ok: boolean): void {
    const carried = this.#writing.get(write) ?? [];
    this.#writing.delete(write);
    if (ok) return;
    for (const { name, node } of carried) this.#note(name, node);
    if (this.#isWriter()) this.#setTimer("retry", RETRY_MS);
  }

  #timer(id: string): void {
    if (!this.#isWriter()) return;
    const names = id === "retry" ? [...this.#unwritten.keys()] : [id.slice("a:".length)];
    const found = names.map((name) => this.#table.attributes.get(name));
    this.#write(found.filter((attribute) => attribute !== undefined));
  }

  #setTimer(id: string, delayMs: number): void {
    this.#effects.push({ type: "set-timer", id, delayMs });
  }

  #send(message: AttributeMessage): void {
    this.#effects.push({ type: "send", to: null, message });
  }

  #log(level: "info" | "warning", message: string): void {
    this.#effects.push({ type: "log", level, message });
  }
}

/** What a node says of itself. */
interface Own {
  entries: Entry[];
  /** For the first time since its engine was started. */
  fresh: boolean;
  /** The writer is to put all of it into the CIB. */
  rewrite: boolean;
}

function sameEntries(a: Entry[], b: Entry[]): boolean {
  const key = (entry: Entry): string => `${entry.name}\n${entry.value}`;
  const known = new Set(b.map(key));
  return a.length === b.length && a.every((entry) => known.has(key(entry)));
}
