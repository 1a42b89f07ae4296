import { join } from "node:path";
import { Paths, underRoot } from "../../internal/host/paths.ts";

/** Given to every agent: what the defaults file sets for them, and where the cluster's files are. */
export function agentVariables(defaults: Record<string, string>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...defaults, ...process.env })) {
    const wanted = /^(PCMK|HA|OCF|MUSTER)_/.test(name) || name === "LANG";
    if (wanted && value !== undefined) environment[name] = value;
  }
  return environment;
}

/** The daemon's log file; null for none. */
export function logFile(defaults: Record<string, string>): string | null {
  const configured = process.env["PCMK_logfile"] ?? defaults["PCMK_logfile"];
  if (configured === "none" || configured === "/dev/null") return null;
  return underRoot(configured ?? join(Paths.logFolder, "pacemaker.log"));
}
