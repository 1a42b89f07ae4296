import { out } from "../io.ts";
import { main as crmAttribute } from "./crm_attribute.ts";
import type { OptionSpec } from "./options.ts";
import { versionText } from "./output.ts";
import { type ShellTool, shellOptions, wrongUsage } from "./shell-options.ts";

const OPTIONS: OptionSpec[] = [
  { long: "help" },
  { long: "version" },
  { long: "verbose", short: "V" },
  { long: "quiet", short: "q" },
  { long: "query", short: "G" },
  { long: "get-value" },
  { long: "old-quiet", short: "Q" },
  { long: "update", short: "v", value: "text" },
  { long: "attr-value", value: "text" },
  { long: "delete", short: "D" },
  { long: "delete-attr" },
  { long: "node", short: "N", value: "text" },
  { long: "uname", short: "U", value: "text" },
  { long: "lifetime", short: "l", value: "text" },
  { long: "id", short: "i", value: "text" },
  { long: "attr-id", value: "text" },
  { long: "resource", short: "r", value: "text" },
];

const USAGE = `Usage: crm_master <command> [<options>]

This command is deprecated. Use crm_attribute with the --promotion option
instead.`;

const TOOL: ShellTool = {
  name: "crm_master",
  help: `crm_master - A resource's promotion score\n\n${USAGE}`,
  usage: `${USAGE}`,
  options: OPTIONS,
  usageCode: 1,
};

/** Promotion score of a resource: a front end of crm_attribute, for agents written long ago. */
export function main(argv: string[]): Promise<number> | number {
  const parsed = shellOptions(TOOL, argv);
  if (typeof parsed === "number") return parsed;
  let resource = process.env["OCF_RESOURCE_INSTANCE"] ?? "";
  const passed = ["--lifetime", "forever"];
  for (const { name, value } of parsed.given) {
    if (name === "help") {
      out(`${TOOL.help}\n`);
      return 0;
    }
    if (name === "version") {
      out(versionText());
      return 0;
    }
    if (name === "resource") resource = value!;
    else passed.push(name === "old-quiet" ? "-Q" : `--${name}`, ...(value === null ? [] : [value]));
  }
  if (resource === "") return wrongUsage(TOOL, "No resource specified");
  return crmAttribute(["-n", `master-${resource}`, ...passed]);
}
