import { parseDuration } from "../../cib/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { AgentParameter } from "../agent/model.ts";
import {
  checkNames,
  checkValue,
  type Hardness,
  hardness,
  isInteger,
  oneOf,
  type Pairs,
  pacemakerBoolean,
  percentage,
  portNumber,
  scoreValue,
  timeInterval,
  type ValueRule,
} from "../checks/mod.ts";
import { IdProvider, idExists } from "../cib/ids.ts";
import { setPairsInOrder } from "../cib/nvset.ts";
import { crmConfigOf } from "../cib/sections.ts";
import { keyValues, requireUnique } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { type Options, timeoutSeconds } from "../frame/options.ts";
import { CommandLineError, error, forceable, LibraryError, type Report } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import { propertyMetadata, READ_ONLY } from "./metadata.ts";
import { checkWatchdogTimeout } from "./watchdog.ts";

/** `property set NAME=[VALUE]...`; an empty value removes. */
export async function propertySet(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "-f"]);
  if (argv.length === 0) throw new CommandLineError();
  await setProperties(context, keyValues(argv), options.force);
}

/** `property unset NAME...`. */
export async function propertyUnset(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "-f"]);
  if (argv.length === 0) throw new CommandLineError();
  if (!options.force) requireUnique(argv);
  await setProperties(context, new Map(argv.map((name) => [name, ""])), options.force);
}

/** Sets and removes properties, after checking them. */
export async function setProperties(
  context: PcsContext,
  wanted: Pairs,
  forced: boolean,
): Promise<void> {
  const cib = await context.cib();
  const ids = new IdProvider(cib);
  const set = propertySetOf(cib);
  const configured = set.elements("nvpair").map((pair) => pair.get("name") ?? "");
  const metadata = await propertyMetadata(context);
  const known = metadata.filter(({ name }) => !READ_ONLY.includes(name));
  context.report.all(checkRemoved(wanted, configured, set.id, forced));
  context.report.all(checkPropertyNames(wanted, known, forced));
  context.report.all(checkPropertyValues(wanted, known, hardness(forced)));
  const watchdog = wanted.get("stonith-watchdog-timeout");
  const isSet = configured.includes("stonith-watchdog-timeout");
  if (watchdog !== undefined && (watchdog !== "" || isSet)) {
    const pairs = set.elements("nvpair");
    const fed = pairs.some((p) => p.get("name") === "have-watchdog" && p.get("value") === "true");
    context.report.all(await checkWatchdogTimeout(context, watchdog, { forced, fed }));
  }
  context.report.stopOnErrors();
  setPairsInOrder(set, wanted, ids);
  await context.pushCib();
}

const DEFAULT_SET = "cib-bootstrap-options";

/** The first set of properties, made when there is none. */
export function propertySetOf(cib: Element): Element {
  const config = crmConfigOf(cib);
  const existing = config.first("cluster_property_set");
  if (existing !== null) return existing;
  if (idExists(cib, DEFAULT_SET)) {
    throw new LibraryError(
      error(
        `Cannot create default cluster_property_set element, ID '${DEFAULT_SET}' already exists. ` +
          "Find elements with the ID and remove them from cluster configuration.",
      ),
    );
  }
  return config.append(new Element("cluster_property_set", { id: DEFAULT_SET }));
}

function checkRemoved(
  wanted: Pairs,
  configured: readonly string[],
  setId: string,
  forced: boolean,
): Report[] {
  const missing = [...wanted]
    .filter(([name, value]) => value === "" && !configured.includes(name))
    .map(([name]) => name);
  if (missing.length === 0) return [];
  return [
    forceable(
      forced,
      `Cannot remove ${plural(missing, "property")} ${formatList(missing)}, ` +
        `${plural(missing, "it")} ${plural(missing, "is")} not present in property set '${setId}'`,
    ),
  ];
}

/** What Pacemaker does not know may be removed, not set; what it sets itself may be neither. */
function checkPropertyNames(
  wanted: Pairs,
  known: readonly AgentParameter[],
  forced: boolean,
): Report[] {
  const names = known.map(({ name }) => name);
  const readOnly = new Map([...wanted].filter(([name]) => READ_ONLY.includes(name)));
  const others = new Map(
    [...wanted].filter(([name, value]) => !READ_ONLY.includes(name) && value !== ""),
  );
  return [
    ...checkNames(others, names, "cluster property", { hard: hardness(forced) }),
    ...checkNames(readOnly, names, "cluster property"),
  ];
}

const interval: ValueRule = {
  test: (value) =>
    value.startsWith("P") ? parseDuration(value) !== null : timeoutSeconds(value) !== null,
  allowed: "time interval (e.g. 1, 2s, 3m, 4h, PT1H2M3S, ...)",
};

const positiveOrInfinity: ValueRule = {
  test: (value) => ["INFINITY", "+INFINITY"].includes(value) || isInteger(value, 1, null),
  allowed: "a positive integer or INFINITY",
};

/** Rules by the type that the metadata gives; types that are not here hold any text. */
const TYPES: Readonly<Record<string, ValueRule>> = {
  boolean: pacemakerBoolean,
  duration: interval,
  time: interval,
  timeout: timeInterval,
  integer: scoreValue,
  score: scoreValue,
  nonnegative_integer: positiveOrInfinity,
  percentage,
  port: portNumber,
};

function checkPropertyValues(
  wanted: Pairs,
  known: readonly AgentParameter[],
  hard: Hardness,
): Report[] {
  return [...wanted].flatMap(([name, value]) => {
    const parameter = value === "" ? undefined : known.find((one) => one.name === name);
    if (parameter === undefined) return [];
    if (name === "stonith-watchdog-timeout") return checkValue(name, value, timeInterval);
    const rule = parameter.values === null ? TYPES[parameter.type] : oneOf(...parameter.values);
    return rule === undefined ? [] : checkValue(name, value, rule, { hard });
  });
}
