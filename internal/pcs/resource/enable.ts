import type { Element } from "../../xml/mod.ts";
import { notFound, RESOURCE_TAGS } from "../cib/find.ts";
import { IdProvider } from "../cib/ids.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { byCodePoint, formatList, plural } from "../frame/text.ts";
import { leftBehind, touchedResources } from "./simulation.ts";
import { findTagged, refuseStonith } from "./sort.ts";
import { runningState } from "./state.ts";
import {
  allInnerResources,
  innerResource,
  isAnyClone,
  isBundle,
  isStonithElement,
  setMeta,
} from "./tree.ts";
import { deprecateWait, expectState } from "./wait.ts";

/** `resource enable ID...`. */
export async function enableVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "-f"]);
  if (argv.length === 0) throw new CommandLineError("You must specify resource(s) to enable");
  await refuseStonith(context, argv, "pcs stonith enable");
  await enableResources(context, argv, options);
}

/** Lets resources run again, and clones or bundles around them. */
export async function enableResources(
  context: PcsContext,
  ids: string[],
  options: Options,
): Promise<void> {
  deprecateWait(context, options);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const cib = await context.cib();
  const { elements, reports } = findTagged(cib, ids);
  context.report.all(reports);
  const all = new Set(elements.flatMap(withWhatHoldsItBack));
  await setTargetRole(context, cib, [...all], "");
  await context.pushCib(wait);
  if (wait >= 0) {
    await expectState(
      context,
      elements.map(({ id }) => id),
      true,
    );
  }
}

/** Everything that must be enabled for a resource to run. */
function withWhatHoldsItBack(element: Element): Element[] {
  if (isBundle(element) || isAnyClone(element)) {
    const inner = innerResource(element);
    return inner === null ? [element] : [element, inner];
  }
  const parent = element.parent;
  const held = parent !== null && (isAnyClone(parent) || isBundle(parent));
  return held ? [element, parent] : [element];
}

/** Sets or clears the wish to be stopped; a resource the cluster does not know is an error. */
async function setTargetRole(
  context: PcsContext,
  cib: Element,
  elements: readonly Element[],
  role: string,
): Promise<void> {
  const state = await runningState(context);
  const ids = new IdProvider(cib);
  for (const element of elements) {
    const managed = state.isManaged(element.id);
    if (managed === null) {
      context.report.add(notFound(element.id, RESOURCE_TAGS));
      continue;
    }
    if (!managed) context.report.warning(`'${element.id}' is unmanaged`);
    setMeta(element, "target-role", role, ids);
  }
  context.report.stopOnErrors();
}

/** `resource disable ID... [--safe [--brief] [--no-strict]] [--simulate [--brief]]`. */
export async function disableVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  if (argv.length === 0) throw new CommandLineError("You must specify resource(s) to disable");
  await refuseStonith(context, argv, "pcs stonith disable");
  await disableResources(context, argv, options);
}

/** Stops resources and keeps them stopped, if asked only when nothing else would suffer. */
export async function disableResources(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--brief", "--safe", "--simulate", "--no-strict", "--wait"]);
  options.notTogether("-f", "--simulate", "--wait");
  options.notWith("--simulate", ["-f", "--safe", "--wait"]);
  options.notWith("--safe", ["-f", "--simulate"]);
  options.notWith("--no-strict", ["-f"]);
  if (argv.length === 0) throw new CommandLineError("You must specify resource(s) to disable");
  if (options.has("--simulate")) return simulateDisable(context, argv, options);
  if (options.has("--safe") || options.has("--no-strict")) {
    return disableSafely(context, argv, options);
  }
  if (options.has("--brief")) {
    throw new CommandLineError("'--brief' cannot be used without '--simulate' or '--safe'");
  }
  deprecateWait(context, options);
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  await markDisabled(context, argv);
  await context.pushCib(wait);
  if (wait >= 0) await expectState(context, argv, false);
}

async function markDisabled(context: PcsContext, ids: readonly string[]): Promise<Element[]> {
  const cib = await context.cib();
  const { elements, reports } = findTagged(cib, ids);
  context.report.all(reports);
  await setTargetRole(context, cib, elements, "Stopped");
  return elements;
}

interface Effects {
  text: string;
  others: string[];
  disabled: string[];
}

/** What else would stop or be demoted (strictly: be touched at all). */
async function effects(
  context: PcsContext,
  elements: readonly Element[],
  strict: boolean,
): Promise<Effects> {
  const disabled = [...new Set(elements.map(({ id }) => id))].sort(byCodePoint);
  const inner = new Set(elements.flatMap(allInnerResources).map(({ id }) => id));
  const simulation = await context.simulate();
  const touched = strict ? touchedResources(simulation.graph) : leftBehind(simulation.graph);
  const others = touched.filter((id) => !disabled.includes(id) && !inner.has(id));
  return { text: simulation.text, others: others.sort(byCodePoint), disabled };
}

async function simulateDisable(
  context: PcsContext,
  argv: readonly string[],
  options: Options,
): Promise<void> {
  context.requireLive();
  const elements = await markDisabled(context, argv);
  const { text, others } = await effects(context, elements, !options.has("--no-strict"));
  if (options.has("--brief")) context.print(...others);
  else context.print(text);
}

async function disableSafely(
  context: PcsContext,
  argv: readonly string[],
  options: Options,
): Promise<void> {
  deprecateWait(context, options);
  context.requireLive();
  const wait = options.waitSeconds();
  const elements = await markDisabled(context, argv);
  if (elements.some(isStonithElement)) {
    context.report.add(error("This command does not accept stonith resources."));
  }
  const { text, others, disabled } = await effects(context, elements, !options.has("--no-strict"));
  if (others.length > 0) {
    context.report.error(
      `Disabling specified ${plural(disabled, "resource")} would have an effect on ` +
        `${plural(others, "this", "these")} ${plural(others, "resource")}: ${formatList(others)}`,
    );
    if (!options.has("--brief")) context.report.info(`\nSimulation result:\n${text}`);
    throw new LibraryError();
  }
  await context.pushCib(wait);
  if (wait >= 0) await expectState(context, disabled, false);
}

/** `resource safe-disable ID...`: `disable --safe`, unless forced. */
export async function safeDisableVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--brief", "--force", "--no-strict", "--simulate", "--wait"]);
  options.notWith("--force", ["--no-strict", "--simulate"]);
  let rest = options.subset("--wait", "--no-strict", "--simulate", "--brief");
  if (options.force) {
    context.report.warning(
      "option '--force' is specified therefore checks for disabling resource safely will be skipped",
    );
  } else if (!options.has("--simulate")) rest = rest.with("--safe");
  await disableVerb(context, argv, rest);
}
