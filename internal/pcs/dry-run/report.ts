import { type Element, printXml } from "../../xml/mod.ts";
import type { ChangedFile, DryRun } from "./environment.ts";
import { lineDiff } from "./lines.ts";
import { transitionLines } from "./transition.ts";

/** Everything that a verb would have done, as text. */
export async function dryRunReport(run: DryRun, nowMs: number): Promise<string[]> {
  const changes = await cibLines(run);
  const parts = [changes, ...run.files.map(fileLines), stepLines(run.steps)];
  if (changes.length > 0 || run.foreseen.length > 0) parts.push(await outlookLines(run, nowMs));
  return joined(parts.filter((part) => part.length > 0));
}

function joined(parts: string[][]): string[] {
  if (parts.length === 0) parts.push(["Nothing would change."]);
  parts.push(["Dry run: nothing was done."]);
  return parts.flatMap((part, i) => (i === 0 ? part : ["", ...part]));
}

async function cibLines(run: DryRun): Promise<string[]> {
  const cib = run.cib();
  if (cib === null || cib.after === null) return [];
  const { before, after } = cib;
  const { diffCib } = await import("../../cib/mod.ts");
  const changes = diffCib(before, after)?.elements("change") ?? [];
  const lines = changes.flatMap((change) => changeLines(change, before));
  if (lines.length === 0) return [];
  return ["Changes of the configuration:", ...lines.map((line) => `  ${line}`)];
}

function fileLines({ path, before, after }: ChangedFile): string[] {
  const changes = lineDiff(before, after);
  if (changes.length === 0) return [];
  return [`Changes of ${path}:`, ...changes.map((line) => `  ${line}`)];
}

function stepLines(steps: readonly string[]): string[] {
  return steps.length === 0 ? [] : ["This command would:", ...steps.map((step) => `  ${step}`)];
}

/** What the cluster would do. */
async function outlookLines(run: DryRun, nowMs: number): Promise<string[]> {
  const { foreseen } = run;
  // Where no cluster is there to be asked, none will do anything.
  if (run.cib() === null && !(await run.env.cib.read()).ok) return [];
  const cib = run.cib();
  if (cib === null) return [];
  const here = foreseen.some((each) => each.kind === "shutdown" && each.node === null)
    ? (await run.env.tool(["crm_node", "-n"])).stdout.trim()
    : null;
  const after = cib.after ?? cib.before;
  return transitionLines({ before: cib.before, after, foreseen, here, nowMs });
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
  // Versions count changes, they are none.
  const attributes = (change.first("change-list")?.elements("change-attr") ?? []).filter(
    (attribute) => path !== "/cib" || !VERSIONS.includes(attribute.get("name") ?? ""),
  );
  const parts = attributes.map((attribute) => {
    const name = attribute.get("name") ?? "";
    const was = old?.get(name) ?? null;
    if (attribute.get("operation") === "unset") return `${name}: '${was ?? ""}' removed`;
    const now = attribute.get("value") ?? "";
    return was === null ? `${name}: '${now}' added` : `${name}: '${was}' becomes '${now}'`;
  });
  return parts.map((part) => `~ ${shortPath(path)} ${part}`);
}

const VERSIONS = ["admin_epoch", "epoch", "num_updates"];

function elementAt(root: Element, path: string): Element | null {
  const id = /\[@id='([^']*)'\]$/.exec(path)?.[1];
  return id === undefined ? null : root.byId(id);
}
