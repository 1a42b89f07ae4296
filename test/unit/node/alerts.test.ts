import { describe, expect, test } from "bun:test";
import { OpStatus } from "../../../internal/executor/mod.ts";
import { formatTime } from "../../../internal/node/alert-time.ts";
import { Alerts } from "../../../internal/node/alerts.ts";
import type { NodeEffect } from "../../../internal/node/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

type RunAlert = Extract<NodeEffect, { type: "run-alert" }>;
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5) + 678;
const node = { name: "node2", uuid: "2" };

function withAlerts(xml: string) {
  const parsed = parseXml(`<cib><configuration><alerts>${xml}</alerts></configuration></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const effects: NodeEffect[] = [];
  const alerts = new Alerts({
    utcOffsetMinutes: 60,
    emit: (effect) => effects.push(effect),
    nowMs: () => NOW_MS,
  });
  alerts.configure(parsed.value);
  const calls = (): RunAlert[] => effects.filter((effect) => effect.type === "run-alert");
  return { alerts, calls, effects };
}

function meta(name: string, value: string): string {
  return `<meta_attributes id="m-${name}"><nvpair id="n-${name}" name="${name}" value="${value}"/></meta_attributes>`;
}

describe("alerts", () => {
  test("each recipient is called, with its own settings before its alert's", () => {
    const { alerts, calls } = withAlerts(
      `<alert id="a" path="/bin/a">${meta("timeout", "9s")}
        <instance_attributes id="i"><nvpair id="j" name="foo" value="bar"/></instance_attributes>
        <recipient id="r1" value="one"/>
        <recipient id="r2" value="two">${meta("timestamp-format", "%s")}
          <instance_attributes id="k"><nvpair id="l" name="foo" value="own"/></instance_attributes>
        </recipient></alert><alert id="b" path="/bin/b"/>`,
    );
    alerts.node(node, "lost");
    const [one, two, plain] = calls();
    expect(one).toMatchObject({ path: "/bin/a", timeoutMs: 9_000 });
    expect(one!.env).toMatchObject({
      foo: "bar",
      CRM_alert_kind: "node",
      CRM_alert_node: "node2",
      CRM_alert_nodeid: "2",
      CRM_alert_desc: "lost",
      CRM_alert_recipient: "one",
      CRM_alert_node_sequence: "1",
      CRM_alert_timestamp: "04:04:05.678000",
      CRM_alert_timestamp_epoch: String(Math.floor(NOW_MS / 1000)),
      CRM_alert_timestamp_usec: "678000",
      CRM_alert_version: "3.0.0",
    });
    expect(two!.env).toMatchObject({
      foo: "own",
      CRM_alert_recipient: "two",
      CRM_alert_node_sequence: "1",
      CRM_alert_timestamp: String(Math.floor(NOW_MS / 1000)),
    });
    expect(plain!.timeoutMs).toBe(30_000);
    expect(Object.keys(plain!.env)).not.toContain("CRM_alert_recipient");
  });

  test("only what was selected; attributes only where asked for, and by name", () => {
    const { alerts, calls } = withAlerts(
      `<alert id="plain" path="/plain"/><alert id="off" path="/off">${meta("enabled", "false")}</alert>
       <alert id="some" path="/some"><select><select_attributes>
         <attribute id="x" name="wanted"/></select_attributes></select></alert>`,
    );
    alerts.attribute(node, "other", "1");
    expect(calls()).toEqual([]);
    alerts.attribute(node, "wanted", null);
    alerts.node(node, "member");
    expect(calls().map((call) => call.path)).toEqual(["/some", "/plain"]);
    expect(calls()[0]!.env).toMatchObject({
      CRM_alert_attribute_name: "wanted",
      CRM_alert_attribute_value: "",
    });
  });

  test("an operation's result, but no probe that found what was expected", () => {
    const { alerts, calls } = withAlerts('<alert id="a" path="/a"/>');
    const result = (action: string, intervalMs: number, status: OpStatus, rc: number) => ({
      request: {
        callId: 1,
        resource: "d",
        agent: { class: "ocf", provider: "pacemaker", type: "Dummy" },
        action,
        intervalMs,
        timeoutMs: 1,
        startDelayMs: 0,
        parameters: {},
        userData: "",
      },
      status,
      rc,
      exitReason: "",
      output: "",
      queueTimeMs: 0,
      execTimeMs: 12.4,
      lastRunMs: 0,
      lastRcChangeMs: 0,
      metadata: null,
    });
    alerts.resource("node1", result("monitor", 0, OpStatus.DONE, 7), 7);
    expect(calls()).toEqual([]);
    alerts.resource("node1", result("monitor", 5_000, OpStatus.TIMEOUT, 1), 0);
    expect(calls()[0]!.env).toMatchObject({
      CRM_alert_kind: "resource",
      CRM_alert_rsc: "d",
      CRM_alert_task: "monitor",
      CRM_alert_interval: "5000",
      CRM_alert_rc: "1",
      CRM_alert_target_rc: "0",
      CRM_alert_status: "2",
      CRM_alert_exec_time: "12",
      CRM_alert_desc: "Timed out",
    });
  });

  test("agents that hang hold back others only, and what waits is bounded", () => {
    const { alerts, calls, effects } = withAlerts('<alert id="a" path="/a"/>');
    for (let i = 0; i < 2_000; i++) alerts.node(node, "member");
    const running = calls().length;
    expect(running).toBe(16);
    for (let i = 0; i < calls().length; i++) {
      alerts.done(calls()[i]!.run, { outcome: "exited", code: 0 });
    }
    expect(calls().length).toBe(1_016);
    const said = effects.filter((effect) => effect.type === "log").map((effect) => effect.message);
    expect(said).toEqual(["984 alerts were dropped: too many were waiting"]);
  });
});

describe("formatTime", () => {
  test("knows what date(1) knows", () => {
    const format = "%Y-%m-%d %H:%M:%S.%3N %N %j %a %b %e %I %p %z %% %u %D %q";
    expect(formatTime(format, NOW_MS, -90)).toBe(
      "2026-01-02 01:34:05.678 678000 002 Fri Jan  2 01 AM -0130 % 5 01/02/26 %q",
    );
  });
});
