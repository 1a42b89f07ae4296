import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import type { Verb } from "../frame/route.ts";
import { onAll, targets } from "./everywhere.ts";
import { memberNames } from "./members.ts";

/** `cluster enable` and `cluster disable`: whether the cluster starts with the machine. */
function onBoot(verb: "enable" | "disable", done: string): Verb {
  return async (context: PcsContext, argv: string[], options: Options): Promise<void> => {
    options.allowOnly(["--all", "--request-timeout"]);
    const all = options.has("--all");
    if (all && argv.length > 0) {
      throw new CommandLineError("Cannot specify both --all and a list of nodes.");
    }
    if (!all && argv.length === 0) {
      for (const service of ["corosync", "pacemaker"]) {
        const result = await context.env.serviceControl(verb, service);
        if (result.code !== 0) context.die(`Unable to ${verb} ${service}: ${result.stderr.trim()}`);
      }
      return;
    }
    await onAll(
      context,
      await targets(context, all ? await memberNames(context) : argv),
      `remote/cluster_${verb}`,
      {},
      (name) => `${name}: ${done}`,
      `unable to ${verb} all nodes`,
    );
  };
}

export const clusterEnable = onBoot("enable", "Cluster Enabled");
export const clusterDisable = onBoot("disable", "Cluster Disabled");
