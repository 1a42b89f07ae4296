import { formatScore, INFINITY_SCORE } from "../../base/mod.ts";
import {
  type Node,
  type Resource,
  roleName,
  type ScoreReason,
  type WorkingSet,
} from "../../scheduler/mod.ts";
import { actionsOf, type PlannedAction } from "./actions.ts";
import { nodeObstacle, remedy } from "./advice.ts";
import { type ChainLink, chainOf } from "./chain.ts";
import { because, isInternal } from "./words.ts";

/** What a node is worth to a resource, why, and what would make it the one. */
export interface NodeExplanation {
  node: string;
  score: string;
  verdict: "chosen" | "possible" | "forbidden" | "unavailable";
  /** Why it does not go there; null for the node it goes to. */
  why_not: string | null;
  /** Other instances of its clone have taken what the node may have. */
  full: boolean;
  to_change: string[];
  reasons: { score: string; because: string }[];
}

export interface Explanation {
  resource: string;
  role: string;
  runs_on: string[];
  goes_to: string | null;
  /** Why there (or why nowhere), in one sentence. */
  why: string;
  /** What holds for the resource wherever it is. */
  remarks: string[];
  /** What it must be with, link by link. */
  chain: ChainLink[];
  /** What is to be done with it, and what for. */
  actions: PlannedAction[];
  nodes: NodeExplanation[];
}

/**
 * Explains each primitive (instances each on its own) of the resource with that configured id, by
 * a run of the scheduler with `explain`; `only`: one node's part alone.
 */
export function explainResource(
  working: WorkingSet,
  id: string,
  only: string | null,
): Explanation[] {
  const found: Resource[] = [];
  const visit = (resource: Resource, inside: boolean): void => {
    const wanted = inside || resource.xml.id === id || resource.id === id;
    if (wanted && resource.children.length === 0) found.push(resource);
    for (const child of resource.children) visit(child, wanted);
  };
  for (const resource of working.resources) visit(resource, false);
  return found.map((resource) => explain(working, resource, only));
}

function explain(working: WorkingSet, resource: Resource, only: string | null): Explanation {
  const nodes = working.nodes
    .filter((node) => !node.isGuest || resource.allowed.score(node, -INFINITY_SCORE) >= 0)
    .map((node) => explainNode(working, resource, node));
  return {
    resource: resource.id,
    role: roleName(resource.currentRole),
    runs_on: resource.activeOn.map((node) => node.name),
    goes_to: resource.assignedTo?.name ?? null,
    why: why(working, resource, nodes),
    remarks: remarks(working, resource),
    chain: chainOf(working, resource),
    actions: actionsOf(resource),
    nodes: nodes.filter((one) => only === null || one.node === only),
  };
}

function explainNode(working: WorkingSet, resource: Resource, node: Node): NodeExplanation {
  const records = working.reasons?.of(resource, node).filter((one) => one.delta !== 0) ?? [];
  const listed = resource.allowed.has(node);
  const score = listed ? resource.allowed.score(node) : -INFINITY_SCORE;
  const bans = records.filter((one) => one.delta <= -INFINITY_SCORE);
  const obstacle = nodeObstacle(node);
  const out: NodeExplanation = {
    node: node.name,
    score: formatScore(score),
    verdict: "possible",
    why_not: null,
    full: bans.some((one) => one.reason.kind === "instance-limit"),
    to_change: [],
    reasons: records.map(({ delta, reason }) => ({
      score: formatScore(delta),
      because: because(reason),
    })),
  };
  if (node === resource.assignedTo) {
    out.verdict = "chosen";
  } else if (obstacle !== null) {
    out.verdict = "unavailable";
    out.why_not = obstacle.why;
    out.to_change.push(obstacle.remedy);
  } else if (!listed) {
    out.verdict = "forbidden";
    out.why_not = "the cluster is opt-in, and no location constraint allows the node";
    out.to_change.push(`'pcs constraint location ${resource.top().id} prefers ${node.name}'`);
  } else if (score < 0) {
    out.verdict = "forbidden";
    const causes = bans.length > 0 ? bans : records.filter((one) => one.delta < 0);
    const texts = causes.map((one) => forbidden(working, one.reason, node));
    out.why_not = [...new Set(texts)].join("; ");
    const ways = causes.map((one) => remedy(one.reason, resource, node));
    out.to_change.push(...new Set(ways.filter((way) => way !== null)));
  } else if (resource.assignedTo !== null) {
    const best = resource.allowed.score(resource.assignedTo);
    if (score < best) {
      out.why_not = `it is worth less than ${resource.assignedTo.name} (${formatScore(best)})`;
      const lacking = best >= INFINITY_SCORE ? INFINITY_SCORE : best - score + 1;
      out.to_change.push(
        `a location constraint with ${formatScore(lacking)} more: 'pcs constraint location ` +
          `${resource.top().id} prefers ${node.name}=${formatScore(lacking)}'`,
      );
    } else {
      out.why_not = `${resource.assignedTo.name} is worth as much, and has less to run or is where it is now`;
    }
  }
  return out;
}

/** A ban in words, a colocation with where the other one is. */
function forbidden(working: WorkingSet, reason: ScoreReason, node: Node): string {
  const other = reason.kind === "colocation" ? working.resourcesById.get(reason.with) : undefined;
  if (reason.kind !== "colocation" || reason.wish || other === undefined) return because(reason);
  const by = isInternal(reason.constraint) ? "its group" : `constraint '${reason.constraint}'`;
  const on = other.assignedTo;
  if (on === node) return `it may not be with '${other.id}' (${by}), which is to run here`;
  const place = on === null ? "is to run nowhere" : `is to run on ${on.name}`;
  return `it must be with '${other.id}' (${by}), which ${place}`;
}

/** The heaviest reason for the chosen node, or what all nodes have in common. */
function why(working: WorkingSet, resource: Resource, nodes: readonly NodeExplanation[]): string {
  const chosen = resource.assignedTo;
  if (chosen === null) {
    if (!resource.managed) return "it is unmanaged, and runs nowhere";
    const usable = nodes.filter((one) => one.verdict === "possible");
    if (usable.length > 0) return "what it depends on runs nowhere, or it is not wanted";
    const full = nodes.filter((one) => one.full);
    if (full.length > 0) {
      const { id: clone, clone: data } = resource.top();
      const wanted = data === null ? "" : `; clone-max asks for ${data.max} in all`;
      return `nobody needs it: each node that may run '${clone}' has as many instances as it may${wanted}`;
    }
    const common = new Set(nodes.map((one) => one.why_not));
    if (common.size === 1) return `${[...common][0]}, on every node`;
    return "no node may run it; each one's reason stands below";
  }
  if (!resource.managed) return "it is unmanaged, and stays where it is";
  const records = working.reasons?.of(resource, chosen).filter((one) => one.delta > 0) ?? [];
  const heaviest = records.reduce((a, b) => (b.delta > a.delta ? b : a), records[0]!);
  const others = nodes.filter((one) => one.node !== chosen.name);
  const only = others.every((one) => one.verdict !== "possible");
  if (only && others.length > 0) {
    const same = new Set(others.map((one) => one.why_not));
    if (same.size === 1) return `no other node may run it: ${[...same][0]}`;
    const rest = others.map((one) => `${one.node}: ${one.why_not}`);
    return `no other node may run it (${rest.join("; ")})`;
  }
  if (heaviest !== undefined) return because(heaviest.reason);
  if (resource.activeOn.includes(chosen)) return "it is there already, and nothing calls it away";
  return "no node is preferred, and that one has least to run";
}

function remarks(working: WorkingSet, resource: Resource): string[] {
  const out: string[] = [];
  if (working.config.maintenanceMode) {
    out.push("The cluster is in maintenance mode: nothing is started or stopped.");
  } else if (!resource.managed) {
    out.push(
      `It is unmanaged: the cluster leaves it alone ('pcs resource manage ${resource.id}').`,
    );
  }
  if (!working.haveQuorum) out.push("This partition has no quorum; no-quorum-policy applies.");
  if (resource.blocked) {
    out.push(
      "It is blocked: an operation failed in a way that only an administrator can end " +
        `('pcs resource cleanup ${resource.id}' once it is repaired).`,
    );
  }
  return out;
}
