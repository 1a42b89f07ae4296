import { err, ok, type Result } from "../../base/mod.ts";
import { type Element, parseXml, Text } from "../../xml/mod.ts";
import { byCodePoint } from "../frame/text.ts";
import type { AgentAction, AgentMetadata, AgentParameter } from "./model.ts";
import { OWN_GROUP_PREFIX } from "./model.ts";
import { type AgentFailure, type AgentName, fullName } from "./name.ts";

/** Reads the metadata that an agent printed. */
export function parseAgentMetadata(
  name: AgentName,
  text: string,
): Result<AgentMetadata, AgentFailure> {
  // Agents name their document type; nothing is ever read from there.
  const parsed = parseXml(text.trim().replace(/<!DOCTYPE[^>[]*>/, ""));
  if (!parsed.ok || parsed.value.name !== "resource-agent") {
    const reason = parsed.ok ? "Expecting element resource-agent" : parsed.error.message;
    return err({ kind: "no-metadata", name: fullName(name), reason });
  }
  const root = parsed.value;
  const version = root.first("version")?.text.trim() ?? "1.0";
  if (version !== "1.0" && version !== "1.1") {
    return err({ kind: "bad-version", name: fullName(name), version });
  }
  const own = description(root, "shortdesc");
  const shortdesc = version === "1.0" && (own ?? "") === "" ? root.get("shortdesc") : own;
  const parameters = root.first("parameters")?.descendants("parameter") ?? [];
  return ok({
    name,
    exists: true,
    ocfVersion: version,
    shortdesc,
    longdesc: description(root, "longdesc"),
    parameters: version === "1.0" ? parameters10(parameters) : parameters.map(parameter11),
    actions: (root.first("actions")?.descendants("action") ?? []).map(action),
  });
}

/** Text of a child before any element in it; null when there is none. */
function description(element: Element, name: string): string | null {
  const first = element.first(name)?.children[0];
  return first instanceof Text ? first.text.trim() : null;
}

const isOne = (text: string | null) => text === "1";

function common(element: Element): Omit<AgentParameter, "deprecated" | "uniqueGroup"> {
  const content = element.first("content");
  const type = content?.get("type") ?? "string";
  return {
    name: element.get("name") ?? "",
    shortdesc: description(element, "shortdesc"),
    longdesc: description(element, "longdesc"),
    type,
    default: content?.get("default") ?? null,
    values:
      content !== null && type === "select"
        ? content.elements("option").map((option) => option.get("value") ?? "")
        : null,
    required: isOne(element.get("required")),
    advanced: false,
    deprecatedBy: [],
    deprecatedDesc: null,
    reloadable: isOne(element.get("unique")),
  };
}

function parameters10(elements: Element[]): AgentParameter[] {
  const obsoletedBy = new Map<string, Set<string>>();
  for (const element of elements) {
    const old = element.get("obsoletes");
    if (old === null || old === "") continue;
    obsoletedBy.set(old, (obsoletedBy.get(old) ?? new Set()).add(element.get("name") ?? ""));
  }
  return elements.map((element) => {
    const parameter = common(element);
    return {
      ...parameter,
      deprecated: isOne(element.get("deprecated")),
      deprecatedBy: [...(obsoletedBy.get(parameter.name) ?? [])].sort(byCodePoint),
      uniqueGroup: isOne(element.get("unique")) ? OWN_GROUP_PREFIX + parameter.name : null,
    };
  });
}

function parameter11(element: Element): AgentParameter {
  const deprecated = element.first("deprecated");
  return {
    ...common(element),
    advanced: isOne(element.get("advanced")),
    deprecated: deprecated !== null,
    deprecatedBy: (deprecated?.elements("replaced-with") ?? []).map((e) => e.get("name") ?? ""),
    deprecatedDesc: deprecated === null ? null : description(deprecated, "desc"),
    uniqueGroup: element.get("unique-group"),
    reloadable: isOne(element.get("reloadable")),
  };
}

function action(element: Element): AgentAction {
  return {
    name: element.get("name") ?? "",
    timeout: element.get("timeout"),
    interval: element.get("interval"),
    role: element.get("role"),
    startDelay: element.get("start-delay"),
    depth: element.get("depth"),
    automatic: isOne(element.get("automatic")),
    onTarget: isOne(element.get("on_target")),
  };
}
