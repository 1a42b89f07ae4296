import type { FormSource, SchemaSource } from "./language.ts";

/** Version of a schema as one number: 310 is pacemaker-3.10, 400 is pacemaker-4.0. */
export type SchemaNumber = number;

/** Every schema's number, from its name without `pacemaker-`. */
export const SCHEMAS: Record<string, SchemaNumber> = {
  "1.0": 100,
  "1.2": 102,
  "1.3": 103,
  ...minors(2, 10),
  ...minors(3, 10),
  "4.0": 400,
};

function minors(major: number, last: number): Record<string, SchemaNumber> {
  const all: Record<string, SchemaNumber> = {};
  for (let minor = 0; minor <= last; minor++) all[`${major}.${minor}`] = major * 100 + minor;
  return all;
}

const ROLES = "Stopped|Started|Promoted|Unpromoted|Master|Slave";
const ACTIONS = "start|promote|demote|stop";
const KINDS = "Optional|Mandatory|Serialize";
const DESCRIPTION = "description?";
const REFERENCE: FormSource = { attributes: "id-ref:IDREF" };

/**
 * Element types of a schema. Versions before 4.0 are taken together where a later one only removed
 * what an earlier one had: a document that was valid stays so, and `upgrade` brings it to 4.0.
 */
export function schemaSource(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  return {
    ...root(version),
    ...nvsets(version),
    ...rules(old),
    ...resources(version),
    ...bundles(version),
    ...constraints(version),
    ...sideSections(version),
  };
}

function root(version: SchemaNumber): SchemaSource {
  const optional =
    "rsc_defaults? op_defaults? " +
    (version >= 102 ? "fencing-topology? acls? " : "") +
    (version >= 103 ? "tags? " : "") +
    (version >= 205 ? "alerts?" : "");
  return {
    cib: [
      {
        attributes:
          "validate-with admin_epoch:natural epoch:natural num_updates:natural crm_feature_set? " +
          "remote-tls-port:natural? remote-clear-port:natural? have-quorum:boolean? dc-uuid? " +
          "cib-last-written? no-quorum-panic:boolean? update-origin? update-client? update-user? " +
          "execution-date?",
        children: "configuration ; status?",
      },
    ],
    configuration: [{ children: `crm_config nodes resources constraints ${optional}` }],
    status: [{ open: true }],
    crm_config: [{ children: "cluster_property_set:properties*" }],
    rsc_defaults: [{ children: "meta_attributes:rsc-defaults*" }],
    op_defaults: [{ children: "meta_attributes:op-defaults*" }],
    nodes: [{ children: "node*" }],
    node: [
      {
        attributes: `id uname ${nodeType(version)} ${DESCRIPTION} score:score?`,
        children: "instance_attributes:plain* utilization:plain*",
      },
    ],
  };
}

function nodeType(version: SchemaNumber): string {
  if (version >= 400) return "type=member|remote?";
  return version >= 102 ? "type=member|ping|remote?" : "type=normal|member|ping";
}

/** Sets of name-value pairs: what rules they may hold and what names are refused depends on where. */
function nvsets(version: SchemaNumber): SchemaSource {
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

function rules(old: boolean): SchemaSource {
  const expressions = "expression* date_expression* rsc_expression* op_expression*";
  const common = "id:ID boolean-op=or|and? role?";
  const rule = (own: string): FormSource[] => [
    REFERENCE,
    { attributes: `${common} score:score?`, children: `${expressions} rule:${own}*` },
    { attributes: `${common} score-attribute`, children: `${expressions} rule:${own}*` },
  ];
  const spec =
    "id:ID hours? minutes? seconds? monthdays? weekdays? yearsdays? months? weeks? years? " +
    `weekyears? ${old ? "moon? days? yeardays?" : ""}`;
  return {
    rule: rule("rule"),
    "rule-node": rule("rule-node"),
    "rule-rsc": rule("rule-rsc"),
    "rule-op": rule("rule-op"),
    "rule-location": rule("rule-location"),
    expression: [
      {
        attributes:
          "id:ID attribute operation=lt|gt|lte|gte|eq|ne|defined|not_defined value? " +
          "type=string|integer|number|version? value-source=literal|param|meta?",
      },
    ],
    date_expression: [
      { attributes: "id:ID operation=in_range start end?", children: "duration?" },
      { attributes: "id:ID operation=in_range start? end", children: "duration?" },
      { attributes: "id:ID operation=gt start" },
      { attributes: "id:ID operation=lt end" },
      { attributes: "id:ID operation=date_spec", children: "date_spec" },
    ],
    rsc_expression: [{ attributes: "id:ID class? provider? type?" }],
    op_expression: [{ attributes: "id:ID name interval?" }],
    duration: [{ attributes: old ? spec : `${spec} days? moon?` }],
    date_spec: [{ attributes: old ? spec : `${spec} yeardays?` }],
  };
}

function resources(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  const extra = "instance_attributes:node-rules* meta_attributes:rsc-meta*";
  const own = "instance_attributes:primitive-instance* meta_attributes:primitive-meta*";
  const inner = `${own} utilization:plain* operations?`;
  const classes = `lsb|heartbeat|stonith|service|systemd${old ? "|upstart|nagios" : ""}`;
  const standard = (more: string): string[] => [
    `${more} class=ocf provider type`,
    `${more} class=${classes} type`,
  ];
  const named = `id:ID ${DESCRIPTION}`;
  const kinds =
    "primitive group clone " +
    (version >= 102 ? "template " : "") +
    (old ? "master:clone " : "") +
    (version >= 208 ? "bundle" : "");
  const all = kinds.trim().split(" ").join("|");
  const timing = "timeout? enabled:boolean? record-pending:boolean?";
  const demotes = version >= 304 ? "demote|" : "";
  const onFail = `ignore|block|${demotes}stop|restart|standby|fence|restart-container`;
  const op =
    `id:ID name interval ${DESCRIPTION} ${timing} role=${ROLES}? on-fail=${onFail}?` +
    (version < 300 ? " requires=nothing|quorum|fencing|unfencing?" : "");
  const operation = "instance_attributes:op-instance* meta_attributes:op-meta*";
  return {
    resources: [{ children: `${all}*` }],
    primitive: [...standard(named), `${named} template:IDREF`].map((attributes) => ({
      attributes,
      children: inner,
    })),
    template: standard(named).map((attributes) => ({ attributes, children: inner })),
    group: [{ attributes: named, children: `${extra} primitive+` }],
    clone: [{ attributes: named, children: `${extra} primitive|group` }],
    operations: [{ attributes: "id:ID? id-ref:IDREF?", children: "op*" }],
    op: [
      { attributes: `${op} start-delay?`, children: operation },
      { attributes: `${op} interval-origin`, children: operation },
    ],
  };
}

function bundles(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  const promoted = `promoted-max:integer?${old ? " masters:integer?" : ""}`;
  const container =
    `image replicas:integer? replicas-per-host:integer? ${promoted} ` +
    "run-command? network? options?";
  const engines = `docker:container|podman:container${old ? "|rkt:container" : ""}`;
  return {
    bundle: [
      {
        attributes: `id:ID ${DESCRIPTION}`,
        children:
          "instance_attributes:node-rules* meta_attributes:rsc-meta* " +
          `${engines} network? storage? primitive?`,
      },
    ],
    container: [{ attributes: container }],
    network: [
      {
        attributes:
          "ip-range-start? control-port:integer? host-interface? host-netmask:integer? " +
          "add-host:boolean?",
        children: "port-mapping*",
      },
    ],
    "port-mapping": [
      { attributes: "id:ID port:integer internal-port:integer?" },
      { attributes: "id:ID range:range" },
    ],
    storage: [{ children: "storage-mapping*" }],
    "storage-mapping": [
      { attributes: "id:ID source-dir target-dir options?" },
      { attributes: "id:ID source-dir-root target-dir options?" },
    ],
  };
}

function constraints(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  const lifetime = old ? " lifetime?" : "";
  const discovery = "resource-discovery=always|never|exclusive?";
  const who = [`rsc:IDREF role=${ROLES}?`, `rsc-pattern role=${ROLES}?`];
  const rule = old ? "rule:rule-location+" : "rule:rule-location";
  const location: FormSource[] = [];
  for (const subject of [...who, ""]) {
    const sets = subject === "" ? "resource_set+ ; " : "";
    const common = `id:ID ${subject} ${discovery}`;
    location.push({ attributes: `${common} score:score node`, children: sets + lifetime });
    location.push({ attributes: common, children: sets + rule + lifetime });
  }
  const scores = ["score:score?", `kind=${KINDS}`];
  const set =
    "id:ID sequential:boolean? require-all:boolean? ordering=group|listed? " +
    `action=${ACTIONS}? role=${ROLES}?`;
  const order = "id:ID symmetrical:boolean? require-all:boolean?";
  const pair = `first:IDREF then:IDREF first-action=${ACTIONS}? then-action=${ACTIONS}?`;
  const colocation = `id:ID score:score? ${version >= 306 ? "influence?" : ""}`;
  const mangled = old ? " score-attribute? score-attribute-mangle? symmetrical:boolean?" : "";
  const ticket = "id:ID ticket loss-policy=stop|demote|fence|freeze?";
  return {
    constraints: [{ children: "rsc_location|rsc_colocation|rsc_order|rsc_ticket*" }],
    rsc_location: location,
    rsc_colocation: [
      { attributes: colocation + mangled, children: `resource_set+${lifetime}` },
      {
        attributes:
          `${colocation + mangled} rsc:IDREF with-rsc:IDREF node-attribute? rsc-role=${ROLES}? ` +
          `with-rsc-role=${ROLES}?${old ? " rsc-instance:integer? with-rsc-instance:integer?" : ""}`,
        children: lifetime,
      },
    ],
    rsc_order: scores.flatMap((score) => [
      { attributes: `${order} ${score}`, children: `resource_set+${lifetime}` },
      {
        attributes:
          `${order} ${score} ${pair}` +
          (old ? " first-instance:integer? then-instance:integer?" : ""),
        children: lifetime,
      },
    ]),
    rsc_ticket: [
      { attributes: ticket, children: "resource_set+" },
      {
        attributes:
          `${ticket} rsc:IDREF rsc-role=${ROLES}?` + (old ? " rsc-instance:integer?" : ""),
      },
    ],
    resource_set: [
      REFERENCE,
      ...scores.map((score) => ({ attributes: `${set} ${score}`, children: "resource_ref+" })),
    ],
    resource_ref: [{ attributes: "id:IDREF" }],
    lifetime: [{ children: "rule:rule-location+" }],
  };
}

function sideSections(version: SchemaNumber): SchemaSource {
  const level = `id:ID index:${version >= 400 ? "index" : "positive"} devices:devices`;
  const name = version >= 308 ? " name?" : "";
  const sets = "meta_attributes:plain* instance_attributes:plain*";
  return {
    "fencing-topology": [{ children: "fencing-level*" }],
    "fencing-level": [
      { attributes: `${level} target` },
      { attributes: `${level} target-pattern` },
      { attributes: `${level} target-attribute target-value` },
    ],
    tags: [{ children: "tag*" }],
    tag: [{ attributes: "id:ID", children: "obj_ref+" }],
    obj_ref: [{ attributes: version >= 303 ? "id" : "id:IDREF" }],
    alerts: [{ children: "alert*" }],
    alert: [{ attributes: `id:ID ${DESCRIPTION} path`, children: `${sets} select? recipient*` }],
    recipient: [{ attributes: `id:ID ${DESCRIPTION} value`, children: sets }],
    select: [{ children: "select_attributes? select_fencing? select_nodes? select_resources?" }],
    select_attributes: [{ children: "attribute*" }],
    attribute: [{ attributes: "id:ID name" }],
    select_fencing: [{}],
    select_nodes: [{}],
    select_resources: [{}],
    ...(version >= 200 ? modernAcls(name) : oldAcls()),
  };
}

function modernAcls(name: string): SchemaSource {
  const permission = `id:ID kind=read|write|deny ${DESCRIPTION}`;
  return {
    acls: [{ children: "acl_target|acl_group|acl_role*" }],
    acl_target: [{ attributes: `id${name}`, children: "role*" }],
    acl_group: [{ attributes: `id:ID${name}`, children: "role*" }],
    role: [{ attributes: "id:IDREF" }],
    acl_role: [{ attributes: `id:ID ${DESCRIPTION}`, children: "acl_permission*" }],
    acl_permission: [
      { attributes: `${permission} xpath` },
      { attributes: `${permission} reference:IDREF` },
      { attributes: `${permission} object-type attribute?` },
    ],
  };
}

function oldAcls(): SchemaSource {
  const permission: FormSource[] = ["tag", "ref:IDREF", "tag ref:IDREF", "xpath"].map((target) => ({
    attributes: `id:ID ${target} attribute?`,
  }));
  const list = "read|write|deny*";
  return {
    acls: [{ children: "acl_user|acl_role:old_role*" }],
    acl_user: [
      { attributes: "id:ID", children: "role_ref*" },
      { attributes: "id:ID", children: list },
    ],
    role_ref: [{ attributes: "id:IDREF" }],
    old_role: [{ attributes: "id:ID", children: list }],
    read: permission,
    write: permission,
    deny: permission,
  };
}
