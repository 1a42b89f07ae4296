import { parseDurationMs } from "../../internal/base/mod.ts";
import { readDefaults } from "../../internal/host/defaults-file.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { WatchdogDevice } from "../../internal/host/watchdog-device.ts";
import type { Log } from "../../internal/ports/mod.ts";

/** Seconds, when SBD_WATCHDOG_TIMEOUT does not say. */
const TIMEOUT = "5";

/**
 * Opens the device that SBD_WATCHDOG_DEV names, in the environment or in sbd's defaults file. Null
 * when none is named, or it cannot be used: the log says why.
 */
export function openWatchdog(log: Log): WatchdogDevice | null {
  const settings = { ...readDefaults(Paths.sbdDefaults), ...process.env };
  const path = settings["SBD_WATCHDOG_DEV"] ?? "";
  if (path === "") return null;
  const text = settings["SBD_WATCHDOG_TIMEOUT"] ?? TIMEOUT;
  const timeoutMs = parseDurationMs(text) ?? 0;
  if (timeoutMs <= 0) {
    log.write("error", `SBD_WATCHDOG_TIMEOUT: "${text}" is no number of seconds; no watchdog`);
    return null;
  }
  try {
    const device = WatchdogDevice.open(underRoot(path), timeoutMs);
    log.write("notice", `Watchdog ${path} resets this machine within ${timeoutMs}ms if not fed`);
    return device;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.write("error", `Watchdog ${path} cannot be used: ${why}`);
    return null;
  }
}
