import { ExitCode } from "../../internal/base/mod.ts";
import { callEngine } from "../../internal/host/local-client.ts";
import type { AttributeUpdateCall } from "../../internal/node/mod.ts";
import { lastValue } from "./options.ts";
import { ToolError, type ToolRun } from "./tool.ts";

interface LiveChange {
  command: "query" | "update" | "delete";
  name: string | null;
  pattern: string | null;
  value: string;
  nodeName: string;
  place: { utilization: boolean; setName: string | null; node: { remote: boolean } | null };
}

/** A transient attribute of the running cluster: the attribute manager holds it, not the CIB. */
export async function updateLive(tool: ToolRun, change: LiveChange): Promise<number> {
  const { name, pattern, place } = change;
  const call: AttributeUpdateCall = {
    name: pattern ?? name!,
    value: change.command === "delete" ? null : change.value,
    node: change.nodeName,
    kind: "update",
  };
  if (pattern !== null) call.regex = true;
  if (place.setName !== null) call.setId = place.setName;
  if (place.utilization) call.setType = "utilization";
  if (place.node?.remote === true) call.isRemote = true;
  const wait = lastValue(tool.options, "wait");
  if (wait === "local" || wait === "cluster") call.wait = wait;
  const answer = await callEngine("attributeUpdate", call);
  if (!answer.ok) {
    const { code, message } = answer.error;
    const what = change.command === "delete" ? "deleting" : "setting";
    throw new ToolError(code, `Error ${what} ${call.name}: ${message}`);
  }
  return ExitCode.OK;
}
