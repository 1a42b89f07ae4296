import { sanitizeId } from "../../internal/cib/ids.ts";
import type { CibRequest } from "../../internal/cib/mod.ts";
import { Element } from "../../internal/xml/mod.ts";
import type { KnownNode } from "./node-names.ts";

/** Where in the CIB an attribute lives. */
export interface AttributePlace {
  /** crm_config, nodes, status, tickets, rsc_defaults, op_defaults. */
  type: string;
  node: KnownNode | null;
  utilization: boolean;
  setName: string | null;
}

const SET_TAGS: Record<string, string> = {
  crm_config: "cluster_property_set",
  rsc_defaults: "meta_attributes",
  op_defaults: "meta_attributes",
};

export function isKnownType(type: string): boolean {
  return ["crm_config", "nodes", "status", "tickets", "rsc_defaults", "op_defaults"].includes(type);
}

function setTag({ type, utilization }: AttributePlace): string {
  if (utilization) return "utilization";
  return SET_TAGS[type] ?? "instance_attributes";
}

/** XPath of the attributes of a place, by name and id where given; all of the place otherwise. */
export function attributePath(
  place: AttributePlace,
  name: string | null,
  id: string | null,
): string {
  let path = `/cib/configuration/${place.type}`;
  if (place.type === "status") path = "/cib/status";
  if (place.type === "tickets") path = "/cib/status/tickets";
  if (place.node !== null) {
    const element = place.type === "status" ? "node_state" : "node";
    path += `//${element}[@id=${quoted(place.node.uuid)}]`;
  }
  if (place.type === "status") path += "//transient_attributes";
  path += `//${setTag(place)}`;
  if (place.setName !== null) path += `[@id=${quoted(place.setName)}]`;
  const tests: string[] = [];
  if (id !== null) tests.push(`@id=${quoted(id)}`);
  if (name !== null) tests.push(`@name=${quoted(name)}`);
  return `${path}//nvpair${tests.length === 0 ? "" : `[${tests.join(" and ")}]`}`;
}

function quoted(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/** Id of the set that a new attribute goes to. */
export function setIdOf(place: AttributePlace): string {
  if (place.setName !== null) return place.setName;
  if (place.type === "crm_config") return "cib-bootstrap-options";
  if (place.type === "tickets") return "status-tickets";
  if (place.node === null) return `${place.type}-options`;
  const id = `${place.type}-${place.node.uuid}`;
  return place.utilization ? `${id}-utilization` : id;
}

/** Request that sets an attribute which is not there yet, making its set where needed. */
export function createRequest(
  place: AttributePlace,
  name: string,
  value: string,
  id: string | null,
): CibRequest {
  const setId = setIdOf(place);
  const own = id ?? sanitizeId(`${setId}-${name}`);
  const pair = new Element("nvpair", { id: own, name, value });
  let input = new Element(setTag(place), { id: setId }, [pair]);
  if (place.node !== null) {
    if (place.type === "status") {
      input = new Element("transient_attributes", { id: place.node.uuid }, [input]);
      input = new Element("node_state", { id: place.node.uuid }, [input]);
    } else {
      const remote = place.node.remote ? { type: "remote", uname: place.node.uuid } : {};
      input = new Element("node", { id: place.node.uuid, ...remote }, [input]);
    }
  }
  if (place.type === "tickets") {
    const status = new Element("status", {}, [new Element("tickets", {}, [input])]);
    return { operation: "modify", scope: "status", input: status };
  }
  const request: CibRequest = { operation: "modify", scope: place.type, input };
  // A remote node has no entry among the nodes until something is said about it.
  if (place.node === null || place.node.remote) request.allowCreate = true;
  if (place.type !== "status") request.allowCreate = true;
  return request;
}
