/** One face: a program with a name of its own, or a subcommand of `muster`. */
export interface Face {
  /** One line for `muster --help`. */
  summary: string;
  /** Imports the face's module when it is called, and only then: start-up time is a feature. */
  load: () => Promise<{ main: FaceMain }>;
  /** True for subcommands of `muster` that are no program of their own (no symlink is made). */
  subcommand?: boolean;
}

/**
 * Runs a face. `argv` holds the words after the program's name, `name` the name it was called by.
 * Resolves to the exit code; a daemon resolves when it has stopped.
 */
export type FaceMain = (argv: string[], name: string) => Promise<number> | number;

/** Every face by name. Keep each group sorted. */
export const faces: Record<string, Face> = {
  // The daemons and our own subcommands.
  agent: {
    summary: "runs a resource agent by hand",
    load: () => import("./agent/main.ts"),
    subcommand: true,
  },
  "announce-address": {
    summary: "tells the neighbours at which interface an address is",
    load: () => import("./agent/announce-address.ts"),
    subcommand: true,
  },
  "pam-check": {
    summary: "checks a password for pcsd",
    load: () => import("./pcsd/pam-check.ts"),
    subcommand: true,
  },
  pcsd: {
    summary: "administration between nodes over HTTPS",
    load: () => import("./pcsd/main.ts"),
  },
  engine: {
    summary: "the engine: configuration, controller, scheduler, resources, fencing",
    load: () => import("./engine/main.ts"),
    subcommand: true,
  },
  remoted: {
    summary: "a remote node: services of a cluster without being a member",
    load: () => import("./remoted/main.ts"),
    subcommand: true,
  },
  incident: {
    summary: "saves what happened in one file, and replays it",
    load: () => import("./incident/main.ts"),
    subcommand: true,
  },
  ring: {
    summary: "the ring daemon: membership, order, quorum",
    load: () => import("./ring/main.ts"),
    subcommand: true,
  },
  sandbox: {
    summary: "a whole cluster on this machine, for trying and for tests",
    load: () => import("./sandbox/main.ts"),
    subcommand: true,
  },
  // Fence agents.
  fence_sandbox: {
    summary: "fence agent that cuts the power of sandbox nodes",
    load: () => import("./agent/fence-sandbox.ts"),
    subcommand: true,
  },
  // Pacemaker's tools.
  crm_failcount: {
    summary: "how often a resource failed",
    load: () => import("./crm/crm_failcount.ts"),
  },
  crm_diff: {
    summary: "compare configurations",
    load: () => import("./crm/crm_diff.ts"),
  },
  crm_shadow: {
    summary: "work on a copy of the configuration",
    load: () => import("./crm/crm_shadow.ts"),
  },
  crm_ticket: {
    summary: "tickets of this site",
    load: () => import("./crm/crm_ticket.ts"),
  },
  crmadmin: {
    summary: "ask the cluster's controllers",
    load: () => import("./crm/crmadmin.ts"),
  },
  stonith_admin: {
    summary: "fence devices and fencing by hand",
    load: () => import("./crm/stonith_admin.ts"),
  },
  crm_resource: {
    summary: "query and change resources",
    load: () => import("./crm/crm_resource.ts"),
  },
  crm_standby: {
    summary: "put a node on standby",
    load: () => import("./crm/crm_standby.ts"),
  },
  crm_node: {
    summary: "names and ids of nodes",
    load: () => import("./crm/crm_node.ts"),
  },
  crm_master: {
    summary: "promotion score of a resource",
    load: () => import("./crm/crm_master.ts"),
  },
  crm_error: {
    summary: "tell what a result code means",
    load: () => import("./crm/crm_error.ts"),
  },
  crm_attribute: {
    summary: "query and change cluster options and node attributes",
    load: () => import("./crm/crm_attribute.ts"),
  },
  attrd_updater: {
    summary: "query and change transient node attributes",
    load: () => import("./crm/attrd_updater.ts"),
  },
  pacemakerd: {
    summary: "the engine under Pacemaker's name",
    load: () => import("./engine/main.ts"),
  },
  "pacemaker-remoted": {
    summary: "a remote node under Pacemaker's name",
    load: () => import("./remoted/main.ts"),
  },
  cibadmin: {
    summary: "query and change the cluster's configuration",
    load: () => import("./crm/cibadmin.ts"),
  },
  crm_mon: {
    summary: "shows the state of the cluster",
    load: () => import("./crm/crm_mon.ts"),
  },
  crm_rule: {
    summary: "says whether a rule of the configuration is in effect",
    load: () => import("./crm/crm_rule.ts"),
  },
  crm_simulate: {
    summary: "shows how a cluster would respond to events",
    load: () => import("./crm/crm_simulate.ts"),
  },
  crm_verify: {
    summary: "checks a configuration for errors",
    load: () => import("./crm/crm_verify.ts"),
  },
  iso8601: {
    summary: "shows and reads dates, times, periods and durations of ISO 8601",
    load: () => import("./crm/iso8601.ts"),
  },
  // Corosync's tools.
  corosync: {
    summary: "the ring daemon under Corosync's name",
    load: () => import("./ring/main.ts"),
  },
  "corosync-cfgtool": {
    summary: "links of the ring; reload, kill, shut down",
    load: () => import("./corosync/corosync-cfgtool.ts"),
  },
  "corosync-cmapctl": {
    summary: "the ring's map of settings and statistics",
    load: () => import("./corosync/corosync-cmapctl.ts"),
  },
  "corosync-cpgtool": {
    summary: "process groups and their members",
    load: () => import("./corosync/corosync-cpgtool.ts"),
  },
  "corosync-keygen": {
    summary: "makes the ring's key",
    load: () => import("./corosync/corosync-keygen.ts"),
  },
  "corosync-quorumtool": {
    summary: "votes and quorum",
    load: () => import("./corosync/corosync-quorumtool.ts"),
  },
  // pcs.
  pcs: {
    summary: "Configure and control the cluster",
    load: () => import("./pcs/main.ts"),
  },
};
