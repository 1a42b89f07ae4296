import { describe, expect, test } from "bun:test";
import { historyEntries, type OperationRecord } from "../../../internal/controller/mod.ts";
import { printXml } from "../../../internal/xml/mod.ts";

const DUMMY = {
  reloads: true,
  parameters: [
    { name: "state", reloadable: false, private: false },
    { name: "passwd", reloadable: true, private: true },
    { name: "fake", reloadable: true, private: false },
  ],
};

function record(changes: Partial<OperationRecord>): OperationRecord {
  return {
    resource: "d1",
    agent: { class: "ocf", provider: "pacemaker", type: "Dummy" },
    task: "start",
    intervalMs: 0,
    callId: 113,
    status: 0,
    rc: 0,
    targetRc: 0,
    exitReason: "",
    transitionKey: "30:95:0:f330783b-b543-42f0-b34b-f1ac04e335bd",
    parameters: { CRM_meta_timeout: "20000", crm_feature_set: "3.20.0" },
    lastRun: 1795401265,
    lastRcChange: 1795401265,
    execTimeMs: 31.6,
    queueTimeMs: 0,
    metadata: DUMMY,
    origin: "controld_update_resource_history",
    ...changes,
  };
}

describe("history entries", () => {
  test("a start, as the original writes it", () => {
    expect(historyEntries(record({}), "node1").map((entry) => printXml(entry))).toEqual([
      '<lrm_rsc_op id="d1_last_0" operation_key="d1_start_0" operation="start" ' +
        'crm-debug-origin="controld_update_resource_history" crm_feature_set="3.20.0" ' +
        'transition-key="30:95:0:f330783b-b543-42f0-b34b-f1ac04e335bd" ' +
        'transition-magic="0:0;30:95:0:f330783b-b543-42f0-b34b-f1ac04e335bd" exit-reason="" ' +
        'on_node="node1" call-id="113" rc-code="0" op-status="0" interval="0" ' +
        'last-rc-change="1795401265" exec-time="32" queue-time="0" ' +
        'op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8" op-force-restart="  state  " ' +
        'op-restart-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8" op-secure-params="  passwd  " ' +
        'op-secure-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/>',
    ]);
  });

  test("a recurring monitor: its timeout counts, a restart does not", () => {
    const [entry] = historyEntries(record({ task: "monitor", intervalMs: 10_000 }), "node1");
    expect(entry?.id).toBe("d1_monitor_10000");
    expect(entry?.get("op-digest")).toBe("4811cef7f7f94e3a35a70be7916cb2fd");
    expect(entry?.has("op-restart-digest")).toBe(false);
  });

  const failures: [string, Partial<OperationRecord>, string[]][] = [
    ["a failed start", { rc: 1 }, ["d1_last_failure_0", "d1_last_0"]],
    ["a failed monitor", { task: "monitor", intervalMs: 2000, rc: 7 }, ["d1_last_failure_0"]],
    ["a start that timed out", { status: 2, rc: 1 }, ["d1_last_failure_0", "d1_last_0"]],
    [
      "a probe that finds it running",
      { task: "monitor", targetRc: 7 },
      ["d1_last_failure_0", "d1_last_0"],
    ],
    ["a probe that finds nothing", { task: "monitor", targetRc: 7, rc: 7 }, ["d1_last_0"]],
    ["what is under way", { status: -1, rc: 193 }, ["d1_last_0"]],
    ["a reload counts as a start", { task: "reload-agent" }, ["d1_last_0"]],
    [
      "a notification cannot fail",
      {
        task: "notify",
        rc: 1,
        parameters: {
          CRM_meta_notify_type: "pre",
          CRM_meta_notify_operation: "start",
        },
      },
      ["d1_pre_notify_start_0"],
    ],
  ];
  for (const [what, changes, ids] of failures) {
    test(what, () => {
      const entries = historyEntries(record(changes), "node1");
      expect(entries.map((entry) => entry.id)).toEqual(ids);
    });
  }
});
