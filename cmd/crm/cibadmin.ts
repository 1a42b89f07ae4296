import { CRM_FEATURE_SET, ExitCode } from "../../internal/base/mod.ts";
import { CibFailures } from "../../internal/cib/failure.ts";
import type { CibOperation, CibRequest } from "../../internal/cib/mod.ts";
import { isSection } from "../../internal/cib/sections.ts";
import { Element, escapeAttribute, parseXml, printXml } from "../../internal/xml/mod.ts";
import { errOut, out } from "../io.ts";
import { type CibRefusal, openCib } from "./cib-source.ts";
import { isGiven, lastValue, type OptionSpec, type ParsedOptions } from "./options.ts";
import { runTool, ToolError } from "./tool.ts";
import { readXmlFile, readXmlStdin, textOrNull } from "./xml-input.ts";

const COMMANDS: OptionSpec[] = [
  { long: "upgrade", short: "u", help: "Upgrade to the newest schema", group: "Commands" },
  { long: "query", short: "Q", help: "Print the CIB or a part of it", group: "Commands" },
  { long: "erase", short: "E", help: "Empty the whole CIB", group: "Commands" },
  { long: "bump", short: "B", help: "Raise the epoch", group: "Commands" },
  { long: "create", short: "C", help: "Create an object", group: "Commands" },
  { long: "modify", short: "M", help: "Find an object and change it", group: "Commands" },
  { long: "patch", short: "P", help: "Apply a patchset of crm_diff", group: "Commands" },
  { long: "replace", short: "R", help: "Replace an object", group: "Commands" },
  { long: "delete", short: "D", help: "Delete the first matching object", group: "Commands" },
  { long: "delete-all", short: "d", help: "Delete all objects of an XPath", group: "Commands" },
  {
    long: "empty",
    short: "a",
    value: "optional",
    help: "Print an empty CIB",
    group: "Commands",
  },
  { long: "md5-sum", short: "5", help: "Print the digest of a CIB on disk", group: "Commands" },
  { long: "md5-sum-versioned", short: "6", help: "Print the digest of a CIB", group: "Commands" },
];

const OPTIONS: OptionSpec[] = [
  ...COMMANDS,
  { long: "xml-text", short: "X", value: "text", help: "XML to work with", group: "Data" },
  { long: "xml-file", short: "x", value: "text", help: "File with the XML", group: "Data" },
  { long: "xml-pipe", short: "p", help: "XML on standard input", group: "Data" },
  { long: "force", short: "f", help: "Do it even if it is dangerous", group: "Additional" },
  { long: "timeout", short: "t", value: "integer", help: "Seconds to wait", group: "Additional" },
  { long: "user", short: "U", value: "text", help: "Act as this user", group: "Additional" },
  { long: "sync-call", short: "s", help: "Wait for the call", group: "Additional" },
  { long: "local", short: "l", group: "Additional" },
  { long: "scope", short: "o", value: "text", help: "Section to work on", group: "Additional" },
  { long: "xpath", short: "A", value: "text", help: "XPath to work on", group: "Additional" },
  { long: "node-path", short: "e", help: "Print paths of the matches", group: "Additional" },
  {
    long: "show-access",
    short: "S",
    value: "optional",
    help: "Show what a user may see and change",
    group: "Additional",
  },
  { long: "score", help: "Let values like score++ count up", group: "Additional" },
  { long: "allow-create", short: "c", help: "Create what is not there", group: "Additional" },
  { long: "no-children", short: "n", help: "Leave out what is inside", group: "Additional" },
  { long: "node", short: "N", value: "text", help: "Node to ask", group: "Additional" },
];

const OPERATIONS: Record<string, CibOperation> = {
  upgrade: "upgrade",
  query: "query",
  erase: "erase",
  bump: "bump",
  create: "create",
  modify: "modify",
  patch: "apply_patch",
  replace: "replace",
  delete: "delete",
  "delete-all": "delete_all",
};

const TOOL = {
  name: "cibadmin",
  summary: "Query and change the cluster's configuration",
  operands: "<command>",
  options: OPTIONS,
};

const DANGEROUS = new Set(["upgrade", "erase", "delete-all"]);
const NEEDS_INPUT = new Set([
  "create",
  "modify",
  "patch",
  "replace",
  "md5-sum",
  "md5-sum-versioned",
]);

/** Queries and changes the CIB. Exit codes and messages are those of Pacemaker 3.0. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text"], ({ options }) => run(options));
}

async function run(options: ParsedOptions): Promise<number> {
  const rest = options.rest;
  const xpath = lastValue(options, "xpath") ?? undefined;
  let command = options.given.findLast((option) =>
    COMMANDS.some((c) => c.long === option.name),
  )?.name;
  if (command === undefined) throw usage("Must specify a command option");
  if (rest.length > 0) throw usage(`non-option ARGV-elements: ${rest.join(" ")}`);
  if (command === "empty") {
    out(printXml(emptyCib(lastValue(options, "empty") ?? null), { pretty: true }));
    return ExitCode.OK;
  }
  const access = showAccess(options);
  if (DANGEROUS.has(command) && !isGiven(options, "force")) {
    throw new ToolError(
      ExitCode.UNSAFE,
      "The supplied command is considered dangerous. To prevent accidental destruction of the " +
        "cluster, the --force flag is required in order to proceed.",
    );
  }
  const input = readInput(options, command, xpath !== undefined);
  if (command === "md5-sum" || command === "md5-sum-versioned") {
    return printDigest(command, input);
  }
  if (command === "delete-all" && xpath === undefined) command = "delete";
  const request = buildRequest(command, options, input, xpath);
  return perform(request, options, access);
}

function usage(message: string): ToolError {
  return new ToolError(ExitCode.USAGE, message, true);
}

function emptyCib(schema: string | null): Element {
  const sections = ["crm_config", "nodes", "resources", "constraints"];
  const configuration = new Element(
    "configuration",
    {},
    sections.map((name) => new Element(name)),
  );
  const attributes = {
    crm_feature_set: CRM_FEATURE_SET,
    "validate-with": schema ?? "pacemaker-4.0",
    epoch: "1",
    num_updates: "0",
    admin_epoch: "0",
  };
  return new Element("cib", attributes, [configuration, new Element("status")]);
}

function readInput(options: ParsedOptions, command: string, byPath: boolean): Element | undefined {
  const source = options.given.findLast((option) => option.name.startsWith("xml-"));
  if (source === undefined) {
    if (NEEDS_INPUT.has(command) || (command === "delete" && !byPath)) {
      const message = "Please supply XML to process with -X, -x, or -p";
      throw new ToolError(ExitCode.USAGE, message);
    }
    return undefined;
  }
  const [text, name] = inputText(source.name, source.value ?? "");
  const parsed = text === null ? null : parseXml(text, { dropText: source.name !== "xml-text" });
  if (parsed?.ok === true) return parsed.value;
  throw new ToolError(ExitCode.CONFIG, `Couldn't parse input from ${name}.`);
}

function inputText(source: string, value: string): [string | null, string] {
  if (source === "xml-text") return [value, "input string"];
  if (source === "xml-pipe") return [textOrNull(readXmlStdin()), "STDIN"];
  return [textOrNull(readXmlFile(value)), value];
}

async function printDigest(command: string, input: Element | undefined): Promise<number> {
  const { cibDigest, diskDigest } = await import("../../internal/cib/digest.ts");
  const element = input!;
  if (command === "md5-sum") errOut("Digest: ");
  out(`${command === "md5-sum" ? diskDigest(element) : cibDigest(element)}\n`);
  return ExitCode.OK;
}

function buildRequest(
  command: string,
  options: ParsedOptions,
  input: Element | undefined,
  xpath: string | undefined,
): CibRequest {
  const request: CibRequest = { operation: OPERATIONS[command]! };
  // Scope and XPath say the same thing two ways: the last one given counts.
  const target = options.given.findLast((o) => o.name === "scope" || o.name === "xpath");
  const scope = target?.name === "scope" ? target.value! : undefined;
  if (target?.name === "xpath") request.xpath = xpath!;
  if (scope !== undefined) {
    if (isSection(scope)) request.scope = scope;
    else {
      errOut(`Invalid value '${scope}' for '--scope'. Operation will apply to the entire CIB.\n`);
    }
  }
  if (input !== undefined) request.input = input;
  if (isGiven(options, "allow-create")) request.allowCreate = true;
  if (isGiven(options, "score")) request.scoreUpdate = true;
  if (isGiven(options, "no-children")) request.noChildren = true;
  if (isGiven(options, "node-path")) request.nodePath = true;
  const user = lastValue(options, "user");
  if (user !== undefined && user !== null && !isGiven(options, "show-access")) request.user = user;
  return request;
}

async function perform(
  request: CibRequest,
  options: ParsedOptions,
  access: AccessStyle | null,
): Promise<number> {
  const opened = await openCib();
  if (!opened.ok) {
    const { message, code } = opened.error;
    errOut(`Could not connect to the CIB: ${message}\n`);
    throw new ToolError(code, `Init failed, could not perform requested operations: ${message}`);
  }
  if (access === null && request.nodePath !== true) {
    const result = await opened.value.requestText(request);
    if (!result.ok) return refused(request, result.error);
    if (result.value !== null) out(result.value);
    return ExitCode.OK;
  }
  const result = await opened.value.request(request);
  if (!result.ok) return refused(request, result.error);
  const { output } = result.value;
  if (output === null) return ExitCode.OK;
  if (access !== null) return printAccess(output, lastValue(options, "user")!, access);
  out(paths(output));
  return ExitCode.OK;
}

function refused(request: CibRequest, { message, code, output }: CibRefusal): number {
  if (message === CibFailures.schemaUnchanged.message) {
    out(`Upgrade unnecessary: ${message}\n`);
    return ExitCode.OK;
  }
  errOut(`Call failed: ${message}\n`);
  if (code === ExitCode.CONFIG && request.operation === "upgrade") return code;
  if (output !== null) out(printXml(output, { pretty: true }));
  return code;
}

function paths(output: Element): string {
  const all = output.name === "xpath-query" ? output.elements() : [output];
  return all.map((element) => `${element.id}\n`).join("");
}

type AccessStyle = "text" | "color" | "namespace";

function showAccess(options: ParsedOptions): AccessStyle | null {
  const given = lastValue(options, "show-access");
  if (given === undefined) return null;
  const style = given ?? "auto";
  const known: Record<string, AccessStyle> = {
    auto: "text",
    "ns-full": "namespace",
    "ns-simple": "namespace",
    namespace: "namespace",
    color: "color",
    text: "text",
  };
  if (!Object.hasOwn(known, style)) {
    throw new ToolError(ExitCode.USAGE, `Invalid value '${style}' for option '--show-access'`);
  }
  if (lastValue(options, "user") === undefined) {
    throw new ToolError(ExitCode.USAGE, "The supplied command requires -U user specified.");
  }
  return known[style]!;
}

const LABELS = { write: "WRITABLE", read: "READABLE", deny: "~DENIED~" } as const;
const COLORS = { write: "\u001b[32m", read: "\u001b[34m", deny: "\u001b[31m" } as const;

/** The CIB with a mark wherever a user's access becomes another. */
async function printAccess(cib: Element, user: string, style: AccessStyle): Promise<number> {
  const { accessOf, accessTo } = await import("../../internal/cib/acl.ts");
  const map = accessOf(cib, user, { always: true });
  const lines = [`<!-- ACLs as evaluated for user ${user} -->`];
  let last: string | null = null;
  const mark = (element: Element): void => {
    const access = map === null ? "write" : accessTo(map, element);
    if (access === last) return;
    last = access;
    lines.push(style === "color" ? COLORS[access] : `vvv---[ ${LABELS[access]} ]---vvv`);
  };
  const walk = (element: Element, indent: string): void => {
    mark(element);
    const attributes = [...element.entries()].map(([n, v]) => ` ${n}="${escapeAttribute(v)}"`);
    const head = `${indent}<${element.name}${attributes.join("")}`;
    const children = element.elements();
    if (children.length === 0) {
      lines.push(`${head}/>`);
      return;
    }
    lines.push(`${head}>`);
    for (const child of children) walk(child, `${indent}  `);
    mark(element);
    lines.push(`${indent}</${element.name}>`);
  };
  walk(cib, "");
  if (style === "color") lines.push("\u001b[0m");
  out(`${lines.join("\n")}\n`);
  return ExitCode.OK;
}
