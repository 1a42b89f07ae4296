import type { PcsdWorld } from "../world.ts";
import { type RemoteCommand, RemoteError } from "./types.ts";

/** The output of a program, or its message as the refusal. */
async function output(world: PcsdWorld, argv: string[]): Promise<string> {
  const done = await world.run(argv);
  if (done.code !== 0) throw new RemoteError((done.stderr || done.stdout).trim());
  return done.stdout;
}

const nodeStatus: RemoteCommand = {
  permission: "read",
  async handle(world) {
    const systemctl = async (verb: string, unit: string) =>
      (await world.run(["systemctl", verb, "--quiet", `${unit}.service`])).code === 0;
    const units = ["corosync", "pacemaker", "pcsd"];
    const [mon, quorum, active, enabled] = await Promise.all([
      world.run(["crm_mon", "-1", "--output-as=xml"]),
      world.run(["corosync-quorumtool", "-s"]),
      Promise.all(units.slice(0, 2).map((unit) => systemctl("is-active", unit))),
      Promise.all(units.map((unit) => systemctl("is-enabled", unit))),
    ]);
    const conf = world.disk.read(world.path("/etc/corosync/corosync.conf"));
    const name = /^\s*cluster_name\s*:\s*(.+?)\s*$/m.exec(
      new TextDecoder().decode(conf ?? undefined),
    );
    const nodes = [...mon.stdout.matchAll(/<node name="([^"]*)"[^>]*\bonline="(true|false)"/g)];
    return {
      cluster_name: name?.[1] ?? "",
      node: {
        corosync: active[0],
        pacemaker: active[1],
        pcsd: true,
        corosync_enabled: enabled[0],
        pacemaker_enabled: enabled[1],
        pcsd_enabled: enabled[2],
        quorum: /^Quorate:\s+Yes/m.test(quorum.stdout),
      },
      pacemaker_online: nodes.filter((match) => match[2] === "true").map((match) => match[1]),
      pacemaker_offline: nodes.filter((match) => match[2] === "false").map((match) => match[1]),
    };
  },
};

const pacemakerNodeStatus: RemoteCommand = {
  permission: "read",
  async handle(world) {
    const mon = await world.run(["crm_mon", "-1", "--output-as=xml"]);
    const local = (await world.run(["crm_node", "-n"])).stdout.trim();
    const tags = [...mon.stdout.matchAll(/<node (name="[^"]*"[^>]*)>/g)].map((match) => match[1]!);
    const own = tags.find((tag) => tag.startsWith(`name="${local}"`));
    if (mon.code !== 0 || own === undefined) return { status: "error", status_msg: mon.stderr };
    const flag = (name: string) => new RegExp(`\\b${name}="true"`).test(own);
    const flags = ["online", "standby", "pending", "unclean", "maintenance", "shutdown"];
    const data = Object.fromEntries(flags.map((name) => [name, flag(name)]));
    return { status: "success", data: { name: local, ...data } };
  },
};

/** This node's part of an incident file, with secrets removed. */
const incident: RemoteCommand = {
  permission: "full",
  handle: (world) => output(world, ["muster", "incident", "part"]),
};

export const statusCommands: Record<string, RemoteCommand> = {
  incident,
  status: nodeStatus,
  pacemaker_node_status: pacemakerNodeStatus,
  cluster_status_plaintext: {
    permission: "read",
    handle: (world) => output(world, ["pcs", "status"]),
  },
  get_quorum_info: {
    permission: "read",
    handle: (world) => output(world, ["corosync-quorumtool", "-p"]),
  },
};
