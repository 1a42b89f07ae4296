/** Decisions about nodes that are told of, and actions that orderings make without a node. */
import { describe, expect, test } from "bun:test";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

interface Parts {
  quorum?: boolean;
  options?: Record<string, string>;
  resources: string;
  status?: string;
}

const FENCE = '<primitive id="fx" class="stonith" type="fence_xvm"/>';
const ONLINE =
  '<node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member"/>';
const LOST =
  '<node_state id="1" uname="node1" in_ccm="true" crmd="offline" join="down" expected="member"/>';

function run({ quorum = false, options = {}, resources, status = "" }: Parts) {
  const pairs = Object.entries(options)
    .map(([name, value]) => `<nvpair id="o-${name}" name="${name}" value="${value}"/>`)
    .join("");
  const parsed = parseXml(
    `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" crm_feature_set="3.20.0" have-quorum="${quorum}">` +
      `<configuration><crm_config><cluster_property_set id="o">${pairs}</cluster_property_set>` +
      '</crm_config><nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>' +
      `<resources>${resources}</resources><constraints/></configuration>` +
      `<status>${status}</status></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return schedule(parsed.value, { nowMs: 1_800_000_000_000 });
}

function warnings(parts: Parts): string[] {
  const { working } = run(parts);
  return working.messages.filter(({ level }) => level === "warning").map(({ text }) => text);
}

describe("unclean nodes that cannot be fenced", () => {
  const [first, second] = ["node1", "node2"].map(
    (n) => `Node ${n} is unclean but cannot be fenced`,
  );

  test("without quorum, members apart", () => {
    expect(warnings({ resources: FENCE })).toEqual([first!, second!]);
    expect(warnings({ resources: FENCE, status: LOST })).toEqual([second!]);
  });

  test("not with quorum, nor where it does not matter", () => {
    expect(warnings({ resources: FENCE, quorum: true })).toEqual([]);
    const options = { "no-quorum-policy": "ignore" };
    expect(warnings({ resources: FENCE, options })).toEqual([]);
  });

  test("with fencing disabled, and what that puts at risk", () => {
    const said = warnings({ resources: "", options: { "stonith-enabled": "false" }, status: LOST });
    expect(said[0]).toBe(first!);
    expect(said[1]).toStartWith("Resource functionality and data integrity cannot be guaranteed");
  });
});

test("actions made for an order's sake get the node of their instance", () => {
  const { dot } = run({
    quorum: true,
    options: { "stonith-enabled": "false" },
    status: ONLINE,
    resources:
      '<clone id="c"><meta_attributes id="m"><nvpair id="p" name="promotable" value="true"/>' +
      '</meta_attributes><primitive id="r" class="ocf" provider="pacemaker" type="Stateful"/></clone>',
  });
  const text = dot(true);
  for (const task of ["promote", "demote"]) expect(text).toContain(`"r:0_${task}_0 node1"`);
  expect(text).toContain('"r:1_start_0 <none>"');
});
