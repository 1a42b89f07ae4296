import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { formatList } from "../frame/text.ts";
import { explainFailure } from "./access.ts";
import { destroyClusters } from "./destroy.ts";
import { askAll, onAll, type Target, targets } from "./everywhere.ts";
import { parse, removeSettings, sendFiles } from "./files.ts";
import { waitForStart } from "./wait-start.ts";

const KEY_BYTES = 256;

interface HostState {
  services?: Record<string, { running?: boolean; installed?: boolean } | undefined>;
  cluster_configuration_exists?: boolean;
}

/**
 * `cluster setup` on the machines themselves: nodes that are in a cluster refuse unless forced,
 * what was there is destroyed, then keys and corosync.conf are sent.
 */
export async function setUpNodes(
  context: PcsContext,
  names: readonly string[],
  corosyncConf: string,
  options: Options,
): Promise<void> {
  const nodes = await targets(context, names);
  await checkHosts(context, nodes, options.force);
  await destroyClusters(context, nodes);
  await shareKnownHosts(context, nodes);
  await removeSettings(context, nodes);
  if (!options.has("--no-keys-sync")) {
    const key = () => context.env.nodes.randomKey(KEY_BYTES);
    await sendFiles(context, nodes, [
      { id: "corosync authkey", type: "corosync_authkey", content: key() },
      { id: "pacemaker authkey", type: "pcmk_remote_authkey", content: key() },
    ]);
  }
  await sendFiles(context, nodes, [
    { id: "corosync.conf", type: "corosync_conf", content: corosyncConf },
  ]);
  context.report.info("Cluster has been successfully set up.");
  await afterwards(context, nodes, options);
}

/** Complains of hosts that are in a cluster already; forced, only warns. */
export async function checkHosts(
  context: PcsContext,
  nodes: readonly Target[],
  forced: boolean,
): Promise<void> {
  await askAll(
    context,
    nodes,
    "remote/check_host",
    () => ({}),
    (target, answer) => {
      if (!answer.ok) {
        context.report.error(explainFailure(target.name, answer));
        return;
      }
      const state = parse<HostState>(answer.body) ?? {};
      const running = Object.entries(state.services ?? {})
        .filter(([name, service]) => service?.running === true && name !== "pcsd")
        .map(([name]) => name);
      const { name } = target;
      const complaints = [];
      if (running.length > 0) {
        complaints.push(
          `as the following services are found to be running: ${formatList(running)}. If the host ` +
            "is not part of a cluster, stop the services and retry",
        );
      }
      if (state.cluster_configuration_exists === true) {
        complaints.push(
          "as cluster configuration files have been found on the host. If the host is not part of " +
            `a cluster, run 'pcs cluster destroy' on host '${name}' to remove those configuration files`,
        );
      }
      for (const complaint of complaints) {
        const text = `${name}: The host seems to be in a cluster already ${complaint}`;
        if (forced) context.report.warning(text);
        else context.report.error(text, "--force");
      }
    },
  );
  if (context.report.hasErrors && !forced) {
    context.report.error(
      "Some nodes are already in a cluster. Enforcing this will destroy existing cluster on those " +
        "nodes. You should remove the nodes from their clusters instead to keep the clusters " +
        "working properly",
      "--force",
    );
  }
  context.report.stopOnErrors();
}

/** Every member may talk to every other afterwards. */
export async function shareKnownHosts(
  context: PcsContext,
  nodes: readonly Target[],
): Promise<void> {
  const add = Object.fromEntries(
    nodes.map(({ name, host }) => [name, { dest_list: host.destinations, token: host.token }]),
  );
  const change = { known_hosts_add: add, known_hosts_remove: [] };
  const form = { data_json: JSON.stringify(change) };
  await askAll(
    context,
    nodes,
    "remote/known_hosts_change",
    () => form,
    (target, answer) => {
      if (!answer.ok) context.report.error(explainFailure(target.name, answer));
    },
  );
  context.report.stopOnErrors();
}

async function afterwards(
  context: PcsContext,
  nodes: readonly Target[],
  options: Options,
): Promise<void> {
  if (options.has("--enable")) {
    context.report.info(
      "Enabling cluster on hosts: " + nodes.map((n) => `'${n.name}'`).join(", ") + "...",
    );
    await onAll(
      context,
      nodes,
      "remote/cluster_enable",
      {},
      (name) => `${name}: Cluster enabled`,
      "unable to enable all nodes",
    );
  }
  if (!options.has("--start")) return;
  context.report.info(
    "Starting cluster on hosts: " + nodes.map((n) => `'${n.name}'`).join(", ") + "...",
  );
  await onAll(
    context,
    nodes,
    "remote/cluster_start",
    {},
    (name) => `${name}: Starting Cluster...`,
    "unable to start all nodes",
  );
  const wait = options.waitSeconds();
  if (wait >= 0)
    await waitForStart(
      context,
      nodes.map((node) => node.name),
      wait,
    );
}
