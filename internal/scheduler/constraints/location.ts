import { INFINITY_SCORE, PosixPattern } from "../../base/mod.ts";
import { evaluateRule } from "../../cib/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { Discovery, parseRole, Role } from "../constants.ts";
import type { LocationConstraint } from "../constraint.ts";
import type { Node } from "../node.ts";
import type { Resource } from "../resource.ts";
import { resourceParameters } from "../unpack/meta.ts";
import { scoreOf } from "../unpack/options.ts";
import { ruleInput } from "../unpack/pairs.ts";
import type { WorkingSet } from "../working-set.ts";
import { readSets, sideMembers } from "./names.ts";

type Matches = readonly (string | undefined)[];

/** A location constraint: for a resource, a tag, a pattern or sets. */
export function unpackLocation(ws: WorkingSet, xml: Element): void {
  const sets = readSets(ws, xml);
  for (const set of sets) {
    const score = set.xml?.get("score") ?? null;
    for (const resource of set.resources) {
      if (resource === null) return;
      unpackFor(ws, xml, resource, set.role, score, null);
    }
  }
  if (sets.length > 0) return;
  for (const resource of sideMembers(ws, xml, "rsc") ?? []) {
    if (resource === null) return;
    unpackFor(ws, xml, resource, null, null, null);
  }
  const pattern = xml.get("rsc-pattern");
  if (pattern !== null) unpackPattern(ws, xml, pattern);
}

function unpackPattern(ws: WorkingSet, xml: Element, text: string): void {
  const inverted = text.startsWith("!");
  const pattern = PosixPattern.compile(inverted ? text.slice(1) : text);
  if (!pattern.ok) {
    const message = `Ignoring constraint '${xml.id}' because rsc-pattern has invalid value '${text}'`;
    ws.messages.push({ level: "error", text: `${message} (${pattern.error})` });
    return;
  }
  for (const resource of ws.resources) {
    const match = pattern.value.exec(resource.id);
    if ((match !== null) === inverted) continue;
    unpackFor(ws, xml, resource, null, null, match);
  }
}

function unpackFor(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  setRole: string | null,
  setScore: string | null,
  matches: Matches | null,
): void {
  const nodeName = xml.get("node");
  const score = setScore ?? xml.get("score");
  const role = setRole ?? xml.get("role");
  if (nodeName !== null && score !== null) {
    const node = ws.findNode(nodeName);
    if (node === null) return;
    const entry = { node, score: scoreOf(ws, score, 0) };
    addLocation(ws, xml, resource, role, [entry]);
    return;
  }
  const rule = xml.elements("rule");
  for (const each of rule) unpackRule(ws, xml, resource, each, role, matches);
}

function unpackRule(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  rule: Element,
  constraintRole: string | null,
  matches: Matches | null,
): void {
  const attribute = rule.get("score-attribute");
  const score = rule.get("score");
  if (attribute === null && score === null) {
    const text = `Ignoring location constraint rule ${rule.id} because neither score nor score-attribute was specified`;
    ws.problem("error", text);
  }
  const nodes: LocationConstraint["nodes"] = [];
  const fixed = attribute === null || score !== null ? scoreOf(ws, score, 0) : 0;
  for (const node of ws.nodes) {
    const input = ruleInput(ws, {
      attributes: node.attributes,
      parameters: resourceParameters(ws, resource, node),
      meta: resource.meta,
      ...(matches === null ? {} : { submatches: matches }),
    });
    if (!evaluateRule(rule, input)) continue;
    if (attribute === null || score !== null) {
      nodes.push({ node, score: fixed });
      continue;
    }
    const name = matches === null ? attribute : substitute(attribute, matches);
    const value = attributeScore(ws, node, name);
    if (value !== null) nodes.push({ node, score: value });
  }
  addLocation(ws, xml, resource, rule.get("role") ?? constraintRole, nodes);
}

function attributeScore(ws: WorkingSet, node: Node, name: string): number | null {
  const text = node.attributes.get(name);
  if (text === undefined) return null;
  const value = scoreOf(ws, text, Number.NaN);
  return Number.isNaN(value) ? -INFINITY_SCORE : value;
}

/** %0 to %9 stand for what rsc-pattern matched. */
export function substitute(text: string, matches: Matches): string {
  return text.replace(/%([0-9])/g, (_, digit: string) => matches[Number(digit)] ?? "");
}

function addLocation(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  roleText: string | null,
  nodes: LocationConstraint["nodes"],
): void {
  let role: Role = Role.unknown;
  if (roleText !== null) {
    role = parseRole(roleText);
    if (role === Role.unknown) {
      const text = `Ignoring constraint '${xml.id}' because of invalid role '${roleText}'`;
      ws.messages.push({ level: "error", text });
      return;
    }
    if (role === Role.started || role === Role.unpromoted) role = Role.unknown;
  }
  let discovery: Discovery = Discovery.always;
  if (xml.get("resource-discovery") === "never") discovery = Discovery.never;
  if (xml.get("resource-discovery") === "exclusive") {
    discovery = Discovery.exclusive;
    resource.exclusiveDiscovery = true;
  }
  const constraint: LocationConstraint = { id: xml.id, resource, role, discovery, nodes };
  ws.locations.push(constraint);
  resource.locations.push(constraint);
}

/** A location constraint that the scheduler makes itself. */
export function newLocation(
  ws: WorkingSet,
  id: string,
  resource: Resource,
  node: Node,
  score: number,
): void {
  const constraint: LocationConstraint = {
    id,
    resource,
    role: Role.unknown,
    discovery: Discovery.always,
    nodes: [{ node, score }],
  };
  ws.locations.push(constraint);
  resource.locations.push(constraint);
}
