import { expect, test } from "bun:test";
import {
  historyEntry,
  type OperationRequest,
  type OperationResult,
  operationDigest,
  parseAgentMetadata,
} from "../../../internal/executor/mod.ts";

const METADATA = `<resource-agent name="Thing"><version>1.1</version><parameters>
<parameter name="state" unique-group="s"/><parameter name="size"/>
<parameter name="passwd" reloadable="1"/><parameter name="token" private="1" reloadable="true"/>
</parameters><actions><action name="reload-agent" timeout="20s"/></actions></resource-agent>`;

const request: OperationRequest = {
  callId: 65,
  resource: "cl",
  agent: { class: "ocf", provider: "test", type: "Thing" },
  action: "start",
  intervalMs: 0,
  timeoutMs: 20_000,
  startDelayMs: 0,
  parameters: { crm_feature_set: "3.20.0", CRM_meta_timeout: "20000", CRM_meta_on_node: "n1" },
  userData: "48:27:0:f330783b",
};

const result: OperationResult = {
  request,
  status: 0,
  rc: 0,
  exitReason: "",
  output: "",
  queueTimeMs: 0.4,
  execTimeMs: 176.2,
  lastRunMs: 1_795_400_916_500,
  lastRcChangeMs: 1_795_400_916_500,
  metadata: parseAgentMetadata(METADATA),
};

const context = { nodeName: "node1", origin: "controld_update_resource_history" };

test("digests are those of the scheduler", () => {
  // Known sums: no parameters at all, and a recurring operation's timeout alone.
  expect(operationDigest(request.parameters, 0)).toBe("f2317cad3d54cec5d7d7aa7d0bf35cf8");
  expect(operationDigest(request.parameters, 10_000)).toBe("4811cef7f7f94e3a35a70be7916cb2fd");
});

test("the entry of a start", () => {
  const entry = historyEntry(result, context);
  expect(entry.attributeNames()).toEqual([
    "id",
    "operation_key",
    "operation",
    "crm-debug-origin",
    "crm_feature_set",
    "transition-key",
    "transition-magic",
    "exit-reason",
    "on_node",
    "call-id",
    "rc-code",
    "op-status",
    "interval",
    "last-rc-change",
    "exec-time",
    "queue-time",
    "op-digest",
    "op-force-restart",
    "op-restart-digest",
    "op-secure-params",
    "op-secure-digest",
  ]);
  expect(entry.get("id")).toBe("cl_last_0");
  expect(entry.get("transition-magic")).toBe("0:0;48:27:0:f330783b");
  expect(entry.get("last-rc-change")).toBe("1795400916");
  expect(entry.get("exec-time")).toBe("176");
  expect(entry.get("op-force-restart")).toBe("  size state  ");
  expect(entry.get("op-secure-params")).toBe("  token passwd  ");
});

test("recurring and failed operations have entries of their own", () => {
  const monitor = { ...request, action: "monitor", intervalMs: 10_000 };
  const entry = historyEntry({ ...result, request: monitor }, context);
  expect(entry.id).toBe("cl_monitor_10000");
  expect(entry.has("op-force-restart")).toBe(false);
  const failed = historyEntry({ ...result, request: monitor, rc: 7 }, context, true);
  expect(failed.id).toBe("cl_last_failure_0");
  expect(failed.get("operation_key")).toBe("cl_monitor_10000");
});

test("older agents: unique parameters need a restart where reload is offered", () => {
  const legacy = parseAgentMetadata(
    '<resource-agent name="a"><version>1.0</version><parameters><parameter name="a" unique="1"/>' +
      '<parameter name="b" unique="0"/></parameters><actions><action name="reload"/></actions></resource-agent>',
  );
  expect(legacy).toMatchObject({ reloads: true });
  expect(historyEntry({ ...result, metadata: legacy }, context).get("op-force-restart")).toBe(
    "  a  ",
  );
  expect(parseAgentMetadata("Usage: agent start|stop")).toBeNull();
});
