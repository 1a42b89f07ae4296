import { out } from "../io.ts";
import { main as crmAttribute } from "./crm_attribute.ts";
import { versionText } from "./output.ts";
import { SETTING_OPTIONS, type ShellTool, shellOptions, wrongUsage } from "./shell-options.ts";

const USAGE = `Usage: crm_master <command> [<options>]

This command is deprecated. Use crm_attribute with the --promotion option
instead.`;

const TOOL: ShellTool = {
  name: "crm_master",
  help: `crm_master - A resource's promotion score\n\n${USAGE}`,
  usage: `${USAGE}`,
  options: [...SETTING_OPTIONS, { long: "resource", short: "r", value: "text" }],
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
