import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { explainFailure } from "../nodes/access.ts";
import { askAll, targets } from "../nodes/everywhere.ts";
import { memberNames } from "../nodes/members.ts";
import { readSbdConfig } from "./sbd-config.ts";

/** What belongs to a node, or to its devices, and not to the cluster. */
const OF_A_NODE = new Set(["SBD_WATCHDOG_DEV", "SBD_OPTS", "SBD_PACEMAKER", "SBD_DEVICE"]);

/** `stonith sbd status`: of each node, whether sbd is installed, enabled and running. */
export async function sbdStatusVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout", "--full"]);
  if (argv.length > 0) throw new CommandLineError();
  const form = { watchdog: "", device_list: "[]" };
  const answers = await fromMembers(context, "remote/check_sbd", form, "status of SBD");
  context.print("SBD STATUS", "<node name>: <installed> | <enabled> | <running>");
  for (const [name, body] of answers) {
    const states = serviceState(body);
    context.print(`${name}: ${states.join(" | ")}`);
  }
}

/** `stonith sbd config`: the variables that all nodes share, then the watchdogs and disks of each. */
export async function sbdConfigVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--request-timeout"]);
  if (argv.length > 0) throw new CommandLineError();
  const answers = await fromMembers(context, "remote/get_sbd_config", {}, "SBD configuration");
  const configs = answers.map(
    ([name, body]) => [name, body === null ? null : readSbdConfig(body)] as const,
  );
  const first = configs.find(([, config]) => config !== null)?.[1];
  if (first === undefined || first === null) context.die("no node has an SBD configuration");
  for (const [key, value] of Object.entries(first)) {
    if (!OF_A_NODE.has(key)) context.print(`${key}=${value}`);
  }
  context.print("", "Watchdogs:");
  for (const [name, config] of configs) {
    context.print(`  ${name}: ${config?.["SBD_WATCHDOG_DEV"] ?? "<unknown>"}`);
  }
  if (first["SBD_DEVICE"] === undefined) return;
  context.print("", "Devices:");
  for (const [name, config] of configs) {
    const devices = config?.["SBD_DEVICE"]?.split(";").filter((path) => path !== "");
    context.print(`  ${name}: ${devices?.map((path) => `'${path}'`).join(", ") ?? "<unknown>"}`);
  }
}

/** What each member answers, in their order; null, and a warning, where one does not. */
async function fromMembers(
  context: PcsContext,
  path: string,
  form: Record<string, string>,
  what: string,
): Promise<[string, string | null][]> {
  const nodes = await targets(context, await memberNames(context));
  const answers = await askAll(
    context,
    nodes,
    path,
    () => form,
    (target, answer) => {
      if (answer.ok) return;
      if (answer.layer !== "refused") context.report.warning(explainFailure(target.name, answer));
      context.report.warning(`Unable to get ${what} from node '${target.name}'`);
    },
  );
  return nodes.map(({ name }, i) => {
    const answer = answers[i]!;
    return [name, answer.ok ? answer.body : null];
  });
}

function serviceState(body: string | null): string[] {
  const words = { true: "YES", false: " NO" } as Record<string, string>;
  let sbd: Record<string, unknown> = {};
  try {
    sbd = (JSON.parse(body ?? "{}") as { sbd?: Record<string, unknown> }).sbd ?? {};
  } catch {
    // What is no JSON says nothing about the service.
  }
  return ["installed", "enabled", "running"].map((key) => words[String(sbd[key])] ?? "N/A");
}
