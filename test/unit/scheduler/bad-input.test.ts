/** Configurations that contradict themselves: what is wrong is named, the rest is decided all the same. */
import { expect, test } from "bun:test";
import { validateCib } from "../../../internal/cib/mod.ts";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

interface Parts {
  nodes?: string;
  options?: string;
  resources?: string;
  constraints?: string;
  tags?: string;
  history?: string;
}

const TWO = '<node id="1" uname="node1"/><node id="2" uname="node2"/>';

function dummy(id: string, inside = ""): string {
  return `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
}

function meta(owner: string, name: string, value: string): string {
  return (
    `<meta_attributes id="${owner}-m"><nvpair id="${owner}-n" name="${name}" value="${value}"/>` +
    "</meta_attributes>"
  );
}

function state(id: number, history: string): string {
  return (
    `<node_state id="${id}" uname="node${id}" in_ccm="true" crmd="online" join="member" expected="member">` +
    `<lrm id="${id}"><lrm_resources>${history}</lrm_resources></lrm></node_state>`
  );
}

function document(parts: Parts, schema: string) {
  const parsed = parseXml(
    `<cib validate-with="${schema}" admin_epoch="0" epoch="1" num_updates="0" crm_feature_set="3.20.0" have-quorum="1">` +
      '<configuration><crm_config><cluster_property_set id="o">' +
      '<nvpair id="o-1" name="stonith-enabled" value="false"/>' +
      `${parts.options ?? ""}</cluster_property_set></crm_config><nodes>${parts.nodes ?? TWO}</nodes>` +
      `<resources>${parts.resources ?? dummy("a") + dummy("b")}</resources>` +
      `<constraints>${parts.constraints ?? ""}</constraints>${parts.tags ?? ""}</configuration>` +
      `<status>${state(1, parts.history ?? "")}${state(2, "")}</status></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function decide(parts: Parts) {
  const { working, graph } = schedule(document(parts, "none"), { nowMs: 1_800_000_000_000 });
  const starts = [...graph.descendants("rsc_op")]
    .filter((op) => op.get("operation") === "start" && op.parent?.name === "action_set")
    .map((op) => `${op.get("operation_key")} ${op.get("on_node")}`);
  return { said: working.messages.map(({ text }) => text), starts };
}

const NAMED: [string, Parts, RegExp][] = [
  ["a resource without id", { resources: dummy("") }, /Ignoring <primitive> .*without id/],
  ["a node without name", { nodes: `<node id="3" uname=""/>${TWO}` }, /node '3'.*uname is empty/],
  [
    "an order after itself",
    { constraints: '<rsc_order id="o1" first="a" then="a"/>' },
    /start of 'a' after itself in constraint 'o1'/,
  ],
  [
    "an order after itself in a set",
    {
      constraints:
        '<rsc_order id="o1"><resource_set id="s1"><resource_ref id="a"/><resource_ref id="a"/>' +
        "</resource_set></rsc_order>",
    },
    /start of 'a' after itself in constraint 's1'/,
  ],
  [
    "a colocation of no role",
    { constraints: '<rsc_colocation id="c1" rsc="a" rsc-role="Moon" with-rsc="b" score="1"/>' },
    /'c1' because of invalid role 'Moon'/,
  ],
  [
    "an influence that is none",
    { constraints: '<rsc_colocation id="c1" rsc="a" with-rsc="b" score="1" influence="moon"/>' },
    /'c1' has invalid value for influence/,
  ],
  [
    "a constraint without id",
    { constraints: '<rsc_order first="a" then="b"/>' },
    /Ignoring <rsc_order> without id/,
  ],
  [
    "a tag of nothing",
    {
      constraints: '<rsc_location id="l1" rsc="T" node="node1" score="5"/>',
      tags: '<tags><tag id="T"><obj_ref id="zz"/></tag></tags>',
    },
    /T: No resource found for zz/,
  ],
  [
    "containers in a circle",
    {
      resources: dummy("a", meta("a", "container", "b")) + dummy("b", meta("b", "container", "a")),
    },
    /Resource b: Container a is contained in it/,
  ],
  [
    "no such container",
    { resources: dummy("a", meta("a", "container", "zz")) },
    /Resource a: Unknown container zz/,
  ],
  [
    "more instances than anybody means",
    { resources: `<clone id="c">${meta("c", "clone-max", "1000000000")}${dummy("a")}</clone>` },
    /c asks for 1000000000 instances .*the limit is/,
  ],
  [
    "more replicas than anybody means",
    { resources: '<bundle id="x"><podman image="i" replicas="1000000000"/></bundle>' },
    /x asks for 1000000000 replicas .*the limit is/,
  ],
  [
    "a range that begins with no address",
    {
      resources:
        '<bundle id="x"><podman image="i" replicas="2"/><network ip-range-start="here"/></bundle>',
    },
    /Replica 1 of x has no address: none can be counted on from 'here'/,
  ],
  [
    "a guest without name",
    { resources: dummy("a", meta("a", "remote-node", "")) },
    /Guest node of a has no name: remote-node is empty/,
  ],
  [
    "an on-fail that is none",
    {
      resources: dummy(
        "a",
        '<operations><op id="x" name="start" interval="0" on-fail="moon"/></operations>',
      ),
    },
    /Using default 'on-fail' for start of a because 'moon' is not valid/,
  ],
  [
    "a cluster option that is none",
    { options: '<nvpair id="o-2" name="stonith-timeout" value="moon"/>' },
    /option 'stonith-timeout' because 'moon' is invalid/,
  ],
  [
    "a rule of an unknown kind",
    {
      constraints:
        '<rsc_location id="l1" rsc="a"><rule id="r1" score="5"><moon id="e1"/></rule></rsc_location>',
    },
    /Treating moon e1 as not passing/,
  ],
  [
    "two operations of one interval",
    {
      resources: dummy(
        "a",
        '<operations><op id="x" name="monitor" interval="10s"/>' +
          '<op id="y" name="monitor" interval="10000ms"/></operations>',
      ),
    },
    /Operation y of a has the name and interval of x/,
  ],
  [
    "a pattern that is none",
    { constraints: '<rsc_location id="l1" rsc-pattern="(a[" node="node1" score="5"/>' },
    /'l1' because rsc-pattern has invalid value/,
  ],
  [
    "an order of what is not there",
    { constraints: '<rsc_order id="o1" first="a" then="zz"/>' },
    /'o1' because 'zz' is not a valid resource or tag/,
  ],
  ["history of nothing", { history: '<lrm_resource id=""/>' }, /lrm_resource entry: No id/],
];

for (const [name, parts, wanted] of NAMED) {
  test(`${name}: said, and the rest decided`, () => {
    const resources = (parts.resources ?? dummy("a") + dummy("b")) + dummy("other");
    const { said, starts } = decide({ ...parts, resources });
    expect(said.join("\n")).toMatch(wanted);
    expect(starts.some((start) => start.startsWith("other_start_0"))).toBe(true);
  });
}

test("of two nodes of one id resources know only the first", () => {
  const nodes = '<node id="1" uname="node1"/><node id="1" uname="node2"/>';
  expect(decide({ nodes }).starts).toEqual(["a_start_0 node1", "b_start_0 node1"]);
});

test("of two templates of one id the first counts", () => {
  const template = (type: string) =>
    `<template id="t" class="ocf" provider="pacemaker" type="${type}"/>`;
  const resources = `${template("One")}${template("Two")}<primitive id="a" template="t"/>`;
  const { graph } = schedule(document({ resources }, "none"), { nowMs: 1_800_000_000_000 });
  const types = new Set([...graph.descendants("primitive")].map((each) => each.get("type")));
  expect([...types]).toEqual(["One"]);
});

test("the schema takes no rule without a condition", () => {
  const constraints = '<rsc_location id="l1" rsc="a"><rule id="r1" score="5"/></rsc_location>';
  const fault = validateCib(document({ constraints }, "pacemaker-4.0"));
  expect(fault?.message).toContain("in rule");
});
