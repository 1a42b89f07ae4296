import { mkdirSync, readFileSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { CRM_FEATURE_SET, ExitCode } from "../../internal/base/mod.ts";
import { diffCib } from "../../internal/cib/mod.ts";
import { Element, parseXml, printXml, Text } from "../../internal/xml/mod.ts";
import { changeFile, readCibText } from "./cib-file.ts";
import { readCib } from "./cib-on-file.ts";
import { openCib, shadowPath } from "./cib-source.ts";
import { isGiven, lastValue, type OptionSpec, OUTPUT_OPTIONS } from "./options.ts";
import { Verbatim } from "./output.ts";
import { patchText } from "./patch-text.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const QUERIES = ["which", "display", "diff", "file"];

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  { long: "which", short: "w", help: "Show which copy is in use", group: "Queries" },
  { long: "display", short: "p", help: "Show the copy in use", group: "Queries" },
  { long: "diff", short: "d", help: "Show how it differs from the cluster's", group: "Queries" },
  { long: "file", short: "F", help: "Show where it is kept", group: "Queries" },
  ...(
    [
      ["create", "c", "Copy the cluster's configuration"],
      ["create-empty", "e", "Make an empty configuration"],
      ["commit", "C", "Make a copy the cluster's configuration"],
      ["delete", "D", "Delete a copy"],
      ["reset", "r", "Copy the cluster's configuration again"],
      ["switch", "s", "Use another copy"],
    ] as const
  ).map(
    ([long, short, help]): OptionSpec => ({
      long,
      short,
      help,
      value: "text",
      valueName: "NAME",
      group: "Commands",
    }),
  ),
  { long: "edit", short: "E", help: "Edit the copy in use with $EDITOR", group: "Commands" },
  { long: "force", short: "f", help: "Do it even if it is dangerous", group: "Additional" },
  { long: "batch", short: "b", help: "Start no shell", group: "Additional" },
  { long: "all", short: "a", help: "Commit the status too", group: "Additional" },
  {
    long: "validate-with",
    short: "v",
    value: "text",
    help: "Schema of a new configuration",
    group: "Additional",
  },
];

const TOOL = {
  name: "crm_shadow",
  summary: "Work on a copy of the configuration and make it the cluster's later",
  operands: "<query>|<command>",
  options: OPTIONS,
};

const COMMANDS = new Set([
  ...QUERIES,
  ...["create", "create-empty", "commit", "delete", "reset", "switch", "edit"],
]);

/** Copies of the CIB to try changes on. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const command = tool.options.given.findLast((each) => COMMANDS.has(each.name));
  if (command === undefined) {
    throw new ToolError(ExitCode.USAGE, "Must specify a query or command option", true);
  }
  const name = command.value ?? activeName();
  checkForce(tool, command.name);
  switch (command.name) {
    case "which":
      tool.output.info(name);
      tool.output.add(new Element("shadow", { instance: name }));
      return ExitCode.OK;
    case "file":
      tool.output.info(shadowPath(name));
      tool.output.add(new Element("shadow", { instance: name, file: shadowPath(name) }));
      return ExitCode.OK;
    case "display":
      return display(tool, name);
    case "diff":
      return diff(tool, name);
    case "create":
    case "reset":
      return copy(tool, name, command.name === "reset");
    case "create-empty":
      return createEmpty(tool, name);
    case "commit":
      return commit(tool, name);
    case "delete":
      return remove(tool, name);
    case "switch":
      existing(name);
      return instruct(tool, name, "To switch to the named shadow instance");
    default:
      return edit(name);
  }
}

function activeName(): string {
  const name = process.env["CIB_shadow"] ?? "";
  if (name !== "") return name;
  throw new ToolError(ExitCode.NOSUCH, "No active shadow configuration defined");
}

const PREVENT = "To prevent accidental destruction of the";
const REQUIRED = "the --force flag is required in order to proceed.";

function checkForce({ options }: ToolRun, command: string): void {
  if (isGiven(options, "force")) return;
  const warnings: Record<string, string> = {
    commit:
      "The commit command overwrites the active cluster configuration.\n" +
      `${PREVENT} cluster, ${REQUIRED}`,
    delete:
      "The delete command removes the specified shadow file.\n" +
      `${PREVENT} shadow file, ${REQUIRED}`,
    reset:
      "The reset command overwrites the active shadow configuration.\n" +
      `${PREVENT} shadow file, ${REQUIRED}`,
  };
  const warning = warnings[command];
  if (warning !== undefined) throw new ToolError(ExitCode.USAGE, warning);
}

function existing(name: string): string {
  const text = readCibText(shadowPath(name));
  if (text !== null) return text;
  const reason = "No such file or directory";
  throw new ToolError(ExitCode.NOSUCH, `Could not access shadow instance '${name}': ${reason}`);
}

function load(name: string): Element {
  const parsed = parseXml(existing(name), { dropText: true });
  if (parsed.ok) return parsed.value;
  throw new ToolError(ExitCode.CONFIG, `Could not parse shadow instance '${name}'`);
}

function display(tool: ToolRun, name: string): number {
  const text = printXml(load(name), { pretty: true });
  tool.output.write(text);
  const content = new Element("content", {}, [new Verbatim(text)]);
  tool.output.add(new Element("shadow", { instance: name }, [content]));
  return ExitCode.OK;
}

/** The cluster's CIB, or that of the file that stands for it. */
async function realCib(): Promise<Element> {
  const shadow = process.env["CIB_shadow"];
  delete process.env["CIB_shadow"];
  const opened = await openCib();
  if (shadow !== undefined) process.env["CIB_shadow"] = shadow;
  if (!opened.ok) {
    const { code, message } = opened.error;
    throw new ToolError(code, `Could not connect to CIB: ${message}`);
  }
  const answer = await opened.value.request({ operation: "query" });
  const cib = answer.ok ? answer.value.output : null;
  if (cib === null) throw new ToolError(ExitCode.NOSUCH, "Could not connect to the CIB manager");
  return cib;
}

async function diff(tool: ToolRun, name: string): Promise<number> {
  const copied = load(name);
  const real = await realCib();
  const patch = diffCib(real, copied, { attributeOrder: true, original: true });
  if (patch === null) return ExitCode.OK;
  tool.output.write(patchText(patch));
  const text = new Verbatim(printXml(patch, { pretty: true }));
  const content = new Element("xml-patchset", {}, [text]);
  tool.output.add(new Element("shadow", { instance: name }, [content]));
  return ExitCode.ERROR;
}

function write(tool: ToolRun, name: string, cib: Element, replace: boolean): void {
  const path = shadowPath(name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let taken = false;
  changeFile(path, (before) => {
    taken = before !== null && !replace && !isGiven(tool.options, "force");
    return taken ? null : printXml(cib, { pretty: true });
  });
  if (!taken) return;
  throw new ToolError(
    ExitCode.CANTCREAT,
    `A shadow instance '${name}' already exists.\n${PREVENT} shadow file, ${REQUIRED}`,
  );
}

async function copy(tool: ToolRun, name: string, replace: boolean): Promise<number> {
  if (replace) existing(name);
  const cib = await realCib();
  write(tool, name, cib, replace);
  return instruct(tool, name, "A new shadow instance was created. To begin using it");
}

function createEmpty(tool: ToolRun, name: string): number {
  const sections = ["crm_config", "nodes", "resources", "constraints"];
  const configuration = new Element(
    "configuration",
    {},
    sections.map((each) => new Element(each)),
  );
  const schema = lastValue(tool.options, "validate-with") ?? "pacemaker-4.0";
  const attributes = {
    crm_feature_set: CRM_FEATURE_SET,
    "validate-with": schema,
    epoch: "0",
    num_updates: "0",
    admin_epoch: "0",
  };
  const cib = new Element("cib", attributes, [configuration, new Element("status")]);
  write(tool, name, cib, false);
  tool.output.info(`Created new ${schema} configuration`);
  return instruct(tool, name, "A new shadow instance was created. To begin using it");
}

/** Says what to type; a tool cannot set a variable of the shell that called it. */
function instruct(tool: ToolRun, name: string, lead: string): number {
  const text = `${lead}, enter the following into your shell:\n\texport CIB_shadow=${name}`;
  tool.output.info(text);
  tool.output.add(new Element("instruction", {}, [new Text(text)]));
  return ExitCode.OK;
}

async function commit(tool: ToolRun, name: string): Promise<number> {
  const copied = readCib(existing(name));
  if (copied === null) {
    throw new ToolError(ExitCode.CONFIG, `Could not parse shadow instance '${name}'`);
  }
  delete process.env["CIB_shadow"];
  const opened = await openCib();
  if (!opened.ok) {
    const { code, message } = opened.error;
    throw new ToolError(code, `Could not connect to CIB: ${message}`);
  }
  const all = isGiven(tool.options, "all");
  const input = all ? copied : copied.first("configuration");
  if (input === null) throw new ToolError(ExitCode.CONFIG, "The copy has no configuration");
  const result = await opened.value.request({
    operation: "replace",
    input: input.clone(),
    ...(all ? {} : { scope: "configuration" }),
  });
  if (result.ok) return ExitCode.OK;
  const { code, message } = result.error;
  throw new ToolError(code, `Could not commit shadow instance '${name}' to the CIB: ${message}`);
}

function remove(tool: ToolRun, name: string): number {
  try {
    unlinkSync(shadowPath(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new ToolError(ExitCode.OSFILE, `Could not remove shadow instance '${name}'`);
    }
  }
  if (process.env["CIB_shadow"] === name) {
    const said = "Please remember to unset the CIB_shadow variable by entering the following into";
    const text = `${said} your shell:\n\tunset CIB_shadow`;
    tool.output.info(text);
    tool.output.add(new Element("instruction", {}, [new Text(text)]));
  }
  return ExitCode.OK;
}

function edit(name: string): number {
  const path = shadowPath(name);
  existing(name);
  const editor = process.env["EDITOR"] ?? "";
  if (editor === "") throw new ToolError(ExitCode.NOT_CONFIGURED, "No value for EDITOR defined");
  const child = Bun.spawnSync([editor, path], { stdio: ["inherit", "inherit", "inherit"] });
  if (child.exitCode === 0 && readFileSync(path, "utf8") !== "") return ExitCode.OK;
  throw new ToolError(ExitCode.OSERR, `Could not invoke EDITOR (${editor} ${path})`);
}
