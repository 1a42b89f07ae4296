import { isTrue, parseDurationMs } from "../base/mod.ts";
import { type Element, parseXml } from "../xml/mod.ts";
import type { AgentAction, AgentMetadata, AgentParameter } from "./types.ts";

/** Never recorded in clear, whatever the agent says of them. */
const SECRET_NAMES = new Set(["passwd", "password"]);

/** Actions whose history entries carry digests that need the agent's meta-data. */
const METADATA_ACTIONS = new Set([
  "start",
  "monitor",
  "promote",
  "demote",
  "reload",
  "reload-agent",
  "migrate_to",
  "migrate_from",
  "notify",
]);

/** True when an operation's history entry needs its agent's meta-data. */
export function needsMetadata(agentClass: string, action: string): boolean {
  return (agentClass === "ocf" || agentClass === "stonith") && METADATA_ACTIONS.has(action);
}

/** Reads an agent's meta-data; null when it is no XML or describes no agent. */
export function parseAgentMetadata(text: string): AgentMetadata | null {
  const parsed = parseXml(withoutDoctype(text));
  if (!parsed.ok || parsed.value.name !== "resource-agent") return null;
  return agentMetadata(parsed.value);
}

/** Meta-data of a parsed `<resource-agent>`. */
export function agentMetadata(root: Element): AgentMetadata {
  const actions = (root.first("actions")?.elements("action") ?? []).map(action);
  const version = root.first("version")?.text.trim() ?? "";
  // `reload-agent` came with OCF 1.1; before it, `reload` and unique="0" meant the same thing.
  const modern = atLeast11(version) && actions.some((a) => a.name === "reload-agent");
  const legacy = !modern && actions.some((a) => a.name === "reload");
  const elements = root.first("parameters")?.elements("parameter") ?? [];
  return {
    version,
    actions,
    parameters: elements.map((element) => parameter(element, modern, legacy)),
    reloads: modern || legacy,
  };
}

/** Agents print the DTD of the standard before the root; our parser refuses any DTD. */
function withoutDoctype(text: string): string {
  return text.replace(/^(\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[\s\S]*?-->\s*)*)<!DOCTYPE[^>[]*>/, "$1");
}

function atLeast11(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return major > 1 || (major === 1 && minor >= 1);
}

function parameter(element: Element, modern: boolean, legacy: boolean): AgentParameter {
  const name = element.get("name") ?? "";
  const unique = isTrue(element.get("unique"));
  return {
    name,
    required: isTrue(element.get("required")),
    unique,
    reloadable: modern ? isTrue(element.get("reloadable")) : legacy && !unique,
    private: isTrue(element.get("private")) || SECRET_NAMES.has(name),
    default: element.first("content")?.get("default") ?? null,
  };
}

function action(element: Element): AgentAction {
  return {
    name: element.get("name") ?? "",
    timeoutMs: parseDurationMs(element.get("timeout") ?? ""),
    intervalMs: parseDurationMs(element.get("interval") ?? ""),
    role: element.get("role"),
    onTarget: isTrue(element.get("on_target")),
    automatic: isTrue(element.get("automatic")),
  };
}
