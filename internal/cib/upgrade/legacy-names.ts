/** What became of names that 2.x still understood. */
export interface Replacement {
  /** New name; null: dropped. */
  to: string | null;
  /** Only for this value. */
  value?: string;
  /** New value. */
  as?: string;
  /** Moves to the defaults of resources or operations. */
  where?: "rsc_defaults" | "op_defaults";
}

const HYPHENATED = [
  "cluster_recheck_interval",
  "dc_deadtime",
  "election_timeout",
  "no_quorum_policy",
  "remove_after_stop",
  "shutdown_escalation",
  "startup_fencing",
  "stonith_action",
  "stonith_enabled",
  "stop_orphan_actions",
  "stop_orphan_resources",
  "symmetric_cluster",
];

const DROPPED_PROPERTIES = [
  "default-migration-threshold",
  "default_migration_threshold",
  "expected-quorum-votes",
  "notification-agent",
  "notification-recipient",
];

const OLD_INFRASTRUCTURE = [
  "heartbeat",
  "openais",
  "classic openais",
  "classic openais (with plugin)",
  "cman",
];

const toDefaults = (to: string, where: Replacement["where"]): Replacement[] => [
  { to, ...(where === undefined ? {} : { where }) },
];

const failureStickiness = (where?: Replacement["where"]): Replacement[] => [
  {
    to: "migration-threshold",
    value: "-INFINITY",
    as: "1",
    ...(where === undefined ? {} : { where }),
  },
  { to: null },
];

/** Cluster properties; of several replacements the first that fits counts. */
export const PROPERTIES = new Map<string, Replacement[]>([
  ...HYPHENATED.map((name): [string, Replacement[]] => [name, [{ to: name.replaceAll("_", "-") }]]),
  ...DROPPED_PROPERTIES.map((name): [string, Replacement[]] => [name, [{ to: null }]]),
  ["cluster-infrastructure", OLD_INFRASTRUCTURE.map((value) => ({ to: null, value }))],
  ["transition_idle_timeout", [{ to: "cluster-delay" }]],
  ["default-action-timeout", toDefaults("timeout", "op_defaults")],
  ["default_action_timeout", toDefaults("timeout", "op_defaults")],
  ["default-resource-stickiness", toDefaults("resource-stickiness", "rsc_defaults")],
  ["default_resource_stickiness", toDefaults("resource-stickiness", "rsc_defaults")],
  ["is-managed-default", toDefaults("is-managed", "rsc_defaults")],
  ["is_managed_default", toDefaults("is-managed", "rsc_defaults")],
  ["default-resource-failure-stickiness", failureStickiness("rsc_defaults")],
  ["default_resource_failure_stickiness", failureStickiness("rsc_defaults")],
]);

const disabled: Replacement[] = [{ to: "target-role", as: "Stopped" }];

export const RESOURCE_META = new Map<string, Replacement[]>([
  ["isolation", disabled],
  ["isolation-host", disabled],
  ["isolation-instance", disabled],
  ["isolation-wrapper", disabled],
  ["resource-failure-stickiness", failureStickiness()],
  ["resource_failure_stickiness", failureStickiness()],
]);

export const FENCE_PARAMETERS = new Map<string, string>(
  ["list", "monitor", "off", "on", "reboot", "status"].map((action) => [
    `pcmk_${action}_cmd`,
    `pcmk_${action}_action`,
  ]),
);

/** Parameters of an operation that were really its meta-attributes. */
export const OPERATION_META = new Set([
  "interval-origin",
  "start-delay",
  "enabled",
  "on-fail",
  "record-pending",
  "role",
  "timeout",
]);

export function replacementFor(
  table: Map<string, Replacement[]>,
  name: string,
  value: string,
): Replacement | null {
  const all = table.get(name) ?? [];
  return all.find((one) => one.value === undefined || one.value === value) ?? null;
}
