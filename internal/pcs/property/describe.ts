import { type AgentParameter, parameterData } from "../agent/model.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { wrapForTerminal } from "../frame/output.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint, formatList, indent } from "../frame/text.ts";
import { choose, requireAll } from "./config.ts";
import { propertyMetadata, READ_ONLY } from "./metadata.ts";

/** `property describe [NAME... | --full] [--output-format text|json]`. */
export async function propertyDescribe(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--full", "--output-format"]);
  const full = options.has("--full");
  if (argv.length > 0 && full) {
    throw new CommandLineError("cannot specify properties when using '--full'");
  }
  const format = options.outputFormat(["json", "text"]);
  if (format === "json" && (argv.length > 0 || full)) {
    throw new CommandLineError("property filtering is not supported with --output-format=json");
  }
  const metadata = await propertyMetadata(context);
  if (format === "json") {
    context.print(
      pythonJson({
        properties_metadata: metadata.map(parameterData),
        readonly_properties: READ_ONLY,
      }),
    );
    return;
  }
  const chosen = choose(metadata, argv, full);
  requireAll(
    argv,
    chosen.map(({ name }) => name),
    "description",
  );
  chosen.sort((a, b) => byCodePoint(a.name, b.name));
  context.print(...wrapForTerminal(chosen.flatMap(describeLines), context.env.columns));
}

function describeLines(parameter: AgentParameter): string[] {
  const heading = `${parameter.name}${parameter.advanced ? " (advanced use only)" : ""}`;
  const text = (parameter.longdesc || parameter.shortdesc || "").replaceAll("\n", " ");
  const lines = [`Description: ${text === "" ? "No description available" : text}`];
  if (parameter.values === null) lines.push(`Type: ${parameter.type}`);
  else lines.push(`Allowed values: ${formatList(parameter.values)}`);
  if (parameter.default !== null) lines.push(`Default: ${parameter.default}`);
  return [heading, ...indent(lines)];
}

const BASIC: Readonly<Record<string, string>> = {
  "batch-limit": "Batch Limit",
  "no-quorum-policy": "No Quorum Policy",
  "symmetric-cluster": "Symmetric",
  "stonith-enabled": "Stonith Enabled",
  "stonith-action": "Stonith Action",
  "cluster-delay": "Cluster Delay",
  "stop-orphan-resources": "Stop Orphan Resources",
  "stop-orphan-actions": "Stop Orphan Actions",
  "start-failure-is-fatal": "Start Failure is Fatal",
  "pe-error-series-max": "PE Error Storage",
  "pe-warn-series-max": "PE Warning Storage",
  "pe-input-series-max": "PE Input Storage",
  "enable-acl": "Enable ACLs",
};

/** `property get_cluster_properties_definition`: JSON for graphical tools. */
export async function propertyDefinition(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const definition: Record<string, unknown> = {};
  for (const parameter of await propertyMetadata(context)) {
    const { name, values } = parameter;
    if (name === "dc-version" || name === "cluster-infrastructure") continue;
    const basic = BASIC[name];
    definition[name] = {
      name,
      shortdesc: parameter.shortdesc ?? "",
      longdesc: parameter.longdesc ?? "",
      type: values === null ? parameter.type : "enum",
      default: parameter.default ?? "",
      advanced: basic === undefined || parameter.advanced,
      readable_name: basic ?? name,
      source: "cluster-options",
      ...(values === null ? {} : { enum: values }),
    };
  }
  context.print(pythonJson(definition));
}
