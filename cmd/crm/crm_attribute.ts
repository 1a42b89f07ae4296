import { ExitCode, PosixPattern } from "../../internal/base/mod.ts";
import { type CibFailure, CibFailures } from "../../internal/cib/failure.ts";
import { Element } from "../../internal/xml/mod.ts";
import {
  type AttributePlace,
  attributePath,
  createRequest,
  isKnownType,
  setIdOf,
} from "./attribute-place.ts";
import { type CibSource, openCib } from "./cib-source.ts";
import { localNodeName, requireNode } from "./node-names.ts";
import { isGiven, lastValue, type OptionSpec, OUTPUT_OPTIONS, textOption } from "./options.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  { long: "quiet", short: "q", help: "Print the value alone" },
  { long: "all", short: "a", help: "List advanced and deprecated options too", group: "Selecting" },
  textOption("id", "i", "Id of the attribute's XML element", "Selecting"),
  textOption("name", "n", "Name of the attribute or option", "Selecting"),
  textOption("pattern", "P", "All attributes that match this regular expression", "Selecting"),
  {
    long: "promotion",
    short: "p",
    value: "optional",
    help: "Promotion score of a resource",
    group: "Selecting",
  },
  textOption("set-name", "s", "Id of the set that holds the attribute", "Selecting"),
  textOption("list-options", "L", "List the options of a type (cluster)", "Commands"),
  { long: "delete", short: "D", help: "Delete the attribute", group: "Commands" },
  { long: "query", short: "G", help: "Print the attribute", group: "Commands" },
  textOption("update", "v", "Set the attribute to this value", "Commands"),
  textOption("default", "d", "Value to print when there is none", "Additional"),
  textOption("lifetime", "l", "reboot or forever", "Additional"),
  textOption("node", "N", "Node whose attribute it is", "Additional"),
  textOption("type", "t", "Section that holds the attribute", "Additional"),
  { long: "score", help: "Let values like name++ count up", group: "Additional" },
  textOption("wait", "W", "When to return: no, local, cluster", "Additional"),
  { long: "utilization", short: "z", help: "A utilization attribute", group: "Additional" },
  // Spellings of earlier releases.
  { long: "attr-id", value: "text" },
  { long: "attr-name", value: "text" },
  { long: "attr-value", value: "text" },
  { long: "delete-attr" },
  { long: "get-value" },
  { long: "old-quiet", short: "Q" },
  { long: "node-uname", short: "U", value: "text" },
  { long: "uname", value: "text" },
  { long: "inhibit-policy-engine", short: "!" },
];

const TOOL = {
  name: "crm_attribute",
  summary: "Query and change cluster options and node attributes",
  options: OPTIONS,
  helpWords: { Commands: "command", Selecting: "selections" },
};

/** Cluster options and node attributes in the CIB. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

interface Wanted {
  command: "query" | "update" | "delete";
  name: string | null;
  pattern: string | null;
  id: string | null;
  value: string;
  place: AttributePlace;
}

async function run(tool: ToolRun): Promise<number> {
  const { options } = tool;
  const listed = lastValue(options, "list-options");
  if (listed !== undefined) {
    const { listOptions } = await import("./option-lists.ts");
    return listOptions(tool, listed ?? "", ["cluster"], isGiven(options, "all"));
  }
  const first = (...names: string[]): string | null => {
    for (const name of names) {
      const value = lastValue(options, name);
      if (value !== undefined && value !== null) return value;
    }
    return null;
  };
  const command = commandOf(tool);
  let name = first("name", "attr-name");
  const pattern = first("pattern");
  let type = typeOf(first("lifetime"), first("type"));
  if (isGiven(options, "promotion")) {
    name = promotionName(first("promotion"));
    type ??= "status";
  }
  if (name !== null && pattern !== null) {
    throw usage("Error: --name and --pattern cannot be used at the same time");
  }
  if (command !== "query" && name === null && pattern === null) {
    throw usage(`Error: must specify attribute name or pattern to ${command}`);
  }
  const opened = await openCib();
  if (!opened.ok) {
    throw new ToolError(opened.error.code, `Could not connect to the CIB: ${opened.error.message}`);
  }
  const source = opened.value;
  const utilization = isGiven(options, "utilization");
  let nodeName = first("node", "node-uname", "uname");
  type ??= nodeName !== null || utilization ? "nodes" : "crm_config";
  if (nodeName === null && type !== "crm_config" && type !== "tickets") {
    nodeName = await localNodeName(source);
  }
  const node = nodeName === null || type === "tickets" ? null : await requireNode(source, nodeName);
  if (!isKnownType(type)) throw performing(NO_MESSAGE);
  const place = { type, node, utilization, setName: first("set-name") };
  const value = first("update", "attr-value") ?? "";
  const wanted = { command, name, pattern, id: first("id", "attr-id"), value, place };
  if (source.kind === "live" && type === "status" && command !== "query") {
    const { updateLive } = await import("./attribute-live.ts");
    return updateLive(tool, { ...wanted, nodeName: nodeName! });
  }
  switch (command) {
    case "query":
      return query(tool, source, wanted);
    case "update":
      return update(tool, source, wanted);
    case "delete":
      return remove(tool, source, wanted);
  }
}

const NO_MESSAGE: CibFailure = {
  code: ExitCode.PROTOCOL,
  message: "No message of desired type",
  legacy: -42,
};

function usage(message: string): ToolError {
  return new ToolError(ExitCode.USAGE, message);
}

function performing({ code, message }: CibFailure): ToolError {
  return new ToolError(code, `Error performing operation: ${message}`);
}

function commandOf({ options }: ToolRun): Wanted["command"] {
  for (const { name } of options.given.toReversed()) {
    if (name === "query" || name === "get-value") return "query";
    if (name === "update" || name === "attr-value") return "update";
    if (name === "delete" || name === "delete-attr") return "delete";
  }
  return "query";
}

function typeOf(lifetime: string | null, type: string | null): string | null {
  const named = type ?? lifetime;
  if (named === "reboot") return "status";
  return named === "forever" ? "nodes" : named;
}

function promotionName(resource: string | null): string {
  const id = resource ?? process.env["OCF_RESOURCE_INSTANCE"] ?? "";
  if (id !== "") return `master-${id}`;
  throw usage(
    "-p/--promotion must be called from an OCF resource agent or with a resource ID specified",
  );
}

/** The attributes meant, as `nvpair` elements. */
async function find(source: CibSource, wanted: Wanted): Promise<Element[] | CibFailure> {
  const { place, name, id, pattern } = wanted;
  const xpath = attributePath(place, name, id);
  const result = await source.request({ operation: "query", xpath });
  if (!result.ok) return result.error;
  const { output } = result.value;
  if (output === null) return CibFailures.noObject;
  const all = output.name === "xpath-query" ? output.elements() : [output];
  if (pattern === null) return all;
  const compiled = PosixPattern.compile(pattern);
  if (!compiled.ok) return CibFailures.noObject;
  const matching = all.filter((pair) => compiled.value.test(pair.get("name") ?? ""));
  return matching.length === 0 ? CibFailures.noObject : matching;
}

async function query(tool: ToolRun, source: CibSource, wanted: Wanted): Promise<number> {
  const found = await find(source, wanted);
  if (Array.isArray(found)) {
    const several = wanted.name !== null && found.length > 1;
    if (several) return complainOfSeveral(tool, found, wanted.name!);
    for (const pair of found) {
      const id = wanted.id;
      print(tool, wanted.place.type, id, pair.get("name") ?? "", pair.get("value") ?? "");
    }
    return ExitCode.OK;
  }
  const fallback = lastValue(tool.options, "default");
  if (found.legacy !== CibFailures.noObject.legacy || typeof fallback !== "string") {
    throw performing(found);
  }
  print(tool, wanted.place.type, wanted.id, wanted.name ?? "", fallback);
  return ExitCode.OK;
}

function complainOfSeveral(tool: ToolRun, found: Element[], name: string): number {
  tool.output.info(`Multiple attributes match name=${name}`);
  for (const pair of found) {
    const set = pair.parent?.id ?? "";
    const value = pair.get("value") ?? "";
    tool.output.info(`  Value: ${value} \t(${set === "" ? "" : `set=${set}, `}id=${pair.id})`);
  }
  throw new ToolError(
    ExitCode.MULTIPLE,
    "Please choose from one of the matches below and supply the 'id' with --attr-id",
  );
}

function print(
  { output, options }: ToolRun,
  scope: string,
  id: string | null,
  name: string,
  value: string,
): void {
  if (isGiven(options, "quiet") || isGiven(options, "old-quiet")) output.info(value);
  else {
    const identified = id === null ? "" : ` id=${id}`;
    output.info(`scope=${scope}${identified} name=${name} value=${value}`);
  }
  const known = { name, value };
  output.add(new Element("attribute", id === null ? { ...known, scope } : { ...known, scope, id }));
}

async function update(tool: ToolRun, source: CibSource, wanted: Wanted): Promise<number> {
  const found = await find(source, wanted);
  const scores = isGiven(tool.options, "score") || wanted.value.includes("+");
  if (Array.isArray(found)) {
    if (wanted.name !== null && found.length > 1) {
      return complainOfSeveral(tool, found, wanted.name);
    }
    for (const pair of found) {
      const name = pair.get("name") ?? "";
      const value = countingValue(wanted.value, name);
      const input = new Element("nvpair", { id: pair.id, name, value });
      const scope = wanted.place.type === "tickets" ? "status" : wanted.place.type;
      const result = await source.request({
        operation: "modify",
        scope,
        input,
        scoreUpdate: scores,
      });
      if (!result.ok) return failed(tool, wanted, result.error);
    }
    return ExitCode.OK;
  }
  if (found.legacy !== CibFailures.noObject.legacy) throw performing(found);
  if (wanted.name === null) return ExitCode.OK;
  const request = createRequest(wanted.place, wanted.name, wanted.value, wanted.id);
  const result = await source.request(request);
  return result.ok ? ExitCode.OK : failed(tool, wanted, result.error);
}

/** `NAME++` counts the value up; the CIB knows that as `value++`. */
function countingValue(value: string, name: string): string {
  if (value === `${name}++` || value === "value++") return "value++";
  const by = /^(.*)\+=(.*)$/.exec(value);
  return by !== null && (by[1] === name || by[1] === "value") ? `value+=${by[2]}` : value;
}

function failed(tool: ToolRun, wanted: Wanted, failure: CibFailure): never {
  const { place, name, value } = wanted;
  const where = `section=${place.type}, set=${setIdOf(place)}`;
  tool.output.err(`Error setting ${name}=${value} (${where}): ${failure.message}`);
  throw performing(failure);
}

async function remove(tool: ToolRun, source: CibSource, wanted: Wanted): Promise<number> {
  const found = await find(source, wanted);
  if (!Array.isArray(found)) {
    if (found.legacy === CibFailures.noObject.legacy) return ExitCode.OK;
    throw performing(found);
  }
  if (wanted.name !== null && found.length > 1) return complainOfSeveral(tool, found, wanted.name);
  const { type } = wanted.place;
  const kind = type === "crm_config" ? "option" : "attribute";
  for (const pair of found) {
    const name = pair.get("name") ?? "";
    const input = new Element("nvpair", { id: pair.id, name });
    const scope = type === "tickets" ? "status" : type;
    const result = await source.request({ operation: "delete", scope, input });
    if (!result.ok) throw performing(result.error);
    const set = wanted.place.setName === null ? "" : ` set=${wanted.place.setName}`;
    tool.output.info(`Deleted ${type} ${kind}: id=${pair.id} name=${name}${set}`);
  }
  return ExitCode.OK;
}
