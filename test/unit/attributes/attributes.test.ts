import { describe, expect, test } from "bun:test";
import {
  type AttributeRequest,
  Attributes,
  type AttributesEffect,
  type AttributesEvent,
} from "../../../internal/attributes/mod.ts";
import { printXml } from "../../../internal/xml/mod.ts";

const IDS: Record<string, string> = { n1: "1", n2: "2", n3: "3" };

/** Managers on a ring: messages reach all members in one order. */
class Ring {
  managers = new Map<string, Attributes>();
  members: string[] = [];
  queue: { from: string; message: { kind: string } }[] = [];
  writes: (Extract<AttributesEffect, { type: "write" }> & { by: string })[] = [];
  timers: { node: string; id: string; delayMs: number }[] = [];

  send(node: string, event: AttributesEvent): void {
    const manager = this.managers.get(node);
    for (const effect of manager?.step(event, 0) ?? []) {
      if (effect.type === "send") this.queue.push({ from: node, message: effect.message });
      else if (effect.type === "write") this.writes.push({ ...effect, by: node });
      else if (effect.type === "set-timer") this.timers.push({ node, ...effect });
    }
  }

  join(...names: string[]): void {
    for (const name of names) this.managers.set(name, new Attributes({ nodeName: name }));
    this.membership([...this.members, ...names]);
  }

  membership(names: string[], crashed: string[] = []): void {
    this.members = names;
    const members = names.map((name) => ({ name, id: IDS[name]! }));
    for (const name of names) this.send(name, { type: "members", members, crashed });
    for (const name of names) this.send(name, { type: "writer", name: names[0]! });
    this.deliver();
  }

  deliver(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const { from, message } = next;
      for (const name of this.members) this.send(name, { type: "message", from, message });
    }
  }

  update(node: string, name: string, value: string | null, part: Partial<AttributeRequest> = {}) {
    const request: AttributeRequest = {
      task: "update",
      name,
      value,
      pattern: false,
      nodes: [],
      dampenMs: null,
      private: false,
      set: null,
      setType: "instance_attributes",
      user: "root",
      remote: false,
      ...part,
    };
    this.send(node, { type: "request", request });
    this.deliver();
  }

  values(node: string): string[] {
    const found = this.managers.get(node)!.query({ name: null, node: null });
    return found.map((v) => `${v.name}@${v.node}=${v.value}`).sort();
  }
}

describe("values", () => {
  test("an update is seen by all and written by the writer alone", () => {
    const ring = new Ring();
    ring.join("n1", "n2", "n3");
    ring.update("n2", "fail-count-db#start_0", "1");
    for (const name of ring.members) {
      expect(ring.values(name)).toEqual(["fail-count-db#start_0@n2=1"]);
    }
    expect(ring.writes).toHaveLength(1);
    expect(ring.writes[0]!.by).toBe("n1");
    expect(printXml(ring.writes[0]!.modify!)).toBe(
      '<status><node_state id="2"><transient_attributes id="2"><instance_attributes id="status-2">' +
        '<nvpair id="status-2-fail-count-db.start_0" name="fail-count-db#start_0" value="1"/>' +
        "</instance_attributes></transient_attributes></node_state></status>",
    );
  });

  test("counting, deleting, the same value again", () => {
    const ring = new Ring();
    ring.join("n1");
    ring.update("n1", "count", "value++");
    ring.update("n1", "count", "value++");
    ring.update("n1", "count", "value+=5");
    expect(ring.values("n1")).toEqual(["count@n1=7"]);
    ring.update("n1", "count", "7");
    expect(ring.writes).toHaveLength(3);
    ring.update("n1", "count", null);
    expect(ring.writes.at(-1)).toMatchObject({
      modify: null,
      remove: [
        "/cib/status/node_state[@id='1']/transient_attributes" +
          "/instance_attributes[@id='status-1']/nvpair[@name='count']",
      ],
    });
    ring.update("n1", "count", null);
    expect(ring.writes).toHaveLength(4);
  });

  test("private values are not written, patterns change what exists", () => {
    const ring = new Ring();
    ring.join("n1");
    ring.update("n1", "secret", "x", { private: true });
    expect(ring.writes).toEqual([]);
    ring.update("n1", "pingd-a", "1");
    ring.update("n1", "pingd-b", "1");
    ring.update("n1", "^pingd", "0", { pattern: true });
    ring.update("n1", "(", "0", { pattern: true });
    expect(ring.values("n1")).toEqual(["pingd-a@n1=0", "pingd-b@n1=0", "secret@n1=x"]);
  });

  test("failures are cleared by resource and operation", () => {
    const ring = new Ring();
    ring.join("n1", "n2");
    ring.update("n1", "fail-count-db#start_0", "1");
    ring.update("n2", "fail-count-db#monitor_10000", "2");
    ring.update("n2", "last-failure-db#monitor_10000", "99");
    ring.update("n2", "fail-count-other#start_0", "1");
    const clear = { task: "clear-failure", nodes: [], resource: "db" } as const;
    ring.update("n1", "", null, { ...clear, nodes: [], operation: "start", intervalMs: 0 });
    expect(ring.values("n2")).toHaveLength(3);
    ring.update("n1", "", null, { ...clear, nodes: [] });
    expect(ring.values("n2")).toEqual(["fail-count-other#start_0@n2=1"]);
  });
});

describe("time and failure", () => {
  test("dampening gathers changes into one write", () => {
    const ring = new Ring();
    ring.join("n1", "n2");
    ring.update("n1", "pingd", "100", { dampenMs: 5000 });
    ring.update("n2", "pingd", "200");
    expect(ring.writes).toEqual([]);
    const timer = ring.timers.at(-1)!;
    expect(timer).toMatchObject({ node: "n1", delayMs: 5000 });
    ring.send("n1", { type: "timer", id: timer.id });
    expect(ring.writes).toHaveLength(1);
    expect(ring.writes[0]!.modify!.elements()).toHaveLength(2);
  });

  test("a refused write is tried again, a new writer writes everything", () => {
    const ring = new Ring();
    ring.join("n1", "n2");
    ring.update("n2", "a", "1");
    ring.send("n1", { type: "written", write: ring.writes[0]!.write, ok: false });
    ring.send("n1", { type: "timer", id: ring.timers.at(-1)!.id });
    expect(ring.writes).toHaveLength(2);
    ring.update("n2", "b", "1");
    ring.writes = [];
    ring.membership(["n2"]);
    const modified = ring.writes.filter((write) => write.modify !== null);
    expect(modified.map((write) => write.modify!.descendants("nvpair").length)).toEqual([2]);
  });
});

describe("membership", () => {
  test("a lost node's values go; who comes back knows the others' and has none of its own", () => {
    const ring = new Ring();
    ring.join("n1", "n2");
    ring.update("n1", "a", "1");
    ring.update("n2", "b", "2");
    ring.membership(["n1"]);
    expect(ring.values("n1")).toEqual(["a@n1=1"]);
    expect(ring.writes.at(-1)!.remove).toEqual([
      "/cib/status/node_state[@id='2']/transient_attributes",
    ]);
    ring.join("n2");
    expect(ring.values("n2")).toEqual(["a@n1=1"]);
  });

  test("values outlive an engine that died, but not its node", () => {
    const ring = new Ring();
    ring.join("n1", "n2", "n3");
    ring.update("n1", "fail-count-db#monitor_5000", "2", { nodes: ["n3"] });
    ring.update("n3", "shutdown", "123");
    ring.membership(["n1", "n2"], ["n3"]);
    expect(ring.values("n1")).toContain("fail-count-db#monitor_5000@n3=2");
    ring.writes = [];
    ring.managers.set("n3", new Attributes({ nodeName: "n3" }));
    ring.membership(["n1", "n2", "n3"]);
    for (const name of ring.members) {
      expect(ring.values(name)).toEqual(["fail-count-db#monitor_5000@n3=2"]);
    }
    // Its joining took them out of the CIB: they are written again.
    const written = ring.writes.map(({ modify }) => (modify === null ? "" : printXml(modify)));
    expect(written.join("")).toContain('name="fail-count-db#monitor_5000" value="2"');

    ring.membership(["n1", "n2"], ["n3"]);
    for (const name of ring.members) ring.send(name, { type: "gone", name: "n3" });
    expect(ring.values("n1")).toEqual([]);
    ring.managers.set("n3", new Attributes({ nodeName: "n3" }));
    ring.membership(["n1", "n2", "n3"]);
    expect(ring.values("n3")).toEqual([]);
  });

  test("remote nodes' values survive and reach newcomers", () => {
    const ring = new Ring();
    ring.join("n1");
    ring.update("n1", "site", "east", { nodes: ["r1"], remote: true });
    ring.join("n2");
    expect(ring.values("n2")).toEqual(["site@r1=east"]);
    expect(printXml(ring.writes[0]!.modify!)).toContain(
      '<node_state id="r1" remote_node="true" uname="r1">',
    );
    ring.update("n2", "", null, { task: "peer-remove", nodes: ["r1"] });
    expect(ring.values("n1")).toEqual([]);
  });

  test("a change ordered before a node's own statement is not lost", () => {
    const ring = new Ring();
    ring.join("n1", "n2");
    // n1 is told of a change from n2 while its statement for a newcomer is on its way.
    const change = { kind: "change", request: null as unknown };
    ring.update("n2", "x", "1", { nodes: ["n1"] });
    ring.managers.set("n3", new Attributes({ nodeName: "n3" }));
    ring.members = ["n1", "n2", "n3"];
    const members = ring.members.map((name) => ({ name, id: IDS[name]! }));
    change.request = { ...base, name: "y", value: "2", nodes: ["n1"] };
    ring.queue.push({ from: "n2", message: change });
    for (const name of ring.members) ring.send(name, { type: "members", members, crashed: [] });
    ring.deliver();
    for (const name of ring.members) expect(ring.values(name)).toEqual(["x@n1=1", "y@n1=2"]);
  });
});

const base: AttributeRequest = {
  task: "update",
  name: "",
  value: null,
  pattern: false,
  nodes: [],
  dampenMs: null,
  private: false,
  set: null,
  setType: "instance_attributes",
  user: "root",
  remote: false,
};
