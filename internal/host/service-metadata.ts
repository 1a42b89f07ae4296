import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Paths, underRoot } from "./paths.ts";
import { unitInfo } from "./unit-info.ts";

/** Timeouts that the originals give for agents that say nothing themselves. */
const SYSTEMD_ACTIONS = `    <action name="start" timeout="100s" />
    <action name="stop" timeout="100s" />
    <action name="status" timeout="100s" />
    <action name="monitor" timeout="100s" interval="60s" />
    <action name="meta-data" timeout="5s" />
`;

const LSB_ACTIONS = ["start", "stop", "status", "restart", "force-reload"]
  .map((name) => `    <action name='${name}' timeout='15s' />\n`)
  .join("");

/** Headers of an init script, in the order in which the originals print them. */
const LSB_HEADERS = [
  "Provides",
  "Required-Start",
  "Required-Stop",
  "Should-Start",
  "Should-Stop",
  "Default-Start",
  "Default-Stop",
];

/**
 * Metadata of an agent that has none of its own: a unit of systemd or an init script. Null when
 * there is no such service here.
 */
export async function serviceMetadata(standard: string, type: string): Promise<string | null> {
  if (!/^[\w@.:\\-]+$/.test(type) || type.startsWith(".")) return null;
  if (standard === "lsb") return lsbMetadata(type);
  if (standard === "systemd") return systemdMetadata(type);
  if (standard === "service") return lsbMetadata(type) ?? systemdMetadata(type);
  return null;
}

async function systemdMetadata(type: string): Promise<string | null> {
  const unit = /\.(service|socket|mount|timer|path)$/.test(type) ? type : `${type}.service`;
  const shown = await unitInfo(unit);
  if (shown?.load !== "loaded") return null;
  const about = shown.description;
  return `<?xml version="1.0"?>
<resource-agent name="${type}" version="0.1">
  <version>1.1</version>
  <longdesc lang="en">
    ${escaped(about)}
  </longdesc>
  <shortdesc lang="en">systemd unit file for ${type}</shortdesc>
  <parameters/>
  <actions>
${SYSTEMD_ACTIONS}  </actions>
  <special tag="systemd"/>
</resource-agent>
`;
}

function lsbMetadata(type: string): string | null {
  let script: string;
  try {
    script = readFileSync(join(underRoot(Paths.lsbFolder), type), "utf8");
  } catch {
    return null;
  }
  const header = /^### BEGIN INIT INFO$([\s\S]*?)^### END INIT INFO$/m.exec(script)?.[1] ?? "";
  const value = (name: string): string =>
    escaped(new RegExp(`^# ${name}:(.*)$`, "m").exec(header)?.[1] ?? "");
  const long = /^# Description:(.*(?:\n#(?: {2}|\t).*)*)/m.exec(header)?.[1] ?? "";
  const longText = long.replace(/\n#\s+/g, "\n").trim();
  const special = LSB_HEADERS.map((name) => {
    const text = value(name);
    return `    <${name}>${text.trim() === "" ? "" : `${text}\n`}</${name}>\n`;
  }).join("");
  return `<?xml version='1.0'?>
<resource-agent name='${type}' version='0.1'>
  <version>1.1</version>
  <longdesc lang='en'>
       ${escaped(longText)}
  </longdesc>
  <shortdesc lang='en'>${value("Short-Description")}
</shortdesc>
  <parameters/>
  <actions>
    <action name='meta-data' timeout='5s' />
${LSB_ACTIONS}    <action name='monitor' timeout='15s' interval='15s' />
  </actions>
  <special tag='LSB'>
${special}  </special>
</resource-agent>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
