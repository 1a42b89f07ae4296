import { formatScore } from "../../base/mod.ts";
import { upgradeCib } from "../../cib/mod.ts";
import {
  type Node,
  type Resource,
  roleName,
  type ScoreReason,
  schedule,
  type WorkingSet,
} from "../../scheduler/mod.ts";
import { findElement, RESOURCE_TAGS } from "../cib/find.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";

/** What a node is worth to a resource, and why. */
interface NodeExplanation {
  node: string;
  score: string;
  reasons: { score: string; because: string }[];
}

interface Explanation {
  resource: string;
  role: string;
  runs_on: string[];
  goes_to: string | null;
  nodes: NodeExplanation[];
}

/**
 * `resource explain ID [NODE] [--output-format text|json]`: why a resource runs where it runs. The
 * cluster's decision is made again, with every score's reason noted down.
 */
export async function explainVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--output-format"]);
  const format = options.outputFormat(["json", "text"]);
  const [id, node = null, ...more] = argv;
  if (id === undefined || more.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  const found = findElement(resourcesOf(cib), RESOURCE_TAGS, id);
  if (found.element === null) throw new LibraryError(found.reports);
  const upgraded = upgradeCib(cib);
  const { working } = schedule(upgraded.ok ? upgraded.value : cib, {
    nowMs: context.env.nowMs,
    explain: true,
  });
  if (node !== null && !working.nodesByName.has(node)) {
    throw new CommandLineError(`Node '${node}' does not appear to exist in configuration`);
  }
  const explanations = primitivesWithin(working, id).map((resource) =>
    explain(working, resource, node),
  );
  if (format === "json") context.print(pythonJson({ resources: explanations }));
  else context.print(...explanations.flatMap((one, i) => [...(i > 0 ? [""] : []), ...lines(one)]));
}

/** Primitives, instances each on its own, of the resource with that configured id. */
function primitivesWithin(working: WorkingSet, id: string): Resource[] {
  const found: Resource[] = [];
  const visit = (resource: Resource, inside: boolean): void => {
    const wanted = inside || resource.xml.id === id || resource.id === id;
    if (wanted && resource.children.length === 0) found.push(resource);
    for (const child of resource.children) visit(child, wanted);
  };
  for (const resource of working.resources) visit(resource, false);
  return found;
}

function explain(working: WorkingSet, resource: Resource, only: string | null): Explanation {
  const nodes = working.nodes
    .filter((node) => !node.isGuest && (only === null || node.name === only))
    .map((node) => explainNode(working, resource, node));
  return {
    resource: resource.id,
    role: roleName(resource.currentRole),
    runs_on: resource.activeOn.map((node) => node.name),
    goes_to: resource.assignedTo?.name ?? null,
    nodes,
  };
}

function explainNode(working: WorkingSet, resource: Resource, node: Node): NodeExplanation {
  const family = new Set<Resource>();
  for (let up: Resource | null = resource; up !== null; up = up.parent) family.add(up);
  const reasons = (working.reasons ?? [])
    .filter((one) => family.has(one.resource) && one.node === node && one.delta !== 0)
    .map(({ delta, reason, resource: own }) => ({
      score: formatScore(delta),
      because: because(reason) + (own === resource ? "" : ` (of '${own.id}')`),
    }));
  const score = resource.allowed.has(node)
    ? formatScore(resource.allowed.score(node))
    : "-INFINITY";
  return { node: node.name, score, reasons };
}

function lines({ resource, role, runs_on, goes_to, nodes }: Explanation): string[] {
  const runs = runs_on.length === 0 ? "does not run" : `runs on ${runs_on.join(", ")} as ${role}`;
  const stays = runs_on.length === 1 && runs_on[0] === goes_to;
  const next =
    goes_to === null ? "may run nowhere" : stays ? "is to stay there" : `is to run on ${goes_to}`;
  return [
    `${resource} ${runs} and ${next}.`,
    ...nodes.flatMap(({ node, score, reasons }) => [
      `  ${node}: ${score}`,
      ...reasons.map((reason) => `    ${reason.score.padStart(9)}  ${reason.because}`),
    ]),
  ];
}

/** A reason in words. */
function because(reason: ScoreReason): string {
  switch (reason.kind) {
    case "node-default":
      return "symmetric-cluster: what every node is worth";
    case "node-offline":
      return "the node is not available";
    case "location":
      return `location constraint '${reason.constraint}'${reason.role === undefined ? "" : ` for role ${reason.role}`}`;
    case "health":
      return `health of the node (${reason.attribute})`;
    case "shutdown-lock":
      return `kept for node '${reason.lockedTo}', which was shut down`;
    case "stickiness":
      return `resource-stickiness ${reason.value}: it runs here`;
    case "migration-threshold":
      return `failed ${reason.failCount} times, migration-threshold is ${reason.threshold}`;
    case "exclusive-discovery":
      return "a location constraint allows other nodes only";
    case "failed-operation":
      return `operation '${reason.operation}' failed, on-fail is ${reason.onFail}`;
    case "masked-probe":
      return `'${reason.operation}' says that it cannot run here`;
    case "orphan":
      return "it is no longer configured";
    case "multiply-active":
      return "it is active on several nodes";
    case "unmanaged-active":
      return "it is unmanaged and stays where it is";
    case "ticket":
      return `ticket '${reason.ticket}'`;
    case "colocation":
      return `colocation constraint '${reason.constraint}' with '${reason.with}'`;
    case "colocation-undone":
      return `colocation constraint '${reason.constraint}' with '${reason.with}' was given up`;
    case "target-role":
      return `target-role is ${reason.role}`;
    case "promotion-score":
      return `promotion score ${reason.score}`;
    case "instance-limit":
      return `'${reason.clone}' allows no more instances here`;
    case "instance-surplus":
      return `'${reason.clone}' needs no more instances`;
    case "trial-undone":
      return "a trial placement was undone";
    case "bundle-node":
      return `the node belongs to bundle '${reason.bundle}'`;
    case "utilization":
      return `the node has not enough ${reason.attribute}`;
    case "remote-host":
      return "it must run where its connection runs";
  }
}
