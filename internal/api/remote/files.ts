import { z } from "zod";
import type { PcsdWorld } from "../world.ts";
import { dataJson } from "./input.ts";
import { type RemoteCommand, RemoteError } from "./types.ts";

interface FileType {
  /** The name comes from a fixed table, never from the peer; booth files carry a checked one. */
  path: (name: string) => string;
  mode: number;
  binary: boolean;
  /** Belongs to the cluster's user, not to root. */
  clusterOwned?: boolean;
}

const fixed = (path: string, mode: number, binary: boolean): FileType => ({
  path: () => path,
  mode,
  binary,
});

const TYPES: Record<string, FileType> = {
  booth_authfile: { path: (name) => `/etc/booth/${name}`, mode: 0o600, binary: true },
  booth_config: { path: (name) => `/etc/booth/${name}`, mode: 0o644, binary: false },
  pcmk_remote_authkey: {
    ...fixed("/etc/pacemaker/authkey", 0o400, true),
    clusterOwned: true,
  },
  corosync_authkey: fixed("/etc/corosync/authkey", 0o400, true),
  corosync_conf: fixed("/etc/corosync/corosync.conf", 0o644, false),
  pcs_settings_conf: fixed("/var/lib/pcsd/pcs_settings.conf", 0o644, false),
  pcs_disaster_recovery_conf: fixed("/var/lib/pcsd/disaster-recovery", 0o600, false),
};

const REMOVABLE: Record<string, string> = {
  pcmk_remote_authkey: "/etc/pacemaker/authkey",
  pcsd_settings: "/var/lib/pcsd/pcs_settings.conf",
  pcs_disaster_recovery_conf: "/var/lib/pcsd/disaster-recovery",
};

const Files = z.record(
  z.string(),
  z.object({
    type: z.string(),
    data: z.string(),
    name: z.string().optional(),
    rewrite_existing: z.boolean().optional(),
  }),
);

type Outcome = { code: string; message: string };

function putOne(world: PcsdWorld, file: z.infer<typeof Files>[string]): Outcome {
  const type = TYPES[file.type];
  if (type === undefined) {
    const known = Object.keys(TYPES).sort().join(", ");
    throw new RemoteError(`Invalid input data format: type '${file.type}' is not one of ${known}`);
  }
  const name = file.name ?? "";
  if (file.type.startsWith("booth") && !/^[\w.-]+\.(conf|key)$/.test(name)) {
    throw new RemoteError(`Invalid input data format: name '${name}' is not allowed`);
  }
  const path = world.path(type.path(name));
  const content = Buffer.from(file.data, type.binary ? "base64" : "utf8");
  try {
    const old = world.disk.read(path);
    if (old !== null && Buffer.compare(Buffer.from(old), content) === 0) {
      return { code: "same_content", message: "" };
    }
    if (old !== null && file.rewrite_existing !== true) return { code: "conflict", message: "" };
    world.disk.writeAtomic(path, content, type.mode);
    if (type.clusterOwned === true) world.giveToCluster(path);
    return { code: old === null ? "written" : "rewritten", message: "" };
  } catch (error) {
    return { code: "unexpected", message: (error as Error).message };
  }
}

const putFile: RemoteCommand = {
  permission: "full",
  handle(world, parameters) {
    const files: Record<string, Outcome> = {};
    const wanted = dataJson(parameters, Files);
    for (const [id, file] of Object.entries(wanted)) files[id] = putOne(world, file);
    return { files };
  },
};

const removeFile: RemoteCommand = {
  permission: "full",
  handle(world, parameters) {
    const files: Record<string, Outcome> = {};
    const wanted = dataJson(parameters, z.record(z.string(), z.object({ type: z.string() })));
    for (const [id, { type }] of Object.entries(wanted)) {
      const path = REMOVABLE[type];
      if (path === undefined) throw new RemoteError(`Invalid input data format: type '${type}'`);
      const there = world.disk.read(world.path(path)) !== null;
      if (there) world.disk.remove(world.path(path));
      files[id] = { code: there ? "deleted" : "not_found", message: "" };
    }
    return { files };
  },
};

const COROSYNC_CONF = "/etc/corosync/corosync.conf";

const getCorosyncConf: RemoteCommand = {
  permission: "read",
  handle(world) {
    const bytes = world.disk.read(world.path(COROSYNC_CONF));
    if (bytes === null) throw new RemoteError(`Unable to read ${COROSYNC_CONF}: it does not exist`);
    return new TextDecoder().decode(bytes);
  },
};

const setCorosyncConf: RemoteCommand = {
  permission: "full",
  handle(world, parameters) {
    const text = parameters["corosync_conf"] ?? "";
    if (text.trim() === "") throw new RemoteError("Invalid corosync.conf: it is empty");
    world.disk.writeAtomic(world.path(COROSYNC_CONF), text, 0o644);
    return "Succeeded";
  },
};

const reloadCorosyncConf: RemoteCommand = {
  permission: "write",
  async handle(world) {
    const done = await world.run(["corosync-cfgtool", "-R"]);
    if (done.code === 0) return { code: "reloaded", message: "" };
    const message = (done.stdout + done.stderr).trim();
    const down = /could not initialize|cannot connect|not running/i.test(message);
    return { code: down ? "not_running" : "failed", message };
  },
};

export const fileCommands: Record<string, RemoteCommand> = {
  put_file: putFile,
  remove_file: removeFile,
  get_corosync_conf: getCorosyncConf,
  set_corosync_conf: setCorosyncConf,
  reload_corosync_conf: reloadCorosyncConf,
};
