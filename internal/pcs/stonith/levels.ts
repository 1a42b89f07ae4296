import type { Element } from "../../xml/mod.ts";
import { Element as XmlElement } from "../../xml/mod.ts";
import {
  type Hardness,
  hardness,
  invalidValue,
  isInteger,
  requiredOptions,
} from "../checks/mod.ts";
import { checkId, elementsById, IdProvider, sanitizeId } from "../cib/ids.ts";
import { ensureSection, findSection } from "../cib/sections.ts";
import { groupByKeywords, keyValues, splitOption, typedArgument } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { commandList, wrapForTerminal } from "../frame/output.ts";
import { CommandLineError, error, type Report, warning } from "../frame/report.ts";
import { byCodePoint, formatList } from "../frame/text.ts";
import { nodesInCib } from "../resource/remote-nodes.ts";
import { requireStonith } from "../resource/sort.ts";
import { isStonithElement } from "../resource/tree.ts";
import { exportLevels, levelCommands, levelText } from "./level-output.ts";

/** What a level is for: one node, nodes of a pattern, or nodes with an attribute. */
type Target =
  | { type: "node"; value: string }
  | { type: "regexp"; value: string }
  | { type: "attribute"; name: string; value: string };

function parseTarget(word: string): Target {
  const [type, value] = typedArgument(word, ["attrib", "node", "regexp"], "node");
  if (type === "attrib") {
    const [name, wanted] = splitOption(value);
    return { type: "attribute", name, value: wanted };
  }
  return { type: type as "node" | "regexp", value };
}

function targetText(target: Target): string {
  return target.type === "attribute" ? `${target.name}=${target.value}` : target.value;
}

interface Filter {
  target: Target | null;
  devices: string[] | null;
}

/** `[target T] [stonith D...]`. */
function parseFilter(argv: readonly string[]): Filter {
  const groups = groupByKeywords(argv, ["target", "stonith"]);
  const targets = groups.flat("target");
  if (targets.length > 1) throw new CommandLineError("At most one target can be specified");
  const target = targets.length === 1 ? parseTarget(targets[0]!) : null;
  const devices = groups.flat("stonith");
  const missing = ["target", "stonith"].filter((keyword) => groups.isEmptyKeyword(keyword));
  if (missing.length > 0) {
    const names = missing.map((keyword) => `'${keyword}'`).join(" and ");
    throw new CommandLineError(`Missing value after ${names}`);
  }
  return { target, devices: devices.length > 0 ? devices : null };
}

/** `stonith level add LEVEL TARGET DEVICE... [id=ID]`. */
export async function levelAddVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  const [level, targetWord, ...words] = argv;
  if (level === undefined || targetWord === undefined || words.length === 0) {
    throw new CommandLineError();
  }
  const pairs = words.filter((word) => word.includes("="));
  const given = new Map(pairs.length === 0 ? [] : keyValuesOfId(pairs));
  const target = parseTarget(targetWord);
  const devices = words.filter((word) => !word.includes("="));
  await requireStonith(context, devices);
  const cib = await context.cib();
  const ids = new IdProvider(cib);
  const wanted = given.get("id") ?? null;
  const hard = hardness(options.force);
  if (wanted !== null && wanted !== "") context.report.all(ids.book(wanted));
  if (wanted !== null) context.report.all(checkId(wanted, "fencing level id"));
  if (!isInteger(level, 1, 9)) context.report.add(invalidValue("level", level, "1..9"));
  context.report.all(checkTarget(cib, target, hard));
  context.report.all(checkDevices(cib, devices, hard));
  context.report.stopOnErrors();
  const topology = ensureSection(cib, "fencing-topology");
  if (findLevels(topology, level, { target, devices }).length > 0) {
    context.report.error(
      `Fencing level for '${targetText(target)}' at level '${level}' with device(s) ` +
        `${formatList(devices)} already exists`,
    );
  }
  context.report.stopOnErrors();
  const name = target.type === "attribute" ? target.name : target.value;
  const id = wanted || ids.allocate(sanitizeId(`fl-${name}-${level}`));
  const element = new XmlElement("fencing-level", { index: level, devices: devices.join(","), id });
  if (target.type === "node") element.set("target", target.value);
  else if (target.type === "regexp") element.set("target-pattern", target.value);
  else element.set("target-attribute", target.name).set("target-value", target.value);
  topology.append(element);
  await context.pushCib();
}

function keyValuesOfId(words: string[]): Map<string, string> {
  const given = keyValues(words);
  const unknown = [...given.keys()].filter((name) => name !== "id").sort(byCodePoint);
  if (unknown.length > 0) {
    const s = unknown.length > 1 ? "s" : "";
    throw new CommandLineError(`Unknown option${s} '${unknown.join("', '")}'`);
  }
  return given;
}

function say(text: string, hard: Hardness): Report {
  if (hard === "forced") return warning(text);
  return hard === "forceable" ? error(text, "--force") : error(text);
}

function knownNodes(cib: Element): Set<string> {
  const own = findSection(cib, "nodes")?.elements("node") ?? [];
  return new Set([...own.map((node) => node.get("uname") ?? ""), ...nodesInCib(cib).names]);
}

function checkTarget(cib: Element, target: Target, hard: Hardness): Report[] {
  if (target.type !== "node" || knownNodes(cib).has(target.value)) return [];
  return [say(`Node '${target.value}' does not appear to exist in configuration`, hard)];
}

function checkDevices(cib: Element, devices: readonly string[], hard: Hardness): Report[] {
  if (devices.length === 0) return [requiredOptions(["stonith devices"])];
  const reports: Report[] = [];
  const missing: string[] = [];
  for (const device of devices) {
    const wrong = checkId(device, "device id");
    reports.push(...wrong);
    if (wrong.length > 0) continue;
    const element = elementsById(cib, device)[0];
    if (element === undefined || !isStonithElement(element)) missing.push(device);
  }
  if (missing.length > 0) {
    reports.push(say(`Stonith resource(s) ${formatList(missing)} do not exist`, hard));
  }
  return reports;
}

function findLevels(topology: Element, level: string | null, filter: Filter): Element[] {
  const { target, devices } = filter;
  return topology.elements("fencing-level").filter((element) => {
    if (level !== null && level !== "" && element.get("index") !== level) return false;
    if (devices !== null && element.get("devices") !== devices.join(",")) return false;
    if (target === null || (target.type !== "attribute" && target.value === "")) return true;
    if (target.type === "node") return element.get("target") === target.value;
    if (target.type === "regexp") return element.get("target-pattern") === target.value;
    return (
      element.get("target-attribute") === target.name &&
      element.get("target-value") === target.value
    );
  });
}

/** `stonith level clear [target T | stonith D...]`. */
export async function levelClearVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) {
    const topology = ensureSection(await context.cib(), "fencing-topology");
    for (const level of topology.elements("fencing-level")) level.remove();
    await context.pushCib();
    return;
  }
  const filter = parseFilter(argv);
  if (filter.target !== null && filter.devices !== null) {
    throw new CommandLineError("Only one of 'target' and 'stonith' can be used");
  }
  await removeLevels(context, null, filter);
}

/** `stonith level delete LEVEL [target T] [stonith D...]`. */
export async function levelRemoveVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  const [level, ...words] = argv;
  if (level === undefined) throw new CommandLineError();
  await removeLevels(context, level, parseFilter(words));
}

async function removeLevels(
  context: PcsContext,
  level: string | null,
  filter: Filter,
): Promise<void> {
  const topology = ensureSection(await context.cib(), "fencing-topology");
  for (const device of filter.devices ?? []) context.report.all(checkId(device, "stonith id"));
  const found = findLevels(topology, level, filter);
  if (found.length === 0) context.report.error(missingText(level, filter));
  context.report.stopOnErrors();
  for (const element of found) element.remove();
  await context.pushCib();
}

function missingText(level: string | null, { target, devices }: Filter): string {
  const parts = ["Fencing level"];
  if (target !== null && targetText(target) !== "") parts.push(`for '${targetText(target)}'`);
  if (level !== null && level !== "") parts.push(`at level '${level}'`);
  if (devices !== null) parts.push(`with device(s) ${formatList(devices)}`);
  return `${parts.join(" ")} does not exist`;
}

/** `stonith level verify`: every node and device that levels name must exist. */
export async function levelVerifyVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  const cib = await context.cib();
  const levels = findSection(cib, "fencing-topology")?.elements("fencing-level") ?? [];
  const devices = new Set(levels.flatMap((level) => (level.get("devices") ?? "").split(",")));
  const nodes = new Set(levels.flatMap((level) => level.get("target") ?? []));
  if (devices.size > 0) {
    context.report.all(checkDevices(cib, [...devices].sort(byCodePoint), "error"));
  }
  for (const value of [...nodes].sort(byCodePoint)) {
    context.report.all(checkTarget(cib, { type: "node", value }, "error"));
  }
  context.report.stopOnErrors();
}

/** `stonith level [config]`. */
export async function levelConfigVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--output-format"]);
  const format = options.outputFormat();
  if (argv.length > 0) throw new CommandLineError();
  const levels = exportLevels(await context.cib());
  const text =
    format === "json"
      ? pythonJson(levels)
      : format === "cmd"
        ? commandList(levelCommands(levels).map((line) => [line]))
        : wrapForTerminal(levelText(levels), context.env.columns).join("\n");
  if (text !== "") context.print(text);
}
