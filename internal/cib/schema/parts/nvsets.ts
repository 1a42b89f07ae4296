import type { FormSource, SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { REFERENCE } from "./words.ts";

/** Sets of name-value pairs: what rules they may hold and what names are refused depends on where. */
export function nvsets(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  const set = (pair: string, rule: string): FormSource[] => [
    REFERENCE,
    { attributes: "id:ID score:score?", children: `nvpair:${pair}* rule:${rule}?` },
  ];
  const third = old && version >= 300;
  const pair = (except?: readonly string[], holds = !old): FormSource[] => [
    { attributes: old ? "id-ref:IDREF name?" : "id-ref:IDREF" },
    {
      attributes: `id:ID name value${old ? "?" : ""}`,
      ...(except === undefined || !holds ? {} : { except: { name: except } }),
    },
  ];
  return {
    plain: set("pair", "rule"),
    "node-rules": set("pair", "rule-node"),
    properties: set("property", "rule"),
    "rsc-meta": set("rsc-pair", "rule"),
    "op-meta": set("op-pair", "rule-node"),
    "rsc-defaults": set("rsc-pair", "rule-rsc"),
    "op-defaults": set("op-pair", "rule-op"),
    pair: pair(),
    "rsc-pair": pair(["restart-type"]),
    "op-pair": third ? pair(["requires"], true) : pair(["can_fail", "role_after_failure"]),
    property: properties(),
    "primitive-meta": set(third ? "primitive-pair" : "rsc-pair", "rule"),
    "primitive-pair": pair(ISOLATION, true),
    // Only the first schema of the third generation refuses the names that its upgrade rewrites.
    "primitive-instance": set(version === 300 ? "parameter" : "pair", "rule-node"),
    parameter: pair(OLD_FENCE_PARAMETERS, true),
    "op-instance": set(version === 300 ? "op-parameter" : "pair", "rule-node"),
    "op-parameter": pair(OPERATION_OPTIONS, true),
  };

  function properties(): FormSource[] {
    if (third) return [...pair(OLD_PROPERTIES, true), INFRASTRUCTURE];
    return old ? pair() : [...pair(DROPPED_PROPERTIES), STONITH_ACTION];
  }
}

/** Names that schemas 3.x no longer take: underscored spellings, and what became of defaults. */
const OLD_PROPERTIES = [
  ...["cluster-infrastructure", "expected-quorum-votes", "is-managed-default"],
  ...["notification-agent", "notification-recipient", "default-action-timeout"],
  ...["default-migration-threshold", "default-resource-stickiness"],
  ...["default-resource-failure-stickiness", "default_action_timeout"],
  ...["default_migration_threshold", "default_resource_failure_stickiness"],
  ...["default_resource_stickiness", "is_managed_default", "cluster_recheck_interval"],
  ...["dc_deadtime", "election_timeout", "no_quorum_policy", "remove_after_stop"],
  ...["shutdown_escalation", "startup_fencing", "stonith_action", "stonith_enabled"],
  ...["stop_orphan_actions", "stop_orphan_resources", "symmetric_cluster"],
  "transition_idle_timeout",
];

const INFRASTRUCTURE: FormSource = {
  attributes: "id:ID name=cluster-infrastructure value",
  except: {
    value: ["heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"],
  },
};

const ISOLATION = ["isolation", "isolation-host", "isolation-instance", "isolation-wrapper"];
const OLD_FENCE_PARAMETERS = [
  "pcmk_arg_map",
  ...["list", "monitor", "off", "on", "reboot", "status"].map((name) => `pcmk_${name}_cmd`),
];
const OPERATION_OPTIONS = [
  ...["interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role"],
  ...["timeout", "requires"],
];

const DROPPED_PROPERTIES = [
  "crmd-finalization-timeout",
  "crmd-integration-timeout",
  "crmd-transition-delay",
  "remove-after-stop",
  "stonith-action",
];

const STONITH_ACTION: FormSource = {
  attributes: "id:ID name=stonith-action value",
  except: { value: ["poweroff"] },
};
