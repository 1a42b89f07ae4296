/** Injected events count as changes of the CIB, and only where they change something. */
import { expect, test } from "bun:test";
import { unpackStatus, withReadingMarks } from "../../../internal/scheduler/mod.ts";
import { type Injections, inject } from "../../../internal/status/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";
import { NO_INJECTIONS } from "../../harness/injections.ts";

const NOW = 1_800_000_000;

function cluster() {
  const states = [1, 2].map(
    (n) =>
      `<node_state id="${n}" uname="node${n}" in_ccm="true" crmd="online" join="member" expected="member">` +
      `<lrm id="${n}"><lrm_resources/></lrm></node_state>`,
  );
  const parsed = parseXml(
    '<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="3" num_updates="7" crm_feature_set="3.20.0" have-quorum="1">' +
      '<configuration><crm_config/><nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>' +
      '<resources><primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/></resources>' +
      `<constraints/></configuration><status>${states.join("")}</status></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function injected(injections: Partial<Injections>) {
  const cib = cluster();
  const working = unpackStatus(cib, { nowMs: NOW * 1000 });
  inject(cib, working, { ...NO_INJECTIONS, ...injections }, NOW, { item() {}, error() {} });
  return cib;
}

const CASES: [Partial<Injections>, string][] = [
  [{ operations: ["a_monitor_10000@node1=1"] }, "3.8"],
  [{ operations: ["a_monitor_10000@node1=1", "a_monitor_10000@node1=7"] }, "3.9"],
  // The state, and the history that goes.
  [{ nodesDown: ["node2"] }, "3.9"],
  [{ nodesDown: ["node2", "node2"] }, "3.9"],
  [{ nodesFail: ["node2"] }, "3.8"],
  // A node of the configuration, its state, and what that says.
  [{ nodesUp: ["node3"] }, "4.2"],
  [{ ticketsGrant: ["T", "T"], ticketsStandby: ["U"] }, "3.9"],
  [{ watchdog: "true" }, "4.0"],
  [{ quorum: "false", ticketsGrant: ["T"] }, "3.9"],
];

for (const [injections, wanted] of CASES) {
  test(`${JSON.stringify(injections)} leads to ${wanted}`, () => {
    const cib = injected(injections);
    expect(`${cib.get("epoch")}.${cib.get("num_updates")}`).toBe(wanted);
  });
}

test("a saved input tells whose failures its history holds; the CIB itself does not", () => {
  const cib = injected({ operations: ["a_monitor_10000@node1=1"] });
  const op = () => [...cib.descendants("lrm_rsc_op")][0]!;
  withReadingMarks(unpackStatus(cib, { nowMs: NOW * 1000 }), () => {
    expect([op().get("uname"), op().get("rsc-id")]).toEqual(["node1", "a"]);
  });
  expect([op().get("uname"), op().get("rsc-id")]).toEqual([null, null]);
});

test("a fail count is counted up, unless somebody else wrote it first", () => {
  const cib = cluster();
  const once = { ...NO_INJECTIONS, operations: ["a_monitor_10000@node1=1", "a_start_0@node1=7"] };
  const events = { item() {}, error() {} };
  const fatal = unpackStatus(cib, { nowMs: NOW * 1000 });
  inject(cib, fatal, once, NOW, events);
  inject(cib, fatal, once, NOW, events);
  inject(cib, fatal, { ...NO_INJECTIONS, operations: ["a_start_0@node1=1"] }, NOW, events);
  const set = cib
    .first("status")!
    .first("node_state")!
    .first("transient_attributes")!
    .first("instance_attributes")!;
  const counts = () =>
    set
      .elements("nvpair")
      .filter((pair) => pair.get("name")!.startsWith("fail-count"))
      .map((pair) => `${pair.get("name")}=${pair.get("value")}`);
  // A start that finds it not running says nothing of the resource's health.
  expect(counts()).toEqual(["fail-count-a#monitor_10000=2", "fail-count-a#start_0=INFINITY"]);
  set.elements("nvpair")[0]!.set("id", "another");
  inject(cib, fatal, once, NOW, events);
  expect(counts()).toEqual([
    "fail-count-a#monitor_10000=2",
    "fail-count-a#start_0=INFINITY",
    "fail-count-a#monitor_10000=3",
  ]);
});

test("nothing is made up for a node that nobody knows", () => {
  const cib = cluster();
  const working = unpackStatus(cib, { nowMs: NOW * 1000 });
  const events = { item() {}, error() {} };
  for (const change of [
    { operations: ["a_monitor_10000@zz=1"] },
    { nodesDown: ["zz"] },
    { nodesFail: ["zz"] },
  ]) {
    const asked = { ...NO_INJECTIONS, ...change };
    expect(() => inject(cib, working, asked, NOW, events)).toThrow("Node 'zz' is not known");
  }
  inject(cib, working, { ...NO_INJECTIONS, nodesUp: ["zz"] }, NOW, events);
  expect(cib.first("status")!.elements("node_state").at(-1)!.id).toBe("zz");
});
