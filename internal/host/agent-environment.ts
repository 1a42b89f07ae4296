import { ownCommand, toolsFolder } from "./agents.ts";
import { rootPrefix, underRoot } from "./paths.ts";
import { makeOpenFolder } from "./umask.ts";

/** Runs before agents do: /run is empty after a boot. */
export function makeAgentFolders(): void {
  for (const folder of ["/run/resource-agents", "/run/muster"]) {
    try {
      makeOpenFolder(underRoot(folder));
    } catch {
      // An agent that needs it will say so.
    }
  }
}

/**
 * The environment that every agent starts from: this process's own, with the tools that agents call
 * first on PATH, so that they reach this engine, and with the folders of this node.
 */
export function baseEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined) env[name] = value;
  }
  env["PATH"] ??= "/usr/sbin:/usr/bin:/sbin:/bin";
  env["MUSTER_COMMAND"] = ownCommand().join(" ");
  const tools = toolsFolder();
  if (tools !== null && tools !== "/usr/sbin") {
    env["PATH"] = `${tools}:${env["PATH"]}`;
    env["HA_SBIN_DIR"] = tools;
  }
  if (rootPrefix() !== "") env["HA_VARRUN"] = underRoot("/run");
  return env;
}
