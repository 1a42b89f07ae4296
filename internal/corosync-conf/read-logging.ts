import type { LoggingSettings, LogPriority } from "./model.ts";
import { type ConfSection, lastValue } from "./tree.ts";

const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

const SWITCHES: Record<string, string[]> = {
  to_stderr: ["yes", "no", "on", "off"],
  to_logfile: ["yes", "no", "on", "off"],
  to_syslog: ["yes", "no", "on", "off"],
  debug: ["on", "off", "trace"],
  timestamp: ["on", "off", "hires"],
  fileline: ["on", "off"],
  function_name: ["on", "off"],
  blackbox: ["on", "off"],
};

/** Corosync's complaint about a switch with a word it does not know. */
export function checkLogging(root: ConfSection): string | null {
  for (const [name, words] of Object.entries(SWITCHES)) {
    const value = lastValue(root, "logging", name);
    if (value !== null && !words.includes(value)) {
      return `parse error in config: unknown value for ${name}.`;
    }
  }
  return null;
}

/** The top-level logging options. */
export function readLogging(root: ConfSection): LoggingSettings {
  const value = (name: string) => lastValue(root, "logging", name);
  const on = (name: string, fallback: boolean) => {
    const text = value(name);
    return text === null ? fallback : text === "yes" || text === "on";
  };
  const priority = value("logfile_priority") ?? "info";
  const debug = value("debug");
  const timestamp = value("timestamp");
  return {
    toStderr: on("to_stderr", true),
    toLogfile: on("to_logfile", false),
    toSyslog: on("to_syslog", true),
    logfile: value("logfile"),
    logfilePriority: (PRIORITIES.includes(priority) ? priority : "info") as LogPriority,
    debug: debug === "on" || debug === "trace",
    timestamp: timestamp === "off" || timestamp === "on" ? timestamp : "hires",
  };
}
