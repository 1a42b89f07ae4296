import type { PcsContext } from "../frame/context.ts";
import { timeoutSeconds } from "../frame/options.ts";
import { error, forceable, type Report } from "../frame/report.ts";

/** SBD's own watchdog timeout when its configuration names none, in seconds. */
const SBD_DEFAULT_SECONDS = 5;

/**
 * What speaks against a value of stonith-watchdog-timeout, as SBD is set up here. Where nobody can
 * tell whether SBD starts with the machine, it counts as enabled: the careful answer. `fed`: the
 * cluster has watchdogs in use (have-watchdog), be it by SBD or by its own engines.
 */
export async function checkWatchdogTimeout(
  context: PcsContext,
  value: string,
  { forced, fed }: { forced: boolean; fed: boolean },
): Promise<Report[]> {
  const seconds = value === "" ? 0 : timeoutSeconds(value);
  if (seconds === null) return [];
  const cannotSet = "stonith-watchdog-timeout can only be unset or set to 0 while ";
  const { enabled, known } = await context.env.service("sbd");
  if (known && !enabled && !fed) return seconds === 0 ? [] : [error(`${cannotSet}SBD is disabled`)];
  const config = await sbdConfig(context);
  if (config.get("SBD_DEVICE")) {
    if (seconds === 0) return [];
    return [forceable(forced, `${cannotSet}SBD is enabled with devices`)];
  }
  if (seconds === 0) {
    return [
      forceable(
        forced,
        "stonith-watchdog-timeout cannot be unset or set to 0 while SBD is enabled without devices",
      ),
    ];
  }
  const configured = config.get("SBD_WATCHDOG_TIMEOUT");
  const limit = configured === undefined ? SBD_DEFAULT_SECONDS : Number(configured);
  if (seconds > limit) return [];
  return [
    forceable(
      forced,
      "The stonith-watchdog-timeout must be greater than SBD watchdog timeout " +
        `'${limit}', entered '${value}'`,
    ),
  ];
}

async function sbdConfig(context: PcsContext): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const path of ["/etc/default/sbd", "/etc/sysconfig/sbd"]) {
    const text = await context.env.systemFile(path);
    if (!text.ok) continue;
    for (const match of text.value.matchAll(/^\s*(\w+)\s*=\s*"?([^"\n]*?)"?\s*$/gm)) {
      values.set(match[1]!, match[2]!);
    }
  }
  return values;
}
