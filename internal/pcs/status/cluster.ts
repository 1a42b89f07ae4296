import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { clusterStateXml, STATUS_XML } from "./crm-mon.ts";
import { corosyncNodeNames } from "./names.ts";

/** `status cluster`, also `cluster status`: the summary and the nodes. */
export async function clusterStatus(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--request-timeout"]);
  if (argv.length > 0) throw new CommandLineError();
  const result = await context.env.tool(["crm_mon", "-1", "-r"]);
  if (result.code !== 0) context.die("cluster is not currently running on this node");
  const lines: string[] = [];
  let parts = 0;
  for (const line of (result.stdout + result.stderr).trimEnd().split("\n")) {
    if (line !== "") lines.push(` ${line}`);
    else if (++parts > 1) break;
  }
  context.print("Cluster Status:", ...lines);
  if (!context.env.cib.live || !(await context.env.corosyncConf.read()).ok) return;
  context.print("", "PCSD Status:", ...(await pcsdLines(context)));
}

/** State of the pcsd on each node. */
export async function pcsdLines(context: PcsContext): Promise<string[]> {
  const { pcsdStates } = await import("../nodes/pcsd-status.ts");
  return (await pcsdStates(context, await corosyncNodeNames(context))).lines;
}

/** `status xml`: what crm_mon prints. */
export async function statusXml(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  const result = await context.env.tool(STATUS_XML);
  if (result.code !== 0) context.die(result.stdout.trimEnd());
  context.print(result.stdout.trim());
}

/** `status corosync`: the members that Corosync sees. */
export async function statusCorosync(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const result = await context.env.tool(["corosync-quorumtool", "-l"]);
  if (result.code !== 0) context.die("corosync not running");
  context.print((result.stdout + result.stderr).trimEnd());
}

/** `status nodes [corosync | both | config]`. */
export async function statusNodes(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const [which] = argv;
  if (argv.length === 1 && which === "config") {
    options.allowOnly(["-f", "--corosync_conf"]);
    await printConfiguredNodes(context);
    return;
  }
  if (argv.length === 1 && (which === "corosync" || which === "both")) {
    options.allowOnly([]);
    await printCorosyncNodes(context);
    if (which === "corosync") return;
  }
  options.allowOnly(["-f"]);
  await printPacemakerNodes(context);
}

/** The nodes that Corosync and Pacemaker have in their configuration. */
export async function printConfiguredNodes(context: PcsContext): Promise<void> {
  const store = context.env.corosyncConf;
  const corosync = (await store.read()).ok ? await corosyncNodeNames(context) : [];
  const status = await clusterStateXml(context);
  const pacemaker = (status.first("nodes")?.elements("node") ?? [])
    .filter((node) => node.get("type") !== "remote")
    .map((node) => node.get("name") ?? "")
    .sort();
  context.print("Corosync Nodes:");
  if (corosync.length > 0) context.print(` ${corosync.join(" ")}`);
  context.print("Pacemaker Nodes:");
  if (pacemaker.length > 0) context.print(` ${pacemaker.join(" ")}`);
}

async function printCorosyncNodes(context: PcsContext): Promise<void> {
  const all = await corosyncNodeNames(context);
  const members = await context.env.tool(["corosync-cmapctl", "-b", "runtime.members"]);
  if (members.code !== 0) context.die("unable to get list of online nodes");
  const names = await context.env.tool(["corosync-cmapctl", "-b", "nodelist.node"]);
  const online = onlineNames(members.stdout, names.stdout);
  const offline = all.filter((name) => !online.includes(name)).sort();
  context.print(
    "Corosync Nodes:",
    [" Online:", ...online.sort()].join(" "),
    [" Offline:", ...offline].join(" "),
  );
}

/** Names of the nodes whose id Corosync lists as joined. */
function onlineNames(members: string, nodes: string): string[] {
  const joined = [...members.matchAll(/runtime\.members\.(\d+)\.status .*= joined/g)].map(
    (match) => match[1],
  );
  const byIndex = new Map<string, { id?: string; name?: string }>();
  for (const match of nodes.matchAll(/nodelist\.node\.(\d+)\.(nodeid|name) .*= (.*)/g)) {
    const entry = byIndex.get(match[1]!) ?? {};
    if (match[2] === "nodeid") entry.id = match[3]!;
    else entry.name = match[3]!;
    byIndex.set(match[1]!, entry);
  }
  return [...byIndex.values()].flatMap(({ id, name }) =>
    id !== undefined && name !== undefined && joined.includes(id) ? [name] : [],
  );
}

const ROWS = [
  "Online",
  "Standby",
  "Standby with resource(s) running",
  "Maintenance",
  "Offline",
] as const;

async function printPacemakerNodes(context: PcsContext): Promise<void> {
  const status = await clusterStateXml(context);
  const tables = { member: rows(), remote: rows() };
  for (const node of status.first("nodes")?.elements("node") ?? []) {
    const table = node.get("type") === "remote" ? tables.remote : tables.member;
    const name = node.get("name") ?? "";
    const is = (attribute: string) => node.get(attribute) === "true";
    if (!is("online")) {
      table.Offline.push(name);
      continue;
    }
    if (is("standby")) {
      const busy = node.get("resources_running") !== "0";
      table[busy ? "Standby with resource(s) running" : "Standby"].push(name);
    }
    if (is("maintenance")) table.Maintenance.push(name);
    if (!is("standby") && !is("maintenance")) table.Online.push(name);
  }
  const lines = (table: ReturnType<typeof rows>) =>
    ROWS.map((row) => [` ${row}:`, ...table[row]].join(" "));
  context.print("Pacemaker Nodes:", ...lines(tables.member));
  context.print("Pacemaker Remote Nodes:", ...lines(tables.remote));
}

function rows(): Record<(typeof ROWS)[number], string[]> {
  return {
    Online: [],
    Standby: [],
    "Standby with resource(s) running": [],
    Maintenance: [],
    Offline: [],
  };
}

/** `status wait [TIMEOUT]`. */
export async function statusWait(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 1) throw new CommandLineError();
  const seconds = argv[0] === undefined ? 0 : Number.parseInt(argv[0], 10);
  if (!(seconds >= 0)) context.die(`'${argv[0]}' is not a valid number of seconds to wait`);
  await context.waitForIdle(seconds);
}
