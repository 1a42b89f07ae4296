import type { SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { DESCRIPTION } from "./words.ts";

/** Fencing levels, tags and alerts. */
export function sideSections(version: SchemaNumber): SchemaSource {
  const level = `id:ID index:${version >= 400 ? "index" : "positive"} devices:devices`;
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
  };
}
