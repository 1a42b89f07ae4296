import { z } from "zod";
import type { PcsdWorld } from "../world.ts";
import { dataJson } from "./input.ts";
import { type RemoteCommand, RemoteError } from "./types.ts";
import { unitState } from "./unit-state.ts";

/** Names in `check_host`, and the units behind them. */
const UNITS: Record<string, string> = {
  pacemaker: "pacemaker",
  pacemaker_remote: "pacemaker_remote",
  corosync: "corosync",
  pcsd: "pcsd",
  sbd: "sbd",
  qdevice: "corosync-qdevice",
  booth: "booth",
};

const VERSIONS: Record<string, string[]> = {
  pacemaker: ["pacemakerd", "--version"],
  corosync: ["corosync", "-v"],
};

async function version(world: PcsdWorld, name: string): Promise<string | null> {
  if (name === "pcsd") return world.version;
  const command = VERSIONS[name];
  if (command === undefined) return null;
  const { code, stdout } = await world.run(command);
  return code === 0 ? (/\d+(\.\d+)+/.exec(stdout)?.[0] ?? null) : null;
}

const checkHost: RemoteCommand = {
  permission: "grant",
  async handle(world) {
    const states = Object.entries(UNITS).map(async ([name, unit]) => {
      const state = await unitState(world, unit);
      return [name, { ...state, version: state.installed ? await version(world, name) : null }];
    });
    const services = Object.fromEntries(await Promise.all(states)) as Record<string, object>;
    const files = ["/etc/corosync/corosync.conf", "/var/lib/pacemaker/cib/cib.xml"];
    const exists = files.some((file) => world.disk.read(world.path(file)) !== null);
    return { services, cluster_configuration_exists: exists };
  },
};

const Actions = z.record(
  z.string(),
  z.object({ type: z.literal("service_command"), service: z.string(), command: z.string() }),
);

/** Which services a peer may command, and how. */
const COMMANDABLE = new Set(["pacemaker_remote", "booth", "pacemaker", "corosync", "sbd"]);
const VERBS = new Set(["start", "stop", "enable", "disable"]);

const manageServices: RemoteCommand = {
  permission: "write",
  async handle(world, parameters) {
    const actions: Record<string, { code: string; message: string }> = {};
    for (const [id, action] of Object.entries(dataJson(parameters, Actions))) {
      if (!COMMANDABLE.has(action.service) || !VERBS.has(action.command)) {
        throw new RemoteError(`Invalid input data format: ${action.service} ${action.command}`);
      }
      const done = await world.run(["systemctl", action.command, `${action.service}.service`]);
      actions[id] = { code: done.code === 0 ? "success" : "fail", message: done.stderr.trim() };
    }
    return { actions };
  },
};

/** `cluster_start` and its kin are the pcs commands, run on this node. */
function pcsCommand(words: string[]): RemoteCommand {
  return {
    permission: "write",
    async handle(world, parameters) {
      const components = (parameters["component"] ?? "").split(",").filter(Boolean);
      const options = components.map((component) => `--${component}`);
      if (parameters["force"] !== undefined) options.push("--force");
      const done = await world.run(["pcs", ...words, ...options]);
      if (done.code !== 0) throw new RemoteError(done.stdout + done.stderr);
      return done.stdout + done.stderr;
    },
  };
}

export const serviceCommands: Record<string, RemoteCommand> = {
  check_host: checkHost,
  manage_services: manageServices,
  cluster_start: pcsCommand(["cluster", "start"]),
  cluster_stop: pcsCommand(["cluster", "stop"]),
  cluster_enable: pcsCommand(["cluster", "enable"]),
  cluster_disable: pcsCommand(["cluster", "disable"]),
  cluster_destroy: { ...pcsCommand(["cluster", "destroy"]), permission: "full" },
};
