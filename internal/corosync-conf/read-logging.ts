import type { LoggingSettings, LogPriority } from "./model.ts";
import { type ConfSection, lastValue } from "./tree.ts";

const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

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
