import { parseBoolean } from "../../base/mod.ts";
import { lastValue } from "../../corosync-conf/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { nvsetValue } from "../cib/nvset.ts";
import { constraintsOf, crmConfigOf, resourcesOf } from "../cib/sections.ts";
import { readCorosyncConf } from "../corosync/file.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError } from "../frame/report.ts";
import { formatList, indent } from "../frame/text.ts";
import { ruleStatusAt } from "../rule/data.ts";
import { pcsdLines } from "./cluster.ts";

/** `status [--full] [--hide-inactive]`: everything, for reading. */
export async function fullStatus(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--hide-inactive", "--full", "-f", "--corosync_conf", "--request-timeout"]);
  if (argv.length > 0) throw new CommandLineError();
  const live = requireBothOrNone(context);
  const full = options.has("--full");
  // Asked at once: each of them waits for another program.
  const asked = {
    monitor: monitorText(context, options),
    cib: context.cib(),
    daemons: live ? daemonLines(context) : Promise.resolve([]),
  };
  // What fails first is told first, in this order.
  for (const answer of Object.values(asked)) answer.catch(() => undefined);
  const { text, warnings } = await asked.monitor;
  const store = context.env.corosyncConf;
  const conf = live && !(await store.read()).ok ? null : await readCorosyncConf(context);
  const cib = await asked.cib;
  warnings.push(...stonithWarnings(cib), ...moveWarnings(cib, context.env.nowMs));
  const name =
    conf === null
      ? (nvsetValue(crmConfigOf(cib), "cluster_property_set", "cluster-name") ?? "")
      : (lastValue(conf, "totem", "cluster_name") ?? "");
  const lines = [`Cluster name: ${name}`];
  if (warnings.length > 0) lines.push("", "WARNINGS:", ...warnings, "");
  lines.push(text);
  if (full) lines.push(...(await ticketLines(context)));
  if (live && full && conf !== null) lines.push("", "PCSD Status:", ...(await pcsdLines(context)));
  if (live) lines.push("", "Daemon Status:", ...indent(await asked.daemons));
  context.print(...lines);
}

/** A CIB file needs a corosync.conf file beside it, and the other way round. */
function requireBothOrNone(context: PcsContext): boolean {
  const { cib, corosyncConf } = context.env;
  if (cib.live === corosyncConf.live) return cib.live;
  const [given, needed] = cib.live ? ["COROSYNC_CONF", "CIB"] : ["CIB", "COROSYNC_CONF"];
  const option: Record<string, string> = { CIB: "-f", COROSYNC_CONF: "--corosync_conf" };
  throw new LibraryError(
    error(`When '${option[given!]}' is specified, '${option[needed!]}' must be specified as well`),
  );
}

async function monitorText(
  context: PcsContext,
  options: Options,
): Promise<{ text: string; warnings: string[] }> {
  const full = options.has("--full");
  const argv = ["crm_mon", "--one-shot"];
  if (!options.has("--hide-inactive")) argv.push("--inactive");
  if (full) {
    argv.push("--show-detail", "--show-node-attributes", "--failcounts", "--fence-history=3");
  }
  const result = await context.env.tool(argv);
  if (result.code !== 0) {
    const said = [result.stderr, result.stdout].map((t) => t.trim()).filter((t) => t !== "");
    throw new LibraryError(
      error(
        [
          "error running crm_mon, is pacemaker running?",
          ...indent(said.join("\n").split("\n")),
        ].join("\n"),
      ),
    );
  }
  const warnings = result.stderr
    .trim()
    .split("\n")
    .filter((line) => line !== "" && (full || !line.startsWith("DEBUG: ")));
  return { text: result.stdout.trim(), warnings };
}

function stonithWarnings(cib: Element): string[] {
  const warnings: string[] = [];
  const setting = nvsetValue(crmConfigOf(cib), "cluster_property_set", "stonith-enabled");
  const enabled = setting === null || parseBoolean(setting) !== false;
  const devices = resourcesOf(cib)
    .descendants("primitive")
    .filter((primitive) => primitive.get("class") === "stonith");
  if (enabled && devices.length === 0) {
    warnings.push("No stonith devices and stonith-enabled is not false");
  }
  const having = (name: string, test: (value: string) => boolean) =>
    devices
      .filter((device) => test(nvsetValue(device, "instance_attributes", name) ?? ""))
      .map((device) => device.id);
  const action = having("action", (value) => value !== "");
  if (action.length > 0) {
    warnings.push(
      "Following stonith devices have the 'action' option set, it is recommended to set " +
        `'pcmk_off_action', 'pcmk_reboot_action' instead: ${formatList(action)}`,
    );
  }
  const cycle = having("method", (value) => value === "cycle");
  if (cycle.length > 0) {
    warnings.push(
      "Following stonith devices have the 'method' option set to 'cycle' which is potentially " +
        `dangerous, please consider using 'onoff': ${formatList(cycle)}`,
    );
  }
  return warnings;
}

/** Constraints left over from moving resources. */
function moveWarnings(cib: Element, nowMs: number): string[] {
  const statusOf = ruleStatusAt(cib, nowMs);
  const moved = new Set<string>();
  for (const constraint of constraintsOf(cib).elements("rsc_location")) {
    const resource = constraint.get("rsc");
    if (resource === null || !constraint.id.startsWith("cli-")) continue;
    const rules = constraint.elements("rule");
    const expired = rules.length > 0 && rules.every((r) => statusOf(r.id) === "EXPIRED");
    if (!expired) moved.add(resource);
  }
  if (moved.size === 0) return [];
  return [
    "Following resources have been moved and their move constraints are still in place: " +
      formatList(moved),
    "Run 'pcs constraint location' or 'pcs resource clear <resource id>' to view or remove the " +
      "constraints, respectively",
  ];
}

async function ticketLines(context: PcsContext): Promise<string[]> {
  const result = await context.env.tool(["crm_ticket", "--details"]);
  const said = (text: string) => (text.trim() === "" ? [] : text.trim().split("\n"));
  if (result.code === 0) return ["", "Tickets:", ...indent(said(result.stdout))];
  const warning = ["WARNING: Unable to get information about tickets"];
  return ["", "Tickets:", ...indent([...warning, ...indent(said(result.stderr))])];
}

/** Services, and whether they are shown although they neither run nor start with the machine. */
const SERVICES: [name: string, always: boolean][] = [
  ["corosync", true],
  ["pacemaker", true],
  ["pacemaker_remote", false],
  ["pcsd", true],
  ["sbd", false],
];

async function daemonLines(context: PcsContext): Promise<string[]> {
  const states = await Promise.all(SERVICES.map(([name]) => context.env.service(name)));
  return SERVICES.flatMap(([name, always], at) => {
    const { running, enabled } = states[at]!;
    if (!always && !running && !enabled) return [];
    return [`${name}: ${running ? "active" : "inactive"}/${enabled ? "enabled" : "disabled"}`];
  });
}
