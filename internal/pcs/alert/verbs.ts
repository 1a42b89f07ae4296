import { Element } from "../../xml/mod.ts";
import { requiredOptions } from "../checks/mod.ts";
import { findElement } from "../cib/find.ts";
import { checkId, IdProvider } from "../cib/ids.ts";
import { arrangeFirstNvset } from "../cib/nvset.ts";
import { ensureSection } from "../cib/sections.ts";
import { groupByKeywords, KeyValues, keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, forceable, LibraryError, type Report } from "../frame/report.ts";
import { alertLines, exportAlerts } from "./data.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

/** What the user wants of an alert or recipient. */
interface Wanted {
  main: Map<string, string>;
  options: Map<string, string>;
  meta: Map<string, string>;
}

function parseWanted(argv: readonly string[], names: readonly string[]): Wanted {
  const groups = groupByKeywords(argv, ["options", "meta"], "main");
  const main = new KeyValues(groups.flat("main"));
  main.allowOnly(names);
  return {
    main: main.unique(),
    options: keyValues(groups.flat("options")),
    meta: keyValues(groups.flat("meta")),
  };
}

/** `alert [config]`. */
export async function alertConfig(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  context.print(...alertLines(exportAlerts(await context.cib())));
}

/** `alert get_all_alerts`, for pcsd. */
export async function alertData(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  context.print(pythonJson(exportAlerts(await context.cib())));
}

/** `alert create`. */
export async function alertCreate(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  const wanted = parseWanted(argv, ["id", "description", "path"]);
  const path = wanted.main.get("path") ?? "";
  const chosen = wanted.main.get("id") ?? "";
  const cib = await context.cib();
  const ids = new IdProvider(cib);
  const reports = path === "" ? [requiredOptions(["path"])] : [];
  reports.push(...checkNewId(ids, chosen, "alert-id"));
  failOn(context, reports);
  const alert = new Element("alert", { id: chosen === "" ? ids.allocate("alert") : chosen, path });
  ensureSection(cib, "alerts").append(alert);
  describe(alert, wanted.main.get("description"));
  arrange(alert, wanted, ids);
  await context.pushCib();
}

/** `alert update`. */
export async function alertUpdate(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [id, ...rest] = argv;
  if (id === undefined) throw new CommandLineError();
  const wanted = parseWanted(rest, ["description", "path"]);
  const cib = await context.cib();
  const alert = find(cib, "alert", id);
  const path = wanted.main.get("path") ?? "";
  if (path !== "") alert.set("path", path);
  describe(alert, wanted.main.get("description"));
  arrange(alert, wanted, new IdProvider(cib));
  await context.pushCib();
}

/** `alert recipient add`. */
export async function recipientAdd(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  const [alertId, ...rest] = argv;
  if (alertId === undefined || rest.length === 0) throw new CommandLineError();
  const wanted = parseWanted(rest, ["description", "id", "value"]);
  const value = wanted.main.get("value") ?? "";
  const chosen = wanted.main.get("id") ?? "";
  const cib = await context.cib();
  const ids = new IdProvider(cib);
  const alert = find(cib, "alert", alertId);
  failOn(context, [
    ...(value === "" ? [requiredOptions(["value"])] : []),
    ...checkNewId(ids, chosen, "recipient-id"),
    ...checkUnique(alert, value, chosen, options.force),
  ]);
  const id = chosen === "" ? ids.allocate(`${alert.id}-recipient`) : chosen;
  const recipient = alert.append(new Element("recipient", { id, value }));
  describe(recipient, wanted.main.get("description"));
  arrange(recipient, wanted, ids);
  await context.pushCib();
}

/** `alert recipient update`. */
export async function recipientUpdate(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  const [id, ...rest] = argv;
  if (id === undefined) throw new CommandLineError();
  const wanted = parseWanted(rest, ["description", "value"]);
  const value = wanted.main.get("value");
  const cib = await context.cib();
  const recipient = find(cib, "recipient", id);
  if (value !== undefined) {
    if (value === "") failOn(context, [error("Recipient value '' is not valid.")]);
    failOn(context, checkUnique(recipient.parent!, value, recipient.id, options.force));
    recipient.set("value", value);
  }
  describe(recipient, wanted.main.get("description"));
  arrange(recipient, wanted, new IdProvider(cib));
  await context.pushCib();
}

/** `alert delete`. */
export const alertRemove = (...args: Arguments): Promise<void> => removeAll("alert", ...args);

/** `alert recipient delete`. */
export const recipientRemove = (...args: Arguments): Promise<void> =>
  removeAll("recipient", ...args);

type Kind = "alert" | "recipient";

/** Removes what there is; anything missing stops the whole. */
async function removeAll(kind: Kind, ...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  const alerts = ensureSection(await context.cib(), "alerts");
  const reports: Report[] = [];
  for (const id of argv) {
    const found = findElement(alerts, [kind], id);
    if (found.element === null) reports.push(...found.reports);
    else found.element.remove();
  }
  failOn(context, reports);
  await context.pushCib();
}

function failOn(context: PcsContext, reports: readonly Report[]): void {
  context.report.all(reports);
  if (context.report.hasErrors) throw new LibraryError();
}

function find(cib: Element, kind: Kind, id: string): Element {
  const found = findElement(ensureSection(cib, "alerts"), [kind], id);
  if (found.element === null) throw new LibraryError(found.reports);
  return found.element;
}

function checkNewId(ids: IdProvider, id: string, description: string): Report[] {
  if (id === "") return [];
  return [...checkId(id, description), ...ids.book(id)];
}

/** Reports a value that another recipient of the alert has. */
function checkUnique(alert: Element, value: string, id: string, forced: boolean): Report[] {
  const same = alert
    .elements("recipient")
    .some((other) => other.get("value") === value && other.id !== id);
  if (!same) return [];
  return [forceable(forced, `Recipient '${value}' in alert '${alert.id}' already exists`)];
}

function describe(element: Element, description: string | undefined): void {
  if (description === undefined) return;
  if (description === "") element.unset("description");
  else element.set("description", description);
}

function arrange(element: Element, { options, meta }: Wanted, ids: IdProvider): void {
  arrangeFirstNvset(element, "instance_attributes", options, ids);
  arrangeFirstNvset(element, "meta_attributes", meta, ids);
}
