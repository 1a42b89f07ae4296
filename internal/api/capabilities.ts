/**
 * What peers may rely on (`/capabilities`). Only what this daemon answers: a peer that misses a
 * code falls back to an older way.
 */
export const capabilities: string[] = [
  "booth",
  "cluster.config.reload",
  "cluster.create",
  "cluster.destroy",
  "corosync.config.get",
  "corosync.config.reload",
  "corosync.config.set",
  "node.start-stop-enable-disable",
  "pcs.auth.no-bidirectional",
  "pcs.auth.server",
  "pcs.auth.server.token",
  "pcs.cfg-in-file.cib",
  "pcsd.configs-sync",
  "pcsd.knownhosts-change",
  "remote.services.manage",
  "status.corosync.quorum",
  "status.pcmk.local-node",
];
