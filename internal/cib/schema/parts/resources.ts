import type { SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { DESCRIPTION, ROLES } from "./words.ts";

/** Primitives, templates, groups, clones and operations. */
export function resources(version: SchemaNumber): SchemaSource {
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
