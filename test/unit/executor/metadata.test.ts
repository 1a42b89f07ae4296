import { expect, test } from "bun:test";
import { needsMetadata, parseAgentMetadata } from "../../../internal/executor/mod.ts";

test("OCF 1.1: reloadable and private parameters", () => {
  const metadata = parseAgentMetadata(`<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="Thing" version="2"><version>1.1</version><parameters>
<parameter name="state" unique-group="s"/>
<parameter name="passwd" reloadable="1"><content type="string" default="x"/></parameter>
<parameter name="token" private="1" reloadable="true"/></parameters>
<actions><action name="reload-agent" timeout="20s"/>
<action name="monitor" interval="10s" role="Promoted"/></actions></resource-agent>`);
  expect(metadata).toMatchObject({ version: "1.1", reloads: true });
  expect(metadata?.parameters.map((p) => [p.name, p.reloadable, p.private])).toEqual([
    ["state", false, false],
    ["passwd", true, true],
    ["token", true, true],
  ]);
  expect(metadata?.parameters[1]?.default).toBe("x");
  expect(metadata?.actions[1]).toMatchObject({ intervalMs: 10_000, role: "Promoted" });
});

test("older agents: unique parameters need a restart where reload is offered", () => {
  const legacy = parseAgentMetadata(
    '<resource-agent name="a"><version>1.0</version><parameters><parameter name="a" unique="1"/>' +
      '<parameter name="b" unique="0"/></parameters><actions><action name="reload"/></actions>' +
      "</resource-agent>",
  );
  expect(legacy?.reloads).toBe(true);
  expect(legacy?.parameters.map((p) => p.reloadable)).toEqual([false, true]);
});

test("what is no meta-data", () => {
  expect(parseAgentMetadata("Usage: agent start|stop")).toBeNull();
  expect(parseAgentMetadata("<other/>")).toBeNull();
  expect(parseAgentMetadata("")).toBeNull();
  expect(needsMetadata("lsb", "start")).toBe(false);
  expect(needsMetadata("ocf", "stop")).toBe(false);
  expect(needsMetadata("stonith", "start")).toBe(true);
});
