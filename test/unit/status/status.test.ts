import { describe, expect, test } from "bun:test";
import { hashOrder, readableInterval } from "../../../internal/base/mod.ts";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { nodeChanges, timeTexts } from "../../../internal/status/mod.ts";
import { cibOf, history, html, NOW_MS, nodeState, text, xml } from "./fixture.ts";

const DUMMY = "ocf:pacemaker:Dummy";
const primitive = (id: string, inside = "", type = "Dummy") =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="${type}">${inside}</primitive>`;
const meta = (id: string, name: string, value: string) =>
  `<meta_attributes id="${id}-meta"><nvpair id="${id}-${name}" name="${name}" value="${value}"/></meta_attributes>`;
const started = (id: string, type = DUMMY) => history(id, type, [["start", 0]]);

const running = cibOf(
  primitive("web") +
    `<group id="g">${primitive("ip")}${primitive("fs")}</group>` +
    `<clone id="c">${primitive("p")}</clone>` +
    primitive("off", meta("off", "target-role", "Stopped")),
  nodeState(1, started("web") + started("ip") + started("p")) +
    nodeState(2, started("p")) +
    nodeState(3, "", false),
);

describe("text", () => {
  test("nodes, primitives, groups and clones", () => {
    expect(text(running, ["nodes", "resources"], { inactive: true })).toBe(
      `Node List:
  * Online: [ node1 node2 ]
  * OFFLINE: [ node3 ]

Full List of Resources:
  * web\t(ocf:pacemaker:Dummy):\t Started node1
  * Resource Group: g:
    * ip\t(ocf:pacemaker:Dummy):\t Started node1
    * fs\t(ocf:pacemaker:Dummy):\t Stopped
  * Clone Set: c [p]:
    * Started: [ node1 node2 ]
    * Stopped: [ node3 ]
  * off\t(ocf:pacemaker:Dummy):\t Stopped (disabled)
`,
    );
  });

  test("an instance that is not installed is told for the node that the probe names", () => {
    const probe = history("p", DUMMY, [["monitor", 5, 0, 7]]);
    const shown = (onNode: string) =>
      text(
        cibOf(
          `<clone id="c">${primitive("p")}</clone>`,
          nodeState(1, started("p")) +
            nodeState(2, probe.replace("<lrm_rsc_op ", `<lrm_rsc_op ${onNode} `)) +
            nodeState(3, ""),
        ),
        ["resources"],
        { inactive: true },
      );
    expect(shown('on_node="node2"')).toContain("Stopped (Not installed): [ node2 ]");
    expect(shown('on_node="node3"')).toContain("Stopped (Not installed): [ node3 ]");
    expect(shown("")).not.toContain("Not installed");
  });

  test("only what is active, a partly active group says what is missing", () => {
    const shown = text(running, ["resources"]);
    expect(shown).toContain("Resource Group: g (1 member inactive):");
    expect(shown).not.toContain("off");
    expect(shown).not.toContain("Stopped: [");
  });

  test("by node, brief, one node only, one resource only", () => {
    expect(text(running, ["nodes"], { byNode: true })).toContain(
      "  * Node node2: online:\n    * Resources:\n      * p\t(ocf:pacemaker:Dummy):\t Started\n",
    );
    expect(text(running, ["resources"], { brief: true, inactive: true })).toContain(
      "  * 1/2\t(ocf:pacemaker:Dummy):\tActive node1\n",
    );
    const node2 = text(running, ["nodes", "resources"], { onlyNodes: new Set(["node2"]) });
    expect(node2).toContain("Started: [ node2 ]");
    expect(node2).not.toContain("web");
    const ip = text(running, ["resources"], { onlyResources: new Set(["ip"]) });
    expect(ip).toContain("* ip\t");
    expect(ip).not.toContain("* fs\t");
    const none = text(running, ["resources"], { onlyResources: new Set(["nosuch"]) });
    expect(none).toBe("Active Resources:\n  * No active resources\n");
  });

  test("summary counts what is disabled", () => {
    const shown = text(running, ["stack", "dc", "counts"]);
    expect(shown).toContain("  * Stack: corosync\n");
    expect(shown).toContain("  * Current DC: node1 (version 3.0.0) - partition with quorum\n");
    expect(shown).toContain("  * 7 resource instances configured (1 DISABLED)\n");
  });

  test("maintenance is told above all", () => {
    const property = '<nvpair id="m" name="maintenance-mode" value="true"/>';
    const cib = cibOf(primitive("web"), nodeState(1, started("web")), "", property);
    const shown = text(cib, ["counts", "maint-mode", "resources"]);
    expect(shown).toContain("*** Resource management is DISABLED ***");
    expect(shown).toContain("Started node1 (maintenance)");
  });

  test("a failure: in the list, in the history, with its count", () => {
    const attributes =
      '<transient_attributes id="1"><instance_attributes id="t">' +
      '<nvpair id="f" name="fail-count-web#monitor_10000" value="2"/>' +
      '<nvpair id="l" name="last-failure-web#monitor_10000" value="1699999000"/>' +
      "</instance_attributes></transient_attributes>";
    const failed = history("web", DUMMY, [
      ["start", 0],
      ["monitor", 7, 10_000, 0],
    ]);
    const cib = cibOf(primitive("web"), nodeState(1, failed, true, attributes));
    expect(text(cib, ["failures"])).toBe(
      "Failed Resource Actions:\n  * web 10s-interval monitor on node1 returned 'Not running' " +
        "at Tue Nov 14 21:56:40 2023\n",
    );
    expect(text(cib, ["failcounts"])).toContain(
      "    * web: migration-threshold=1000000 fail-count=2 last-failure='Tue Nov 14 21:56:40 2023'",
    );
    expect(text(cib, ["operations"], { timing: true })).toContain(
      'monitor: interval="10000ms" last-rc-change="Tue Nov 14 21:56:40 2023" rc=7 (Not running)',
    );
    expect(xml(cib)).toContain('exitstatus="Not running"');
  });

  test("a timeout, and a monitor that is content but not quite, are told too", () => {
    const times = history("web", DUMMY, [
      ["start", 0],
      ["monitor", 1, 10_000, 0],
    ]).replace('rc-code="1" op-status="0"', 'rc-code="1" op-status="2"');
    const degraded = history("app", DUMMY, [
      ["start", 0],
      ["monitor", 190, 10_000, 0],
    ]);
    const resources = primitive("web") + primitive("app");
    const shown = text(cibOf(resources, nodeState(1, times + degraded)), ["failures", "resources"]);
    expect(shown).toContain("web 10s-interval monitor on node1 could not be executed (Timed out)");
    expect(shown).toContain("app 10s-interval monitor on node1");
    expect(shown).toContain("* app\t(ocf:pacemaker:Dummy):\t Started node1");
  });

  test("promotable clones: promoted and unpromoted apart", () => {
    const cib = cibOf(
      `<clone id="m">${meta("m", "promotable", "true")}${primitive("s", "", "Stateful")}</clone>`,
      nodeState(
        1,
        history("s", "ocf:pacemaker:Stateful", [
          ["start", 0],
          ["promote", 0],
        ]),
      ) + nodeState(2, started("s", "ocf:pacemaker:Stateful")),
    );
    expect(text(cib, ["resources"])).toBe(
      "Active Resources:\n  * Clone Set: m [s] (promotable):\n" +
        "    * Promoted: [ node1 ]\n    * Unpromoted: [ node2 ]\n",
    );
  });
});

describe("an instance too many", () => {
  const clone = `<clone id="c">${meta("c", "clone-max", "2")}${primitive("p")}</clone>`;
  const state = (n: number) =>
    nodeState(n, n === 2 ? history("p", DUMMY, [["monitor", 7]]) : started("p"));
  const shown = (order: number[]) => {
    const cib = cibOf(clone, order.map(state).join(""));
    return text(cib, ["resources"], { inactive: true, cloneDetail: true }).split("\n").slice(2, -1);
  };
  const active = [`    * p\t(${DUMMY}):\t Started node1`, `    * p\t(${DUMMY}):\t Started node3`];

  test("is made when the nodes that run it come first in the status", () => {
    expect(shown([1, 3, 2])).toEqual([...active, `    * p\t(${DUMMY}):\t ORPHANED Stopped`]);
  });

  test("and not when who only looked for it comes before one of them", () => {
    expect(shown([1, 2, 3])).toEqual(active);
  });
});

describe("HTML and XML", () => {
  test("HTML marks states with classes", () => {
    const page = html(running, ["nodes", "resources"]);
    expect(page).toStartWith('<!DOCTYPE html>\n<html lang="en">\n<head>\n');
    expect(page).toContain('<span class="bold">node3:</span><span class="offline"> OFFLINE</span>');
    expect(page).toContain(
      '<span class="rsc-ok">web\t(ocf:pacemaker:Dummy):\t Started node1</span>',
    );
    expect(page).toContain("<h3>Clone Set: c [p]</h3>\n<ul><li>Started: [ node1 node2 ]</li></ul>");
  });

  test("XML holds every resource with its nodes", () => {
    const shown = xml(running);
    expect(shown).toContain('<group id="g" number_resources="2"');
    expect(shown).toContain('<clone id="c" multi_state="false" unique="false"');
    expect(shown).toContain(
      'id="off" resource_agent="ocf:pacemaker:Dummy" role="Stopped" target_role="Stopped"',
    );
    expect(shown).toContain('<resources_configured number="7" disabled="1" blocked="0"/>');
  });
});

describe("small texts", () => {
  test("intervals", () => {
    const texts = [0, 5, 1000, 1500, 20_000, 61_000, 3_600_000, 90_061_002].map(readableInterval);
    expect(texts).toEqual(["0s", "5ms", "1s", "1.500s", "20s", "1m1s", "1h", "1d1h1m1.002s"]);
  });

  test("times in the zone they are asked for", () => {
    const east = timeTexts(() => 19_800);
    expect(east.short(1_700_000_000)).toBe("Wed Nov 15 03:43:20 2023");
    expect(east.iso(1_700_000_000)).toBe("2023-11-15 03:43:20 +05:30");
    expect(timeTexts(() => 0).iso(0)).toBe("1970-01-01 00:00:00Z");
  });

  test("the order of a hash table, also after it grew", () => {
    expect(hashOrder(["T1", "T2", "T3"])).toEqual(["T1", "T3", "T2"]);
    const many = Array.from({ length: 40 }, (_, i) => `node${i}`);
    expect(hashOrder(many).toSorted()).toEqual(many.toSorted());
    // As crm_simulate walks a table of these nodes: one that grows is moved in place.
    const ids = [
      ["2a6dc1c8", "7"],
      ["79b7ce27", "8"],
      ["5fea2463", "a"],
      ["2fd39366", "c"],
      ["dbf741de", "4"],
      ["b9c6594e", "1"],
      ["163bace5", "2"],
      ["b3e49d3f", "0"],
      ["c3b43dbf", "5"],
      ["f5b6beb0", "9"],
      ["fb46b50a", "3"],
      ["345cbf1a", "d"],
      ["b24f17ef", "6"],
      ["664178e6", "b"],
    ].map(([head, tail]) => `${head}-0000-4000-8000-${tail!.padStart(12, "0")}`);
    const walked = [11, 12, 6, 4, 5, 9, 7, 2, 3, 0, 1, 8, 10, 13];
    expect(hashOrder(ids)).toEqual(walked.map((i) => ids[i]!));
  });
});

test("fencing is told of with its reason, or not at all", () => {
  const down = nodeState(2, "", false).replace('expected="down"', 'expected="member"');
  const cib = cibOf(
    '<primitive id="fence" class="stonith" type="fence_xvm"/>',
    nodeState(1, "") + down,
  );
  cib.byId("p-stonith-enabled")!.set("value", "true");
  const { working } = schedule(cib, { nowMs: NOW_MS });
  expect(nodeChanges(working)).toContainEqual({
    task: "Fence (reboot)",
    node: "node2",
    reason: "peer is no longer part of the cluster",
  });
  for (const action of working.actions) if (action.task === "stonith") action.reason = null;
  expect(nodeChanges(working)).toEqual([]);
});
