import type { Element } from "../../xml/mod.ts";
import { upgradeInPlace } from "../cib/upgrade.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { timeoutSeconds } from "../frame/options.ts";
import { byCodePoint } from "../frame/text.ts";
import { deprecateWait } from "./wait.ts";

/*
 * What the older verbs (update, op, meta, clone, group remove) do their own way, down to the
 * wording.
 */

/** The CIB, of a schema that knows `on-fail=demote` where the options of an operation hold it. */
export async function cibForOperations(
  context: PcsContext,
  operations: readonly (readonly string[])[],
): Promise<Element> {
  const demote = operations.some((words) =>
    looseOptions(words).some(([name, value]) => name === "on-fail" && value === "demote"),
  );
  if (demote) await upgradeInPlace(context, [3, 4]);
  return context.cib();
}

/** `name=value` words; words without `=` are passed over. */
export function looseOptions(argv: readonly string[]): [string, string][] {
  return argv.flatMap((word): [string, string][] => {
    const at = word.indexOf("=");
    return at < 0 ? [] : [[word.slice(0, at), word.slice(at + 1)]];
  });
}

/** Checks `--wait` and says that it will go; seconds as {@link Options.waitSeconds}. */
export function legacyWait(context: PcsContext, options: Options): number {
  if (!options.has("--wait")) return -1;
  deprecateWait(context, options);
  if (!context.env.cib.live) context.die("Cannot use '-f' together with '--wait'");
  const text = options.waitText();
  if (text === null) return 0;
  return timeoutSeconds(text) ?? context.die(`${text} is not a valid number of seconds to wait`);
}

/** Waits for the cluster to settle and says where the resource runs, if one is named. */
export async function finishWait(
  context: PcsContext,
  seconds: number,
  id: string | null,
): Promise<void> {
  if (seconds < 0 || context.dryRun) return;
  const argv = ["crm_resource", "--wait"];
  if (seconds > 0) argv.push(`--timeout=${seconds}`);
  const run = await context.env.tool(argv);
  const message = id === null ? "" : await whereItRuns(context, id);
  if (run.code === 0) {
    if (message !== "") context.writeError(`${message}\n`);
    return;
  }
  const output = run.stderr + run.stdout;
  const parts = [
    run.code === 124 ? "waiting timeout" : "",
    message,
    output === "" ? "" : `\n${output}`,
  ];
  context.die(
    parts
      .filter((part) => part !== "")
      .join("\n")
      .trim(),
  );
}

async function whereItRuns(context: PcsContext, id: string): Promise<string> {
  const { runningState } = await import("./state.ts");
  const roles = (await runningState(context)).nodesByRole(id);
  const parts = [
    ["Started", "running"],
    ["Promoted", "promoted"],
    ["Unpromoted", "unpromoted"],
  ].flatMap(([role, label]) => {
    const nodes = roles.get(role!) ?? [];
    if (nodes.length === 0) return [];
    return [`${label} on node${nodes.length > 1 ? "s" : ""} ${nodes.join(", ")}`];
  });
  if (parts.length === 0) return `Resource '${id}' is not running on any node`;
  return `Resource '${id}' is ${parts.join("; ")}.`;
}

/** First primitive, group, clone or old master of that id, in that order of kinds. */
export function anyResource(resources: Element, id: string): Element | null {
  for (const kind of ["primitive", "group", "clone", "master"]) {
    const found = resources.byId(id, kind);
    if (found !== null) return found;
  }
  return null;
}

/** An operation on one line, as error messages show it. */
export function operationText(op: Element): string {
  const options = [...op.entries()]
    .filter(([name]) => name !== "id" && name !== "name")
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, value]) => `${name}=${value}`);
  const pairs = op
    .descendants("nvpair")
    .map((pair) => `${pair.get("name") ?? ""}=${pair.get("value") ?? ""}`);
  return [op.get("name") ?? "", ...options, ...pairs, `(${op.id})`].join(" ");
}
