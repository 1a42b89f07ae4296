import { join } from "node:path";

/** The folder that every absolute path of the cluster is taken under; empty on a real machine. */
export function rootPrefix(): string {
  const prefix = process.env["MUSTER_ROOT"] ?? "";
  return prefix === "/" ? "" : prefix;
}

/** A path of the cluster, under MUSTER_ROOT where that is set. */
export function underRoot(path: string): string {
  const prefix = rootPrefix();
  return prefix === "" ? path : join(prefix, path);
}

/** Where the originals keep things, before {@link underRoot}. */
export const Paths = {
  corosyncConf: "/etc/corosync/corosync.conf",
  corosyncAuthkey: "/etc/corosync/authkey",
  corosyncState: "/var/lib/corosync",
  pacemakerAuthkey: "/etc/pacemaker/authkey",
  pacemakerDefaults: ["/etc/default/pacemaker", "/etc/sysconfig/pacemaker"],
  sbdDefaults: ["/etc/default/sbd", "/etc/sysconfig/sbd"],
  cibFolder: "/var/lib/pacemaker/cib",
  cibFile: "/var/lib/pacemaker/cib/cib.xml",
  schedulerInputs: "/var/lib/pacemaker/pengine",
  pcsdFolder: "/var/lib/pcsd",
  ocfRoot: "/usr/lib/ocf",
  lsbFolder: "/etc/init.d",
  logFolder: "/var/log/pacemaker",
  corosyncLogFolder: "/var/log/cluster",
  runFolder: "/run/muster",
  /** Socket of `muster ring` for local programs. */
  ringSocket: "/run/muster/ring.sock",
  /** Socket of `muster engine` for the tools. */
  engineSocket: "/run/muster/engine.sock",
} as const;
