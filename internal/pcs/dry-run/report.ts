import { type Element, printXml } from "../../xml/mod.ts";
import { byCodePoint } from "../frame/text.ts";
import type { DryRun } from "./environment.ts";
import { lineDiff } from "./lines.ts";

/** Everything that a verb would have done, as text. */
export async function dryRunReport(run: DryRun, nowMs: number): Promise<string[]> {
  const lines: string[] = [];
  const cib = run.cib();
  if (cib !== null) lines.push(...(await cibLines(cib.before, cib.after, nowMs)));
  for (const { path, before, after } of run.files) {
    const changes = lineDiff(before, after);
    if (changes.length === 0) continue;
    if (lines.length > 0) lines.push("");
    lines.push(`Changes of ${path}:`, ...changes.map((line) => `  ${line}`));
  }
  if (lines.length === 0) lines.push("Nothing would change.");
  lines.push("", "Dry run: nothing was done.");
  return lines;
}

async function cibLines(before: Element, after: Element, nowMs: number): Promise<string[]> {
  const { diffCib } = await import("../../cib/mod.ts");
  const patch = diffCib(before, after);
  const changes = (patch?.elements("change") ?? []).flatMap((change) =>
    changeLines(change, before),
  );
  if (changes.length === 0) return [];
  return [
    "Changes of the configuration:",
    ...changes.map((line) => `  ${line}`),
    "",
    ...(await transitionLines(before, after, nowMs)),
  ];
}

/** A path of the patchset without what all of them begin with. */
function shortPath(path: string): string {
  return path.replace(/^\/cib(\/configuration)?\/?/, "") || "cib";
}

function changeLines(change: Element, before: Element): string[] {
  const path = change.get("path") ?? "";
  const operation = change.get("operation");
  if (operation === "delete") return [`- ${shortPath(path)}`];
  if (operation === "move") return [`> ${shortPath(path)}, to place ${change.get("position")}`];
  if (operation === "create") {
    const created = change.first();
    if (created === null) return [];
    const text = printXml(created, { pretty: true }).trimEnd().split("\n");
    return [`+ in ${shortPath(path)}:`, ...text.map((line) => `+   ${line}`)];
  }
  const old = elementAt(before, path);
  const attributes = change.first("change-list")?.elements("change-attr") ?? [];
  const parts = attributes.map((attribute) => {
    const name = attribute.get("name") ?? "";
    const was = old?.get(name) ?? null;
    if (attribute.get("operation") === "unset") return `${name}: '${was ?? ""}' removed`;
    const now = attribute.get("value") ?? "";
    return was === null ? `${name}: '${now}' added` : `${name}: '${was}' becomes '${now}'`;
  });
  return parts.map((part) => `~ ${shortPath(path)} ${part}`);
}

function elementAt(root: Element, path: string): Element | null {
  const id = /\[@id='([^']*)'\]$/.exec(path)?.[1];
  return id === undefined ? null : root.byId(id);
}

interface Step {
  resource: string;
  operation: string;
  node: string;
}

async function transitionLines(before: Element, after: Element, nowMs: number): Promise<string[]> {
  const [{ upgradeCib }, { schedule }] = await Promise.all([
    import("../../cib/mod.ts"),
    import("../../scheduler/mod.ts"),
  ]);
  const plan = (cib: Element) => {
    const upgraded = upgradeCib(cib);
    return stepsOf(schedule(upgraded.ok ? upgraded.value : cib, { nowMs }).graph);
  };
  const key = (step: Step) => `${step.operation} ${step.resource} ${step.node}`;
  // What the cluster is about to do anyway is no consequence of the change.
  const anyway = new Set(plan(before).map(key));
  const steps = plan(after).filter((step) => !anyway.has(key(step)));
  if (steps.length === 0) return ["The cluster would do nothing."];
  const lines = ["The cluster would then:"];
  for (const { resource, operation, node } of steps) {
    lines.push(`  ${operation} ${resource} on ${node}`);
  }
  return [...lines, ...outageLines(after, steps)];
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
