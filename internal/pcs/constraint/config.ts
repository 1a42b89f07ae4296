import { constraintsOf } from "../cib/sections.ts";
import { typedArgument } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJsonPretty } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { commandList } from "../frame/output.ts";
import { CommandLineError } from "../frame/report.ts";
import { indent } from "../frame/text.ts";
import { type RuleStatusOf, ruleStatusAt } from "../rule/data.ts";
import { constraintCommands } from "./commands.ts";
import {
  type ConstraintsData,
  constraintsOfResources,
  noConstraints,
  readConstraints,
  withoutExpired,
} from "./data.ts";
import { constraintsText, locationByNode, locationByResource } from "./text.ts";

/** The constraints of the CIB; rules are judged by the time of the call unless told otherwise. */
export async function loadConstraints(
  context: PcsContext,
  statusOf: RuleStatusOf | null = null,
): Promise<ConstraintsData> {
  const cib = await context.cib();
  return readConstraints(constraintsOf(cib), statusOf ?? ruleStatusAt(cib, context.env.nowMs));
}

/** `constraint [config]`. */
export async function constraintConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--output-format", "--full", "--all"]);
  if (argv.length > 0) throw new CommandLineError();
  options.outputFormat();
  printConstraints(context, options, await loadConstraints(context));
}

/** `constraint order|colocation|ticket config`: the constraints of one kind. */
export async function kindConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
  kind: "order" | "colocation" | "ticket",
): Promise<void> {
  options.allowOnly(["-f", "--output-format", "--full"]);
  if (argv.length > 0) throw new CommandLineError();
  options.outputFormat();
  const data = await loadConstraints(context);
  const set = `${kind}_set` as const;
  printConstraints(context, options, { ...noConstraints(), [kind]: data[kind], [set]: data[set] });
}

function printConstraints(context: PcsContext, options: Options, all: ConstraintsData): void {
  const data = options.has("--all") ? all : withoutExpired(all);
  const format = options.outputFormat();
  if (format === "json") {
    if (options.has("--full")) {
      throw new CommandLineError("Option '--full' is not compatible with 'json' output format.");
    }
    context.print(pythonJsonPretty(data));
  } else if (format === "cmd") {
    const commands = constraintCommands(data, (text) => context.report.warning(text));
    context.print(commandList(commands));
  } else context.print(...constraintsText(data, options.has("--full")).filter((l) => l !== ""));
}

/** `constraint location config [resources [RESOURCE...] | nodes [NODE...]]`. */
export async function locationConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--output-format", "--full", "--all"]);
  const [grouping, ...items] = argv;
  const format = options.outputFormat();
  if (grouping !== undefined && grouping !== "resources" && grouping !== "nodes") {
    throw new CommandLineError(
      `Unknown keyword '${grouping}'. Allowed keywords: 'nodes', 'resources'`,
    );
  }
  if (grouping !== undefined && format !== "text") {
    throw new CommandLineError(
      "Output formats other than 'text' are not supported together with grouping and filtering " +
        "by nodes or resources",
    );
  }
  const loaded = await loadConstraints(context);
  const all = options.has("--all") ? loaded : withoutExpired(loaded);
  const data = { ...noConstraints(), location: all.location, location_set: all.location_set };
  const full = options.has("--full");
  if (grouping === undefined) printConstraints(context, options, data);
  else if (grouping === "resources") {
    const shown = items.length > 0 ? ofResources(data, items) : data;
    printLocation(context, locationByResource(shown.location, full));
  } else {
    const shown = data.location.filter(
      ({ attributes }) => items.length === 0 || items.includes(attributes.node ?? ""),
    );
    if (shown.some(({ attributes }) => attributes.rules.length > 0)) {
      context.report.warning("Constraints with rules are not displayed.");
    }
    printLocation(context, locationByNode(shown, full));
  }
}

function ofResources(data: ConstraintsData, items: string[]): ConstraintsData {
  const typed = items.map((item) => typedArgument(item, ["resource", "regexp"], "resource"));
  const of = (type: string) => new Set(typed.filter(([t]) => t === type).map(([, value]) => value));
  return constraintsOfResources(data, of("resource"), of("regexp"));
}

function printLocation(context: PcsContext, lines: string[]): void {
  if (lines.length > 0) context.print("Location Constraints:", ...indent(lines));
}
