import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { explainFailure } from "./access.ts";
import { askAll, type Target, targets } from "./everywhere.ts";
import { memberNames } from "./members.ts";

/** Folders and files that make a machine a member; removed with everything in them. */
const STATE = [
  "/etc/corosync/corosync.conf",
  "/etc/corosync/authkey",
  "/etc/pacemaker/authkey",
  "/var/lib/pacemaker/cib",
  "/var/lib/pacemaker/pengine",
  "/var/lib/corosync",
  "/var/lib/pcsd/disaster-recovery",
];

/** `cluster destroy [--all]`. */
export async function clusterDestroy(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--all", "--force", "--request-timeout", "--yes"]);
  if (argv.length > 0) throw new CommandLineError();
  if (!options.has("--all")) {
    await destroyHere(context);
    return;
  }
  await destroyClusters(context, await targets(context, await memberNames(context)));
}

/** Ends whatever cluster the hosts were in. */
export async function destroyClusters(
  context: PcsContext,
  nodes: readonly Target[],
): Promise<void> {
  const names = nodes.map((node) => `'${node.name}'`).join(", ");
  context.report.info(`Destroying cluster on hosts: ${names}...`);
  await askAll(
    context,
    nodes,
    "remote/cluster_destroy",
    () => ({}),
    (target, answer) => {
      if (answer.ok) context.report.info(`${target.name}: Successfully destroyed cluster`);
      else context.report.error(explainFailure(target.name, answer));
    },
  );
  context.report.stopOnErrors();
}

async function destroyHere(context: PcsContext): Promise<void> {
  context.writeError("Shutting down pacemaker/corosync services...\n");
  for (const service of ["pacemaker", "pacemaker_remote", "corosync", "corosync-qdevice"]) {
    if (!(await context.env.service(service)).running) continue;
    const done = await context.env.serviceControl("stop", service);
    if (done.code !== 0) await context.env.serviceControl("kill", service);
  }
  context.writeError("Killing any remaining services...\n");
  context.writeError("Removing all cluster configuration files...\n");
  for (const service of ["corosync", "pacemaker"]) {
    await context.env.serviceControl("disable", service);
  }
  for (const path of STATE) await context.env.removeAll(path);
}

/** `cluster kill`: ends the daemons of this machine at once. */
export async function clusterKill(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  for (const service of ["pacemaker", "corosync"])
    await context.env.serviceControl("kill", service);
}
