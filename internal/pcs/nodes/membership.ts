import { readKnownHosts } from "../cluster/known-hosts.ts";
import { checkNewNodes } from "../corosync/check-nodes.ts";
import { readCorosyncConf, writeCorosyncConf } from "../corosync/file.ts";
import { addNodes, nodesOf, removeNodes, transportOf } from "../corosync/model.ts";
import { KeyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";
import { explainFailure } from "./access.ts";
import { destroyClusters } from "./destroy.ts";
import { askAll, onAll, type Target, targets } from "./everywhere.ts";
import { type NodeFile, sendFiles } from "./files.ts";
import { checkHosts, shareKnownHosts } from "./setup.ts";
import { waitForStart } from "./wait-start.ts";

const SPREADING = ["--request-timeout", "--skip-offline"];

/** Keys that all nodes of a cluster share, as far as this one has them. */
const KEYS: readonly { id: string; type: string; path: string }[] = [
  { id: "corosync authkey", type: "corosync_authkey", path: "/etc/corosync/authkey" },
  { id: "pacemaker authkey", type: "pcmk_remote_authkey", path: "/etc/pacemaker/authkey" },
];

/** `cluster node add NODE [addr=ADDRESS]... [--start [--wait]] [--enable]`. */
export async function nodeAdd(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([
    "--enable",
    "--force",
    "--no-watchdog-validation",
    "--start",
    "--wait",
    ...SPREADING,
  ]);
  const [name, ...words] = argv;
  if (name === undefined) throw new CommandLineError();
  const wait = options.waitSeconds();
  const given = new KeyValues(words, ["addr", "device"]);
  const conf = await readCorosyncConf(context);
  const members = nodesOf(conf);
  const known = await context.env.nodes.known();
  const addressesKnown = await readKnownHosts(context);
  let addresses: readonly string[] = given.repeated("addr");
  if (!known.has(name)) {
    context.report.error(
      `Host '${name}' is not known to pcs, try to authenticate the host using 'pcs host auth ` +
        `${name}' command`,
    );
    context.report.error("None of hosts is known to pcs.");
  } else if (addresses.length === 0) {
    const address = addressesKnown.get(name) ?? name;
    context.report.info(`No addresses specified for host '${name}', using '${address}'`);
    addresses = [address];
  }
  checkNewMember(context, members, name, addresses);
  const types = new Map<string, "FQDN" | "unresolvable">();
  for (const address of addresses) {
    types.set(address, (await context.env.resolves(address)) ? "FQDN" : "unresolvable");
  }
  if (addresses.length > 0) {
    const node = [{ name, addresses }];
    context.report.all(checkNewNodes(node, transportOf(conf), undefined, types, options.force));
  }
  context.report.stopOnErrors();

  const node = await targets(context, [name]);
  const others = await targets(
    context,
    members.flatMap((member) => (member.name === null ? [] : [member.name])),
  );
  await checkHosts(context, node, false);
  await shareKnownHosts(context, [...others, ...node]);
  context.report.info("Disabling sbd...");
  await askAll(
    context,
    node,
    "remote/sbd_disable",
    () => ({}),
    (target) => context.report.info(`${target.name}: sbd disabled`),
  );
  const keys = await sharedKeys(context);
  if (keys.length > 0) await sendFiles(context, node, keys);
  addNodes(conf, [{ name, addresses }]);
  await writeCorosyncConf(context, conf, options.has("--skip-offline"));
  await afterwards(context, node, options, wait);
}

function checkNewMember(
  context: PcsContext,
  members: ReturnType<typeof nodesOf>,
  name: string,
  addresses: readonly string[],
): void {
  if (members.some((member) => member.name === name)) {
    context.report.error(
      `Node name '${name}' is already used by existing nodes; please, use other name`,
    );
  }
  const links = new Set(members.flatMap((member) => member.addresses.map(({ link }) => link))).size;
  if (addresses.length !== links) {
    context.report.error(
      `${links} ${links === 1 ? "address" : "addresses"} must be specified for a node, ` +
        `${addresses.length} ${addresses.length === 1 ? "address" : "addresses"} specified for ` +
        `node '${name}'`,
    );
  }
  const used = new Set(members.flatMap((member) => member.addresses.map((a) => a.address)));
  const again = addresses.filter((address) => used.has(address));
  if (again.length > 0) {
    context.report.error(
      `Node ${plural(again, "address")} ${formatList(again)} ${plural(again, "is")} already used ` +
        `by existing nodes; please, use other ${plural(again, "address")}`,
    );
  }
}

async function sharedKeys(context: PcsContext): Promise<NodeFile[]> {
  const files: NodeFile[] = [];
  for (const { id, type, path } of KEYS) {
    const content = await context.env.systemBytes(path);
    if (content !== null) files.push({ id, type, content });
  }
  return files;
}

async function afterwards(
  context: PcsContext,
  node: readonly Target[],
  options: Options,
  wait: number,
): Promise<void> {
  const names = node.map((target) => target.name);
  const list = names.map((name) => `'${name}'`).join(", ");
  if (options.has("--enable")) {
    context.report.info(`Enabling cluster on hosts: ${list}...`);
    const done = (name: string) => `${name}: Cluster enabled`;
    await onAll(context, node, "remote/cluster_enable", {}, done, "unable to enable all nodes");
  }
  if (!options.has("--start")) return;
  context.report.info(`Starting cluster on hosts: ${list}...`);
  const started = (name: string) => `${name}: Starting Cluster...`;
  await onAll(context, node, "remote/cluster_start", {}, started, "unable to start all nodes");
  if (wait >= 0) await waitForStart(context, names, wait);
}

/** `cluster node remove NODE...`. */
export async function nodeRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", ...SPREADING]);
  if (argv.length === 0) throw new CommandLineError();
  const conf = await readCorosyncConf(context);
  const members = nodesOf(conf).flatMap((node) => (node.name === null ? [] : [node.name]));
  for (const name of argv) {
    if (members.includes(name)) continue;
    context.report.error(`Node '${name}' does not appear to exist in configuration`);
  }
  if (!context.report.hasErrors && members.every((name) => argv.includes(name))) {
    context.report.error(
      "No nodes would be left in the cluster, if you intend to destroy the " +
        "whole cluster, run 'pcs cluster destroy --all' instead",
    );
  }
  context.report.stopOnErrors();
  const skip = options.has("--skip-offline");
  const leaving = await targets(context, argv);
  const staying = members.filter((name) => !argv.includes(name));
  await refuseQuorumLoss(context, members, argv, options.force);
  await destroyLeaving(context, leaving, skip);
  removeNodes(conf, argv);
  await writeCorosyncConf(context, conf, skip);
  await forget(context, argv, staying);
}

/** Services of a node that goes are moved away first: its pcsd stops the cluster in order. */
async function destroyLeaving(
  context: PcsContext,
  leaving: readonly Target[],
  skip: boolean,
): Promise<void> {
  if (!skip) {
    await destroyClusters(context, leaving);
    return;
  }
  const up: Target[] = [];
  await askAll(
    context,
    leaving,
    "remote/check_auth",
    () => ({}),
    (target, answer) => {
      if (answer.ok) up.push(target);
      else context.report.warning(explainFailure(target.name, answer));
    },
  );
  if (up.length > 0) await destroyClusters(context, up);
  const down = leaving.filter((target) => !up.includes(target)).map((target) => target.name);
  if (down.length === 0) return;
  context.report.warning(
    `Removed ${plural(down, "node")} ${formatList(down)} could not be reached and ` +
      `${down.length > 1 ? "were" : "was"}n't deconfigured. Deconfigure the ` +
      `${plural(down, "node")} by running 'pcs cluster destroy' on the ${plural(down, "node")}`,
  );
}

async function refuseQuorumLoss(
  context: PcsContext,
  members: readonly string[],
  leaving: readonly string[],
  forced: boolean,
): Promise<void> {
  const quorum = await context.env.tool(["corosync-quorumtool", "-s"]);
  const needed = Number(/^Quorum:\s*(\d+)/m.exec(quorum.stdout)?.[1]);
  const total = Number(/^Total votes:\s*(\d+)/m.exec(quorum.stdout)?.[1]);
  if (!/^Quorate:\s+Yes/m.test(quorum.stdout) || Number.isNaN(needed + total)) return;
  // A node that is down has no vote to take along.
  const present = new Set(quorum.stdout.split(/\s+/));
  const gone = leaving.filter((name) => members.includes(name) && present.has(name)).length;
  if (total - gone >= needed) return;
  const text = "This action will cause a loss of the quorum";
  if (forced) context.report.warning(text);
  else context.report.error(text, "--force");
  context.report.stopOnErrors();
}

/** What the engine knows of nodes that are no longer there. */
async function forget(
  context: PcsContext,
  names: readonly string[],
  staying: readonly string[],
): Promise<void> {
  const here = (await context.env.tool(["crm_node", "-n"])).stdout.trim();
  if (!staying.includes(here)) return;
  for (const name of names) {
    const done = await context.env.tool(["crm_node", "--force", "--remove", name]);
    if (done.code !== 0) {
      const why = (done.stderr || done.stdout).trim();
      context.report.warning(`Unable to remove node(s) '${name}' from pacemaker: ${why}`);
    }
  }
}

/** `cluster node clear NODE`: for a node that is gone and still remembered. */
export async function nodeClear(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force"]);
  const [name, ...rest] = argv;
  if (name === undefined || rest.length > 0) throw new CommandLineError();
  const members = nodesOf(await readCorosyncConf(context));
  if (members.some((member) => member.name === name)) {
    const text =
      `Node '${name}' seems to be still in the cluster; this command should be used ` +
      "only with nodes that have been removed from the cluster";
    if (options.force) context.report.warning(text);
    else context.report.error(text, "--force");
    context.report.stopOnErrors();
  }
  const done = await context.env.tool(["crm_node", "--force", "--remove", name]);
  if (done.code !== 0) {
    context.report.error(
      `Unable to remove node '${name}' from pacemaker: ${(done.stderr || done.stdout).trim()}`,
    );
    context.report.stopOnErrors();
  }
}
