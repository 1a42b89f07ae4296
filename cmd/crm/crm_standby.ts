import { out } from "../io.ts";
import { main as crmAttribute } from "./crm_attribute.ts";
import { versionText } from "./output.ts";
import { SETTING_OPTIONS, type ShellTool, shellOptions } from "./shell-options.ts";

const USAGE = `Usage: crm_standby <command> [options]

Common options:
 --help                 Show this text
 --version              Show the version
 -V, --verbose          Say more
 -q, --quiet            Print the value alone

Commands:
 -G, --query            Show whether the node is on standby (on/off)
 -v, --update=VALUE     Put the node on standby or bring it back (on/off)
 -D, --delete           Forget the setting

Additional Options:
 -N, --node=NODE        The node, this one by default
 -l, --lifetime=VALUE   How long the setting lasts: reboot, forever
 -i, --id=VALUE         Id of the attribute's XML element`;

const TOOL: ShellTool = {
  name: "crm_standby",
  help: `crm_standby - Show and change whether a node is on standby\n\n${USAGE}\n`,
  usage: USAGE,
  options: SETTING_OPTIONS,
  usageCode: 1,
};

/** Standby of a node: a front end of crm_attribute. */
export async function main(argv: string[]): Promise<number> {
  const parsed = shellOptions(TOOL, argv);
  if (typeof parsed === "number") return parsed;
  const passed: string[] = [];
  let command: "query" | "update" | "delete" | null = null;
  let node: string | null = null;
  let lifetime = false;
  for (const { name, value } of parsed.given) {
    switch (name) {
      case "help":
        out(`${TOOL.help}\n`);
        return 0;
      case "version":
        out(versionText());
        return 0;
      case "node":
      case "uname":
        node = value;
        break;
      case "query":
      case "get-value":
        command = "query";
        break;
      case "update":
      case "attr-value":
        passed.push("--update", ...words(value!));
        command = "update";
        break;
      case "delete":
      case "delete-attr":
        passed.push("--delete");
        command = "delete";
        break;
      case "lifetime":
        passed.push("--lifetime", ...words(value!));
        lifetime = true;
        break;
      case "id":
      case "attr-id":
        passed.push("--id", ...words(value!));
        break;
      default:
        passed.push(name === "old-quiet" ? "-Q" : `--${name}`);
    }
  }
  const target = node === null || node === "" ? await thisNode() : words(node);
  const base = ["-N", ...target, "-n", "standby", ...passed];
  if (command === null || command === "query") base.push("--query");
  if (lifetime) return crmAttribute(base);
  return withDefaultLifetime(command ?? "query", base);
}

async function withDefaultLifetime(command: string, base: string[]): Promise<number> {
  if (command === "update") return crmAttribute([...base, "-l", "forever"]);
  if (command === "delete") {
    await crmAttribute([...base, "-l", "forever"]);
    await crmAttribute([...base, "-l", "reboot"]);
    return 0;
  }
  const known = await crmAttribute([...base, "-l", "forever", "--output-as=none"]);
  if (known === 0) return crmAttribute([...base, "-l", "forever"]);
  return crmAttribute([...base, "-l", "reboot", "-d", "off"]);
}

/** The original splits values into words, being a shell script; an empty one disappears. */
function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

async function thisNode(): Promise<string[]> {
  const { callEngine } = await import("../../internal/host/local-client.ts");
  const info = await callEngine("info", {});
  return info.ok ? [info.value.nodeName] : [];
}
