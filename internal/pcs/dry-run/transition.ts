import type { Element } from "../../xml/mod.ts";
import { byCodePoint } from "../frame/text.ts";
import { type Foreseen, foresee } from "./foreseen.ts";

/** What the cluster would do after a change. */
export interface Outlook {
  before: Element;
  after: Element;
  foreseen: readonly Foreseen[];
  /** This machine's node; null when nobody knows. */
  here: string | null;
  nowMs: number;
}

interface Step {
  resource: string;
  operation: string;
  node: string;
}

/** The transition that would follow, and the services that it would interrupt. */
export async function transitionLines(outlook: Outlook): Promise<string[]> {
  const [{ upgradeCib }, { schedule }] = await Promise.all([
    import("../../cib/mod.ts"),
    import("../../scheduler/mod.ts"),
  ]);
  const { before, after, foreseen, here, nowMs } = outlook;
  const plan = (cib: Element, met: readonly Foreseen[]) => {
    const upgraded = upgradeCib(cib);
    const input = (upgraded.ok ? upgraded.value : cib).clone();
    for (const each of met) foresee(input, each, here);
    return stepsOf(schedule(input, { nowMs }).graph);
  };
  const key = (step: Step) => `${step.operation} ${step.resource} ${step.node}`;
  // What the cluster is about to do anyway is no consequence of the change.
  const anyway = new Set(plan(before, []).map(key));
  const steps = plan(after, foreseen).filter((step) => !anyway.has(key(step)));
  if (foreseen.some((each) => each.kind === "restart")) {
    const started = new Set(steps.filter(isStart).map((step) => step.resource));
    const stopped = steps.filter((step) => step.operation === "stop");
    const again = stopped.filter((step) => !started.has(step.resource));
    steps.push(...again.map((step) => ({ ...step, operation: "start" })));
  }
  if (steps.length === 0) return ["The cluster would do nothing."];
  const lines = ["The cluster would then:"];
  for (const { resource, operation, node } of steps) {
    lines.push(`  ${operation} ${resource}${operation === "fence" ? "" : ` on ${node}`}`);
  }
  return [...lines, ...outageLines(after, steps)];
}

function isStart(step: Step): boolean {
  return step.operation === "start";
}

/** Operations on resources and nodes, in the order of the graph; probes and repetitions left out. */
function stepsOf(graph: Element): Step[] {
  const steps: Step[] = [];
  const synapses = graph.elements("synapse").map((synapse) => synapse.first("action_set"));
  for (const action of synapses.flatMap((set) => set?.elements() ?? [])) {
    const node = action.get("on_node") ?? "";
    const operation = action.get("operation") ?? "";
    if (action.name === "rsc_op" && operation !== "monitor" && operation !== "notify") {
      steps.push({ resource: action.first("primitive")?.id ?? "", operation, node });
    } else if (action.name === "crm_event" && operation === "stonith") {
      steps.push({ resource: `node ${node}`, operation: "fence", node });
    }
  }
  return steps.sort(
    (a, b) =>
      ORDER.indexOf(a.operation) - ORDER.indexOf(b.operation) ||
      byCodePoint(a.resource, b.resource),
  );
}

const ORDER = ["fence", "demote", "stop", "migrate_to", "migrate_from", "start", "promote"];

/** Services that are interrupted, and for how long by what their operations took so far. */
function outageLines(cib: Element, steps: readonly Step[]): string[] {
  const stopped = [...new Set(steps.filter((s) => s.operation === "stop").map((s) => s.resource))];
  if (stopped.length === 0) return [];
  const lines = ["", "Services that would be stopped:"];
  for (const resource of stopped.sort(byCodePoint)) {
    const own = steps.filter((step) => step.resource === resource);
    const again = own.some((step) => step.operation === "start");
    const stop = tookMs(cib, resource, "stop");
    const start = tookMs(cib, resource, "start");
    if (!again) lines.push(`  ${resource}, and not started again`);
    else if (stop === null && start === null) {
      lines.push(`  ${resource}, for a time that nothing is known of`);
    } else lines.push(`  ${resource}, for about ${seconds((stop ?? 0) + (start ?? 0))}`);
  }
  return lines;
}

function seconds(ms: number): string {
  return ms < 1000 ? "less than a second" : `${Math.round(ms / 1000)} seconds`;
}

/** The longest time that an operation of a resource took, on any node; null when it never ran. */
function tookMs(cib: Element, resource: string, operation: string): number | null {
  let longest: number | null = null;
  for (const history of cib.first("status")?.descendants("lrm_resource") ?? []) {
    if (history.id !== resource) continue;
    for (const op of history.elements("lrm_rsc_op")) {
      const took = Number(op.get("exec-time") ?? "");
      if (op.get("operation") !== operation || !Number.isFinite(took)) continue;
      longest = Math.max(longest ?? 0, took);
    }
  }
  return longest;
}
