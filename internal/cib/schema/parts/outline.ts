import type { SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { DESCRIPTION } from "./words.ts";

/** The document around the sections, and the sections that only hold sets and nodes. */
export function outline(version: SchemaNumber): SchemaSource {
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
