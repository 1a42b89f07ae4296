import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { onAll, targets } from "./everywhere.ts";
import { memberNames, requireConfigured } from "./members.ts";
import { waitForStart } from "./wait-start.ts";

/**
 * How often a node that still drains its services is asked again after the request's time is up, as
 * in the original. systemd takes a second request to stop as one more to wait for the same stop.
 */
const DRAIN_PATIENCE = 15;

/** `cluster start [--all | NODE...] [--wait[=N]]`. */
export async function clusterStart(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "--all", "--corosync_conf", "--request-timeout"]);
  const wait = options.waitSeconds();
  const all = options.has("--all");
  if (all && argv.length > 0) {
    throw new CommandLineError("Cannot specify both --all and a list of nodes.");
  }
  if (!all && argv.length === 0) {
    await startHere(context);
    if (wait >= 0) await waitForStart(context, null, wait);
    return;
  }
  const names = all ? await memberNames(context) : argv;
  await onAll(
    context,
    await targets(context, names),
    "remote/cluster_start",
    {},
    (name) => `${name}: Starting Cluster...`,
    "unable to start all nodes",
  );
  if (wait >= 0) await waitForStart(context, names, wait);
}

async function startHere(context: PcsContext): Promise<void> {
  await requireConfigured(context);
  context.writeError("Starting Cluster...\n");
  for (const service of ["corosync", "pacemaker"]) {
    const done = await context.env.serviceControl("start", service);
    if (done.code !== 0) context.die(`Unable to start ${service}: ${done.stderr.trim()}`);
  }
}

/** `cluster stop [--all | NODE...] [--force] [--pacemaker | --corosync]`. */
export async function clusterStop(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([
    "--wait",
    "--request-timeout",
    "--pacemaker",
    "--corosync",
    "--force",
    "--all",
  ]);
  const all = options.has("--all");
  if (all && argv.length > 0) {
    throw new CommandLineError("Cannot specify both --all and a list of nodes.");
  }
  if (!all && argv.length === 0) {
    await stopHere(context, options);
    return;
  }
  const members = await memberNames(context);
  const names = all ? members : argv;
  const nodes = await targets(context, names);
  if (!all && !options.force) await refuseQuorumLoss(context, members, names);
  for (const component of ["pacemaker", "corosync"]) {
    await onAll(
      context,
      nodes,
      "remote/cluster_stop",
      { component, force: "1" },
      (name) => `${name}: Stopping Cluster (${component})...`,
      "unable to stop all nodes",
      { patience: DRAIN_PATIENCE },
    );
  }
}

/** Services are drained before the ring goes, here as in the units. */
async function stopHere(context: PcsContext, options: Options): Promise<void> {
  const both = !options.hasAny("--pacemaker", "--corosync");
  if (both && !options.force && (await context.env.service("corosync")).running) {
    const quorum = await context.env.tool(["corosync-quorumtool", "-p", "-s"]);
    if (lastOfQuorum(quorum.stdout)) {
      context.die("Stopping the node will cause a loss of the quorum, use --force to override");
    }
  }
  for (const service of ["pacemaker", "corosync"]) {
    if (!both && !options.has(`--${service}`)) continue;
    context.writeError(`Stopping Cluster (${service})...\n`);
    const done = await context.env.serviceControl("stop", service);
    if (done.code !== 0) context.die(`Unable to stop ${service}: ${done.stderr.trim()}`);
  }
}

/** True when this node's vote is one that the quorum cannot spare, and others stay behind. */
function lastOfQuorum(text: string): boolean {
  const number = (label: string) => Number(new RegExp(`^${label}:\\s*(\\d+)`, "m").exec(text)?.[1]);
  const total = number("Total votes");
  const needed = number("Quorum");
  if (!/^Quorate:\s+Yes/m.test(text) || Number.isNaN(total) || Number.isNaN(needed)) return false;
  return total > 1 && total - 1 < needed;
}

async function refuseQuorumLoss(
  context: PcsContext,
  members: readonly string[],
  leaving: readonly string[],
): Promise<void> {
  const quorum = await context.env.tool(["corosync-quorumtool", "-p", "-s"]);
  const needed = Number(/^Quorum:\s*(\d+)/m.exec(quorum.stdout)?.[1]);
  const total = Number(/^Total votes:\s*(\d+)/m.exec(quorum.stdout)?.[1]);
  if (quorum.code !== 0 || Number.isNaN(needed) || !/^Quorate:\s+Yes/m.test(quorum.stdout)) return;
  const gone = leaving.filter((name) => members.includes(name)).length;
  if (gone < members.length && total - gone < needed) {
    context.die("Stopping the node(s) will cause a loss of the quorum, use --force to override");
  }
}
