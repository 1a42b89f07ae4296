import { ExitCode } from "../../internal/base/mod.ts";
import { errOut, out } from "../io.ts";
import { type CibSource, openCib } from "./cib-source.ts";
import type { OptionSpec, ParsedOptions } from "./options.ts";
import { versionText } from "./output.ts";
import { FRONT_OPTIONS, type ShellTool, shellOptions, wrongUsage } from "./shell-options.ts";

const OPTIONS: readonly OptionSpec[] = [
  ...FRONT_OPTIONS,
  { long: "resource", short: "r", value: "text" },
  { long: "resource-id", value: "text" },
  { long: "operation", short: "n", value: "text" },
  { long: "interval", short: "I", value: "text" },
  { long: "attr-value", short: "v", value: "text" },
  { long: "attr-id", short: "i", value: "text" },
  { long: "Q", short: "Q" },
];

const USAGE = `Usage: crm_failcount <command> [<options>]
Common options:
 --help                 Display this text, then exit
 --version              Display version information, then exit
 -V, --verbose          Specify multiple times to increase debug output
 -q, --quiet            Print only the value (if querying)

Commands:
 -G, --query            Query the current value of the resource's fail count
 -D, --delete           Delete resource's recorded failures

Additional Options:
 -r, --resource=value   Name of the resource to use (required)
 -n, --operation=value  Name of operation to use (instead of all operations)
 -I, --interval=value   If operation is specified, its interval
 -N, --node=value       Use failcount on named node (instead of local node)`;

const TOOL: ShellTool = {
  name: "crm_failcount",
  help: `crm_failcount - Query or delete resource fail counts\n\n${USAGE}`,
  usage: USAGE,
  options: OPTIONS,
  usageCode: ExitCode.USAGE,
};

interface Asked {
  command: "query" | "delete" | null;
  resource: string;
  node: string;
  operation: string;
  interval: string;
  quiet: boolean;
}

/** How often a resource failed on a node, and forgetting that. */
export async function main(argv: string[]): Promise<number> {
  const parsed = shellOptions(TOOL, argv);
  if (typeof parsed === "number") return parsed;
  if (parsed.given.some((option) => option.name === "help")) {
    out(`${TOOL.help}\n`);
    return ExitCode.OK;
  }
  if (parsed.given.some((option) => option.name === "version")) {
    out(versionText());
    return ExitCode.OK;
  }
  const asked = read(parsed);
  if (asked.command === null) return wrongUsage(TOOL, "must specify a command");
  if (asked.resource === "") return wrongUsage(TOOL, "resource name required");
  if (asked.node === "") asked.node = await thisNode();
  if (asked.node === "") return wrongUsage(TOOL, "node name required");
  return asked.command === "query" ? query(asked) : clear(asked);
}

function read(parsed: ParsedOptions): Asked {
  const asked: Asked = {
    command: null,
    resource: "",
    node: "",
    operation: "",
    interval: "0",
    quiet: false,
  };
  for (const { name, value, written } of parsed.given) {
    if (name === "query" || name === "get-value") asked.command = "query";
    else if (name === "delete" || name === "delete-attr") asked.command = "delete";
    else if (name === "resource" || name === "resource-id") asked.resource = value!;
    else if (name === "node" || name === "uname") asked.node = value!;
    else if (name === "operation") asked.operation = value!;
    else if (name === "interval") asked.interval = value!;
    else if (name === "quiet" || name === "Q") asked.quiet = true;
    else if (name === "attr-value" && value === "0") asked.command = "delete";
    else if (name === "attr-value") {
      errOut(`warning: ignoring deprecated option '${written}' with nonzero value\n`);
    } else if (name === "attr-id" || name === "lifetime") {
      errOut(`warning: ignoring deprecated option '${written}'\n`);
    }
  }
  return asked;
}

async function thisNode(): Promise<string> {
  const { callEngine } = await import("../../internal/host/local-client.ts");
  const info = await callEngine("info", {});
  return info.ok ? info.value.nodeName : "";
}

async function query({ resource, node, operation, interval, quiet }: Asked): Promise<number> {
  const opened = await openCib();
  if (!opened.ok) {
    errOut("error: could not query CIB for fail counts\n");
    return opened.error.code;
  }
  const { parseIntervalMs } = await import("../../internal/cib/mod.ts");
  const base = `fail-count-${resource}`;
  const one = `${base}#${operation}_${parseIntervalMs(interval) ?? 0}`;
  let name = operation === "" ? base : one;
  let count = await sum(opened.value, node, (each) =>
    operation === "" ? each.startsWith(`${base}#`) : each === one,
  );
  if (count === "0") {
    // Counts of very old releases had no operation in their names.
    count = await sum(opened.value, node, (each) => each === base);
    if (count !== "0") name = base;
  }
  out(quiet ? `${count}\n` : `scope=status  name=${name} value=${count}\n`);
  return ExitCode.OK;
}

async function sum(
  source: CibSource,
  node: string,
  wanted: (name: string) => boolean,
): Promise<string> {
  const state = `/cib/status/node_state[@uname='${node}']`;
  const xpath = `${state}/transient_attributes/instance_attributes/nvpair`;
  const result = await source.request({ operation: "query", xpath });
  if (!result.ok || result.value.output === null) return "0";
  const { output } = result.value;
  let total = 0;
  for (const pair of output.name === "nvpair" ? [output] : output.elements()) {
    const value = pair.get("value") ?? "";
    if (!wanted(pair.get("name") ?? "")) continue;
    if (value === "INFINITY") return value;
    if (/^\d+$/.test(value)) total += Number(value);
  }
  return total >= 1_000_000 ? "INFINITY" : String(total);
}

async function clear({ resource, node, operation, interval, quiet }: Asked): Promise<number> {
  const { main: crmResource } = await import("./crm_resource.ts");
  const { parseIntervalMs } = await import("../../internal/cib/mod.ts");
  const argv = [...(quiet ? ["--quiet"] : []), "--cleanup", "-N", node, "-r", resource];
  if (operation !== "") argv.push("-n", operation, "-I", `${parseIntervalMs(interval) ?? 0}ms`);
  return crmResource(argv);
}
