import { expect, test } from "bun:test";
import { schedule } from "../../../internal/scheduler/mod.ts";
import {
  type Explanation,
  explainResource,
  explanationText,
} from "../../../internal/status/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

const MAGIC = "1:1:0:00000000-0000-0000-0000-000000000000";

function operation(rsc: string, task: string, rc: number, call: number, interval = 0): string {
  const id = interval === 0 ? `${rsc}_last_0` : `${rsc}_last_failure_0`;
  return (
    `<lrm_rsc_op id="${id}" operation_key="${rsc}_${task}_${interval}" operation="${task}" ` +
    `interval="${interval}" transition-key="${MAGIC}" transition-magic="0:${rc};${MAGIC}" ` +
    `call-id="${call}" rc-code="${rc}" op-status="0" crm_feature_set="3.20.0"/>`
  );
}

const dummy = (id: string, meta = "") =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${meta}</primitive>`;

/** A cluster of three nodes; `runs`: what is active on which node, `failures`: attributes of node1. */
function explanations(
  resources: string,
  constraints: string,
  runs: Record<string, number[]>,
  id: string,
  failures = "",
): Explanation[] {
  const node = (n: number) => {
    const history = Object.entries(runs).map(([rsc, on]) => {
      const op = on.includes(n) ? operation(rsc, "start", 0, 3) : operation(rsc, "monitor", 7, 2);
      const failed = n === 1 && failures !== "" ? operation(rsc, "monitor", 7, 9, 10_000) : "";
      return `<lrm_resource id="${rsc}" class="ocf" provider="pacemaker" type="Dummy">${op}${failed}</lrm_resource>`;
    });
    const attributes = n === 1 ? failures : "";
    return (
      `<node_state id="${n}" uname="node${n}" in_ccm="true" crmd="online" join="member" expected="member">` +
      `<transient_attributes id="${n}"><instance_attributes id="s${n}">${attributes}</instance_attributes></transient_attributes>` +
      `<lrm id="${n}"><lrm_resources>${history.join("")}</lrm_resources></lrm></node_state>`
    );
  };
  const nodes = [1, 2, 3].map((n) => `<node id="${n}" uname="node${n}"/>`).join("");
  const parsed = parseXml(
    '<cib validate-with="pacemaker-4.0" have-quorum="1" dc-uuid="1"><configuration><crm_config>' +
      '<cluster_property_set id="p"><nvpair id="f" name="stonith-enabled" value="false"/></cluster_property_set>' +
      `</crm_config><nodes>${nodes}</nodes><resources>${resources}</resources>` +
      `<constraints>${constraints}</constraints></configuration>` +
      `<status>${[1, 2, 3].map(node).join("")}</status></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  const { working } = schedule(parsed.value, { nowMs: 1_800_000_000_000, explain: true });
  return explainResource(working, id, null);
}

function explained(...given: Parameters<typeof explanations>): string[][] {
  return explanations(...given).map(explanationText);
}

test("a resource that is banned after failures: says so, and how to allow it again", () => {
  const meta =
    '<meta_attributes id="m"><nvpair id="t" name="migration-threshold" value="3"/></meta_attributes>';
  const count = '<nvpair id="c" name="fail-count-web#monitor_10000" value="3"/>';
  const [lines] = explained(dummy("web", meta), "", { web: [1] }, "web", count);
  const at = lines!.indexOf("  node1: not allowed: failed here 3 times; migration-threshold is 3");
  expect(at).toBeGreaterThan(0);
  expect(lines![at + 1]).toContain("'pcs resource cleanup web node=node1'");
  expect(lines![at + 2]).toBe("      score -INFINITY, made of");
  expect(lines![0]).toStartWith("web runs on node1 (Started) and is to move to node2");
});

test("a colocation chain through a group is followed to what decides", () => {
  const resources = `${dummy("db")}<group id="store">${dummy("vol")}${dummy("fs")}</group>${dummy("app")}`;
  const constraints =
    '<rsc_colocation id="app-store" rsc="app" with-rsc="store" score="INFINITY"/>' +
    '<rsc_colocation id="store-db" rsc="store" with-rsc="db" score="INFINITY"/>' +
    '<rsc_location id="db-node2" rsc="db" node="node2" score="200"/>';
  const on = { db: [2], vol: [2], fs: [2], app: [2] };
  const [lines] = explained(resources, constraints, on, "app");
  expect(lines!.slice(0, 4)).toEqual([
    "app runs on node2 (Started) and is to be restarted there: no other node may run it: it must be with 'fs' (constraint 'app-store'), which is to run on node2.",
    "  Must be with: app with store, that is with its last member fs (constraint 'app-store'), which is to run on node2",
    "          then: fs with vol (its group), which is to run on node2",
    "          then: vol with db (constraint 'store-db'), which is to run on node2, because of: location constraint 'db-node2'",
  ]);
});

test("a clone instance that nobody wants: each node has its own already", () => {
  const clone = `<clone id="many"><meta_attributes id="m"><nvpair id="x" name="clone-max" value="3"/></meta_attributes>${dummy("cache")}</clone>`;
  const ban = '<rsc_location id="not3" rsc="many" node="node3" score="-INFINITY"/>';
  const all = explained(clone, ban, { cache: [1, 2] }, "many");
  const spare = all.find((lines) => lines[0]!.startsWith("cache:2"))!;
  expect(spare[0]).toBe(
    "cache:2 does not run and is not to: nobody needs it: each node that may run 'many' has as many instances as it may; clone-max asks for 3 in all.",
  );
  expect(spare).toContain("  node3: not allowed: location constraint 'not3'");
});

test("what is to be done with it, and what for: a typed value and its words", () => {
  const bans = [1, 2, 3].map(
    (n) => `<rsc_location id="off${n}" rsc="db" node="node${n}" score="-INFINITY"/>`,
  );
  const constraints = `${bans.join("")}<rsc_order id="o" first="db" then="web"/>`;
  const resources = dummy("db") + dummy("web");
  const [one] = explanations(resources, constraints, { db: [], web: [] }, "web");
  expect(one!.actions).toEqual([
    {
      task: "start",
      node: "node1",
      runnable: false,
      reason: { kind: "implied", change: "unrunnable", resource: "db", task: "start" },
      because: "unrunnable db start",
    },
  ]);
  expect(explanationText(one!)).toContain(
    "  Action: start on node1, which cannot be done, because of: unrunnable db start",
  );
});
