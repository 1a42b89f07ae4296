import { diffCib } from "../../cib/mod.ts";
import { type Element, parseXml, printXml } from "../../xml/mod.ts";
import type { PcsContext } from "../frame/context.ts";
import { type Options, timeoutSeconds } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { formatList, formatOptional, plural } from "../frame/text.ts";
import { checkMovable, moveCommand, refusal, wasMoved } from "./move.ts";
import { touchedResources } from "./simulation.ts";
import { type RunningState, runningState, stateOf } from "./state.ts";

interface Move {
  id: string;
  node: string | null;
  strict: boolean;
  before: RunningState;
}

/**
 * `resource move ID [NODE]`: a location constraint moves the resource and is taken back when the
 * resource has settled. Before each step a simulation makes sure that it has the effect wanted and
 * that the resource will stay.
 */
export async function moveCleanVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--promoted", "--strict", "--wait"], "0.12");
  const [id, node = null, ...more] = argv;
  if (id === undefined) throw new CommandLineError("must specify a resource to move");
  if (more.length > 0) throw new CommandLineError();
  const waitText = options.waitText();
  if (waitText !== null && timeoutSeconds(waitText) === null) {
    throw new CommandLineError(`'${waitText}' is not a valid interval value`);
  }
  const wait = Math.max(options.waitSeconds(), 0);
  context.requireLive();
  const promoted = options.has("--promoted");
  await checkMovable(context, id, node, promoted, "move");
  const before = await runningState(context);
  if (before.isManaged(id) === false) throw new LibraryError(error(`'${id}' is unmanaged`));
  const roles = before.nodesByRole(id);
  if (!roles.has("Started") && !roles.has("Promoted")) {
    throw new LibraryError(
      error(
        `It is not possible to move resource '${id}' as it is not running at the moment, use 'pcs ` +
          "resource move-with-constraint' or 'pcs constraint location' commands instead",
      ),
    );
  }
  const original = await context.cib();
  const moved = await withConstraint(context, original, id, node, promoted);
  const cleared = await withoutConstraint(context, moved, id, node, promoted);
  if (diffCib(original, moved) === null || diffCib(moved, cleared) === null) {
    context.report.info("No action necessary, requested change would have no effect");
    return;
  }
  const move: Move = { id, node, strict: options.has("--strict"), before };
  await tryOut(context, move, moved, cleared);
  await store(context, original, moved);
  if (context.dryRun) return;
  context.report.info(`Location constraint to move resource '${id}' has been created`);
  await context.waitForIdle(wait);
  await checkSettled(context, move, moved, cleared);
  await store(context, moved, cleared);
  context.report.info(`Location constraint created to move resource '${id}' has been removed`);
  await context.waitForIdle(wait);
  const after = await runningState(context);
  const good = wasMoved(id, node, before, after);
  context.report.add({ severity: good ? "info" : "error", text: after.describe(id) });
  if (!good) throw new LibraryError();
}

function parsed(text: string): Element {
  const result = parseXml(text);
  if (!result.ok) throw new LibraryError(error("unable to get cib"));
  return result.value;
}

async function withConstraint(
  context: PcsContext,
  cib: Element,
  id: string,
  node: string | null,
  promoted: boolean,
): Promise<Element> {
  const argv = moveCommand("move", id, node, promoted);
  const run = await context.env.toolOnCopy(printXml(cib), argv);
  if (run.code !== 0) throw new LibraryError(error(refusal(id, run, "move")));
  return parsed(run.cib);
}

async function withoutConstraint(
  context: PcsContext,
  cib: Element,
  id: string,
  node: string | null,
  promoted: boolean,
): Promise<Element> {
  const argv = moveCommand("clear", id, node, promoted);
  const run = await context.env.toolOnCopy(printXml(cib), argv);
  if (run.code === 0) return parsed(run.cib);
  const said = `${run.stdout}\n${run.stderr}`.split("\n").filter((line) => line.trim() !== "");
  throw new LibraryError(error([`cannot clear resource '${id}'`, ...said].join("\n")));
}

async function store(context: PcsContext, from: Element, to: Element): Promise<void> {
  const written = await context.env.cib.write(from, to);
  if (!written.ok) throw new LibraryError(error(`Unable to update cib\n${written.error}\n`));
}

async function simulate(context: PcsContext, cib: Element) {
  const run = await context.env.simulate(printXml(cib));
  if (run.ok) return run.value;
  throw new LibraryError(
    error(`Unable to simulate changes in CIB${formatOptional(run.error, ": {}")}`),
  );
}

/** Before anything is done: the constraint moves the resource, and taking it back leaves it. */
async function tryOut(
  context: PcsContext,
  move: Move,
  moved: Element,
  cleared: Element,
): Promise<void> {
  const simulation = await simulate(context, moved);
  if (move.strict) {
    const others = touchedResources(simulation.graph).filter((id) => id !== move.id);
    if (others.length > 0) {
      throw new LibraryError(
        error(
          `Moving resource '${move.id}' affects ${plural(others, "resource")}: ${formatList(others)}`,
        ),
      );
    }
  }
  await ensureStays(context, move, parsed(simulation.cib), [moved, cleared], false);
}

async function checkSettled(
  context: PcsContext,
  move: Move,
  moved: Element,
  cleared: Element,
): Promise<void> {
  const now = await context.env.cib.read();
  if (!now.ok) throw new LibraryError(error(now.error));
  await ensureStays(context, move, now.value, [moved, cleared], true);
}

async function ensureStays(
  context: PcsContext,
  move: Move,
  cib: Element,
  [moved, cleared]: [Element, Element],
  constraintIsThere: boolean,
): Promise<void> {
  const state = await stateOf(cib, context.env.nowMs);
  if (!wasMoved(move.id, move.node, move.before, state)) {
    throw new LibraryError(
      error(
        `Unable to move resource '${move.id}' using a location constraint. Current location of the ` +
          "resource may be affected by some other constraint.",
      ),
    );
  }
  const { graph } = await simulate(context, takeBack(cib, moved, cleared));
  const touched = touchedResources(graph);
  if (move.strict ? touched.length === 0 : !touched.includes(move.id)) return;
  const others = move.strict ? " or other resources" : "";
  const text =
    `Unable to ensure that moved resource '${move.id}'${others} will stay on the same node after ` +
    "a constraint used for moving it is removed.";
  const left =
    " The constraint to move the resource has not been removed from configuration. Consider " +
    "removing it manually. Be aware that removing the constraint may cause resources to move to " +
    `other nodes. Run 'pcs resource clear ${move.id}${formatOptional(move.node, " {}")}' to remove ` +
    "the constraint.";
  throw new LibraryError(error(text + (constraintIsThere ? left : "")));
}

/** The CIB without the constraints that clearing removed. */
function takeBack(cib: Element, moved: Element, cleared: Element): Element {
  const copy = cib.clone();
  for (const constraint of moved.descendants("rsc_location")) {
    if (cleared.byId(constraint.id) === null) copy.byId(constraint.id)?.remove();
  }
  return copy;
}
