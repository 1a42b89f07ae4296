import { addScores, INFINITY_SCORE, PosixPattern, parseScore } from "../base/mod.ts";
import { evaluateRule, type RuleInput, unpackNvpairs } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { FenceDevice, FenceLevel } from "./types.ts";
import { readWatchdog, WATCHDOG_AGENT, type WatchdogFencing } from "./watchdog.ts";

/** What the fencer takes from the CIB. */
export interface FenceConfiguration {
  devices: FenceDevice[];
  levels: FenceLevel[];
  /** Null when nodes do not fence themselves. */
  watchdog: WatchdogFencing | null;
  /** Attributes of the nodes, permanent ones, by node name. */
  nodeAttributes: Map<string, Map<string, string>>;
}

/** Devices that this node may use, the topology, and the attributes that levels go by. */
export function readConfiguration(
  cib: Element,
  nodeName: string,
  now: RuleInput["now"],
  watchdogTimeoutMs: number | null,
): FenceConfiguration {
  const configuration = cib.first("configuration");
  const nodeAttributes = readNodeAttributes(configuration, now);
  const input: RuleInput = {
    now,
    nodeAttribute: (name) =>
      name === "#uname" ? nodeName : (nodeAttributes.get(nodeName)?.get(name) ?? null),
  };
  return {
    devices: readDevices(configuration, nodeName, input),
    levels: readLevels(configuration),
    watchdog: readWatchdog(configuration, input, watchdogTimeoutMs),
    nodeAttributes,
  };
}

function readNodeAttributes(
  configuration: Element | null,
  now: RuleInput["now"],
): Map<string, Map<string, string>> {
  const all = new Map<string, Map<string, string>>();
  for (const node of configuration?.first("nodes")?.elements("node") ?? []) {
    const values = unpackNvpairs(node, "instance_attributes", { now });
    all.set(node.get("uname") ?? "", values);
  }
  return all;
}

function readDevices(
  configuration: Element | null,
  nodeName: string,
  input: RuleInput,
): FenceDevice[] {
  const resources = configuration?.first("resources");
  if (resources == null) return [];
  const constraints = configuration?.first("constraints") ?? null;
  const properties = unpackNvpairs(
    configuration?.first("crm_config") ?? resources,
    "cluster_property_set",
    input,
    "cib-bootstrap-options",
  );
  const optIn = ["false", "no", "off", "0", "n"].includes(
    properties.get("symmetric-cluster")?.toLowerCase() ?? "",
  );
  const devices: FenceDevice[] = [];
  for (const primitive of resources.descendants("primitive")) {
    if (primitive.get("class") !== "stonith") continue;
    if (effective(primitive).get("type") === WATCHDOG_AGENT) continue;
    if (isDisabled(primitive, input)) continue;
    const score = locationScore(constraints, primitive, nodeName, input, optIn);
    if (score < 0) continue;
    const parameters = Object.fromEntries(
      unpackNvpairs(effective(primitive), "instance_attributes", input),
    );
    const agent = effective(primitive).get("type") ?? "";
    devices.push({ id: primitive.id, agent, parameters, source: "cib" });
  }
  return devices;
}

/** A primitive made from a template has its type and parameters from there unless it says so. */
function effective(primitive: Element): Element {
  const reference = primitive.get("template");
  const template = reference === null ? null : primitive.root.byId(reference, "template");
  if (template === null) return primitive;
  const merged = template.clone();
  for (const [name, value] of primitive.entries()) merged.set(name, value);
  for (const child of primitive.elements().toReversed()) merged.insert(0, child.clone());
  return merged;
}

function isDisabled(primitive: Element, input: RuleInput): boolean {
  for (let at: Element | null = primitive; at !== null; at = at.parent) {
    if (at.name === "resources") break;
    const meta = unpackNvpairs(at === primitive ? effective(at) : at, "meta_attributes", input);
    if (meta.get("target-role")?.toLowerCase() === "stopped") return true;
    if (meta.has("target-role")) return false;
  }
  return false;
}

/** The sum of what location constraints say of a device on this node. */
function locationScore(
  constraints: Element | null,
  primitive: Element,
  nodeName: string,
  input: RuleInput,
  optIn: boolean,
): number {
  const names = familyOf(primitive);
  let score = 0;
  let mentioned = false;
  const add = (text: string | null): void => {
    mentioned = true;
    score = addScores(score, parseScore(text ?? "0") ?? 0);
  };
  for (const constraint of constraints?.elements("rsc_location") ?? []) {
    if (!concerns(constraint, names)) continue;
    if (constraint.get("node")?.toLowerCase() === nodeName.toLowerCase()) {
      add(constraint.get("score"));
    }
    for (const rule of constraint.elements("rule")) {
      const role = rule.get("role")?.toLowerCase() ?? "";
      if (role === "promoted" || role === "master") continue;
      if (evaluateRule(rule, input)) add(rule.get("score"));
    }
  }
  return optIn && !mentioned ? -INFINITY_SCORE : score;
}

/** The device's own id and those of what it is in: a constraint may name any of them. */
function familyOf(primitive: Element): string[] {
  const names: string[] = [];
  for (let at: Element | null = primitive; at !== null && at.name !== "resources"; at = at.parent) {
    names.push(at.id);
  }
  return names;
}

function concerns(constraint: Element, names: string[]): boolean {
  const resource = constraint.get("rsc");
  if (resource !== null) return names.includes(resource);
  const pattern = constraint.get("rsc-pattern");
  if (pattern !== null) {
    const expression = PosixPattern.compile(pattern.replace(/^!/, ""));
    const meant = expression.ok && names.some((name) => expression.value.test(name));
    return meant !== pattern.startsWith("!");
  }
  const sets = constraint.elements("resource_set");
  return sets.some((set) => set.elements("resource_ref").some((ref) => names.includes(ref.id)));
}

function readLevels(configuration: Element | null): FenceLevel[] {
  const levels: FenceLevel[] = [];
  for (const level of configuration?.first("fencing-topology")?.elements("fencing-level") ?? []) {
    const index = Number.parseInt(level.get("index") ?? "", 10);
    const target = levelTarget(level);
    if (target === null || !(index >= 1 && index <= 9)) continue;
    const devices = (level.get("devices") ?? "").split(",").map((name) => name.trim());
    levels.push({ target, index, devices: devices.filter((name) => name !== "") });
  }
  return levels;
}

function levelTarget(level: Element): FenceLevel["target"] | null {
  const name = level.get("target");
  if (name !== null) return { kind: "name", name };
  const pattern = level.get("target-pattern");
  if (pattern !== null) return { kind: "pattern", pattern };
  const attribute = level.get("target-attribute");
  if (attribute === null) return null;
  return { kind: "attribute", name: attribute, value: level.get("target-value") ?? "" };
}

/**
 * The levels for a target, lowest first; empty when the topology does not speak of it. Levels that
 * name the node go before those that match its name, and these before those by attribute.
 */
export function levelsFor(configuration: FenceConfiguration, target: string): FenceLevel[] {
  const attributes = configuration.nodeAttributes.get(target);
  const tests: ((level: FenceLevel["target"]) => boolean)[] = [
    (of) => of.kind === "name" && of.name.toLowerCase() === target.toLowerCase(),
    (of) => of.kind === "pattern" && matches(of.pattern, target),
    (of) => of.kind === "attribute" && attributes?.get(of.name) === of.value,
  ];
  for (const test of tests) {
    const found = configuration.levels.filter((level) => test(level.target));
    if (found.length > 0) return found.sort((a, b) => a.index - b.index);
  }
  return [];
}

/** What is no pattern matches nothing. */
function matches(source: string, name: string): boolean {
  const pattern = PosixPattern.compile(source);
  return pattern.ok && pattern.value.test(name);
}
