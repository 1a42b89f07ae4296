import type { Element } from "../../xml/mod.ts";
import { notFound, unexpectedType } from "../cib/find.ts";
import { elementsById, IdProvider } from "../cib/ids.ts";
import { nvsetValue } from "../cib/nvset.ts";
import {
  applyRemoval,
  planRemoval,
  REMOVABLE,
  type Removal,
  removalReports,
} from "../cib/remove.ts";
import { resourcesOf } from "../cib/sections.ts";
import { requireUnique } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError, type Report } from "../frame/report.ts";
import { byCodePoint, formatList, plural } from "../frame/text.ts";
import { warnUnsupportedBundles } from "./config.ts";
import { isRemoteConnection } from "./remote-nodes.ts";
import { disable, isResource, isStonithElement } from "./tree.ts";

/** `resource delete ID...`. */
export function removeVerb(context: PcsContext, argv: string[], options: Options): Promise<void> {
  return removeResources(context, argv, options, false);
}

/** `stonith delete ID...`. */
export function removeStonithVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  return removeResources(context, argv, options, true);
}

async function removeResources(
  context: PcsContext,
  argv: string[],
  options: Options,
  stonith: boolean,
): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  if (argv.length === 0) throw new CommandLineError();
  requireUnique(argv);
  const cib = await context.cib();
  warnUnsupportedBundles(context, cib);
  checkSort(cib, argv, stonith);
  await removeElements(context, argv, options.force);
}

/** All ids must be resources, and of the sort that the command is for. */
function checkSort(cib: Element, ids: string[], stonith: boolean): void {
  const resources = resourcesOf(cib);
  const all = [...resources.walk()].filter(isResource);
  const known = new Map(all.map((element) => [element.id, element]));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    const what = stonith ? "stonith resource" : "resource";
    throw new CommandLineError(`Unable to find ${plural(missing, what)}: ${formatList(missing)}`);
  }
  const wrong = ids.filter((id) => isStonithElement(known.get(id)!) !== stonith);
  if (wrong.length === 0) return;
  throw new CommandLineError(
    stonith
      ? `This command cannot remove ${plural(wrong, "resource")}: ${formatList(wrong)}. Use 'pcs ` +
          "resource remove' instead."
      : `This command cannot remove stonith ${plural(wrong, "resource")}: ${formatList(wrong)}. ` +
          "Use 'pcs stonith remove' instead.",
  );
}

/**
 * Removes elements and all that depends on them. In a running cluster resources are stopped first,
 * so that nothing of them is left behind.
 */
export async function removeElements(
  context: PcsContext,
  ids: readonly string[],
  force: boolean,
): Promise<void> {
  const { report } = context;
  const cib = await context.cib();
  const removal = planRemoval(cib, ids);
  report.all(checkRemoval(cib, removal));
  report.stopOnErrors();
  report.all(removalReports(removal));
  const resources = removal.ids
    .slice()
    .sort(byCodePoint)
    .flatMap((id) => elementsById(cib, id))
    .filter(isResource);
  const now = await stopFirst(context, cib, resources, force);
  applyRemoval(now, removal);
  await context.pushCib();
}

function checkRemoval(cib: Element, removal: Removal): Report[] {
  const reports = removal.missing.sort(byCodePoint).map((id) => notFound(id, []));
  for (const id of removal.unsupported.sort(byCodePoint)) {
    reports.push(unexpectedType(id, REMOVABLE));
  }
  for (const id of [...removal.ids].sort(byCodePoint)) {
    const element = elementsById(cib, id)[0];
    if (element?.name !== "primitive") continue;
    // The quote that is never closed is the original's.
    const command = (kind: string) =>
      error(
        `this command is not sufficient for removing a ${kind} node: '${id}, use 'pcs cluster ` +
          `node remove-${kind}'`,
      );
    if ((nvsetValue(element, "meta_attributes", "remote-node") ?? "") !== "") {
      reports.push(command("guest"));
    }
    if (isRemoteConnection(element)) reports.push(command("remote"));
  }
  return reports;
}

async function stopFirst(
  context: PcsContext,
  cib: Element,
  resources: Element[],
  force: boolean,
): Promise<Element> {
  const { report } = context;
  if (resources.length === 0 || !context.env.cib.live || context.dryRun) return cib;
  if (force) {
    report.warning(
      "Resources are not going to be stopped before deletion, this may result in orphaned " +
        "resources being present in the cluster",
    );
    return cib;
  }
  const ids = resources.map(({ id }) => id);
  report.info(`Stopping ${plural(ids, "resource")} ${formatList(ids)} before deleting`);
  const { runningState } = await import("./state.ts");
  const before = await runningState(context);
  for (const id of ids) {
    if (before.isManaged(id) === false) report.warning(`'${id}' is unmanaged`);
  }
  const provider = new IdProvider(cib);
  for (const element of resources) disable(element, provider);
  await context.pushCib();
  await context.waitForIdle(0);
  const after = await runningState(context);
  const running = ids.filter((id) => after.nodesByRole(id, false).size > 0);
  if (running.length > 0) {
    report.error(
      `Cannot stop ${plural(running, "resource")} ${formatList(running)} before deleting`,
      "--force",
    );
    throw new LibraryError();
  }
  return context.cib();
}
