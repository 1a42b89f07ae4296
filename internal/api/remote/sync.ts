import { z } from "zod";
import { isPair } from "../certificate-pair.ts";
import { KnownHostSchema } from "../known-hosts.ts";
import type { PcsdWorld } from "../world.ts";
import { dataJson } from "./input.ts";
import { type RemoteCommand, RemoteError } from "./types.ts";

const Change = z.object({
  known_hosts_add: z.record(z.string(), KnownHostSchema),
  known_hosts_remove: z.array(z.string()),
});

const knownHostsChange: RemoteCommand = {
  permission: "grant",
  handle(world, parameters) {
    const change = dataJson(parameters, Change);
    world.knownHosts.change(change.known_hosts_add, change.known_hosts_remove);
    return "";
  },
};

function clusterName(world: PcsdWorld): string | null {
  const bytes = world.disk.read(world.path("/etc/corosync/corosync.conf"));
  if (bytes === null) return null;
  return /^\s*cluster_name\s*:\s*(.+?)\s*$/m.exec(new TextDecoder().decode(bytes))?.[1] ?? "";
}

function configText(world: PcsdWorld, name: string): string | null {
  if (name === "known-hosts") return world.knownHosts.text();
  const bytes = world.disk.read(world.path("/var/lib/pcsd/pcs_settings.conf"));
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

const getConfigs: RemoteCommand = {
  permission: "full",
  handle(world, parameters) {
    const own = clusterName(world);
    if (own === null || own === "")
      return { status: "not_in_cluster", cluster_name: "", configs: {} };
    if (own !== parameters["cluster_name"]) {
      return { status: "wrong_cluster_name", cluster_name: own, configs: {} };
    }
    const configs: Record<string, object> = {};
    for (const name of ["known-hosts", "pcs_settings.conf"]) {
      const text = configText(world, name);
      if (text !== null) configs[name] = { type: "file", text };
    }
    return { status: "ok", cluster_name: own, configs };
  },
};

const Configs = z.object({
  cluster_name: z.string(),
  configs: z.record(z.string(), z.object({ type: z.string(), text: z.string() })),
});

const setConfigs: RemoteCommand = {
  permission: "full",
  handle(world, parameters) {
    let given: z.infer<typeof Configs>;
    try {
      given = Configs.parse(JSON.parse(parameters["configs"] ?? ""));
    } catch {
      throw new RemoteError("Invalid input data format: configs");
    }
    const own = clusterName(world);
    if (own !== null && own !== "" && own !== given.cluster_name) {
      return { status: "wrong_cluster_name", result: {} };
    }
    const result: Record<string, string> = {};
    for (const [name, config] of Object.entries(given.configs)) {
      result[name] =
        name === "known-hosts"
          ? world.knownHosts.offer(config.text, world.nowMs())
          : "not_supported";
    }
    return { status: "ok", result };
  },
};

const setCerts: RemoteCommand = {
  permission: "full",
  handle(world, parameters) {
    const certificate = parameters["ssl_cert"] ?? "";
    const key = parameters["ssl_key"] ?? "";
    if (!isPair(certificate, key)) {
      throw new RemoteError("Certificate and key do not match, or are not in PEM format");
    }
    world.disk.writeAtomic(world.path("/var/lib/pcsd/pcsd.crt"), certificate, 0o600);
    world.disk.writeAtomic(world.path("/var/lib/pcsd/pcsd.key"), key, 0o600);
    world.reloadCertificate();
    return "success";
  },
};

export const syncCommands: Record<string, RemoteCommand> = {
  check_auth: { permission: "read", handle: () => ({ success: true }) },
  known_hosts_change: knownHostsChange,
  get_cluster_known_hosts: { permission: "full", handle: (world) => world.knownHosts.hosts() },
  get_configs: getConfigs,
  set_configs: setConfigs,
  set_certs: setCerts,
};
