import { Element } from "../../xml/mod.ts";
import type { WorkingSet } from "../working-set.ts";
import { createNode } from "./nodes.ts";

/** What is to be known to make a connection primitive. */
export interface ConnectionSpec {
  name: string;
  container: string;
  allowMigrate?: string | null;
  isManaged?: string | null;
  startTimeout?: string | null;
  address?: string | null;
  port?: string | null;
}

/** Nodes of Pacemaker Remote: real ones by their resource, guests by the meta attribute. */
export function unpackRemoteNodes(ws: WorkingSet): void {
  const section = ws.cib.first("configuration")?.first("resources");
  if (section === null || section === undefined) return;
  for (const xml of section.elements()) {
    if (isConnection(xml)) {
      if (xml.id !== "" && ws.findNode(xml.id) === null) {
        createNode(ws, xml.id, xml.id, "remote", 0);
      }
    } else if (xml.name === "primitive") {
      makeGuest(ws, xml);
    } else if (xml.name === "group") {
      for (const member of xml.elements("primitive")) makeGuest(ws, member);
    }
  }
}

function isConnection(xml: Element): boolean {
  return (
    xml.name === "primitive" &&
    xml.get("class") === "ocf" &&
    xml.get("provider") === "pacemaker" &&
    xml.get("type") === "remote"
  );
}

/**
 * A primitive with meta attribute remote-node hosts a guest node of that name. Its connection is
 * made even where a resource has that id already, which is then no longer alone with it.
 */
function makeGuest(ws: WorkingSet, xml: Element): void {
  const spec: Omit<ConnectionSpec, "name"> = { container: xml.id, startTimeout: "60s" };
  let name: string | null = null;
  for (const set of xml.elements("meta_attributes")) {
    for (const pair of set.elements("nvpair")) {
      const value = pair.get("value");
      switch (pair.get("name")) {
        case "remote-node":
          name = value;
          break;
        case "remote-addr":
          spec.address = value;
          break;
        case "remote-port":
          spec.port = value;
          break;
        case "remote-connect-timeout":
          spec.startTimeout = value;
          break;
        case "remote-allow-migrate":
          spec.allowMigrate = value;
          break;
        case "is-managed":
          spec.isManaged = value;
          break;
        default:
          break;
      }
    }
  }
  if (name === null) return;
  if (name === "") ws.problem("error", `Guest node of ${xml.id} has no name: remote-node is empty`);
  ws.madeUpConnections.push(connectionXml({ ...spec, name }));
  if (ws.findNode(name) === null) createNode(ws, name, name, "remote", 0);
}

/** The primitive of a guest's connection. */
export function connectionXml(spec: ConnectionSpec): Element {
  const pairs = (id: string, values: [string, string | null | undefined][]) =>
    values
      .filter(([, value]) => value != null)
      .map(([name, value]) => new Element("nvpair", { id: `${id}-${name}`, name, value: value! }));
  const id = spec.name;
  const meta = `${id}-meta_attributes`;
  const remote = new Element("primitive", {
    id,
    class: "ocf",
    provider: "pacemaker",
    type: "remote",
  });
  const metaPairs = pairs(meta, [
    ["internal_rsc", "true"],
    ["container", spec.container],
    ["allow-migrate", spec.allowMigrate],
    ["is-managed", spec.isManaged],
  ]);
  remote.append(new Element("meta_attributes", { id: meta }, metaPairs));
  if (spec.port != null || spec.address != null) {
    const attributes = `${id}-instance_attributes`;
    const list = pairs(attributes, [
      ["addr", spec.address],
      ["port", spec.port],
    ]);
    remote.append(new Element("instance_attributes", { id: attributes }, list));
  }
  const operations = remote.append(new Element("operations"));
  operations.append(operation(id, "monitor", "30s", "30s"));
  if (spec.startTimeout != null) operations.append(operation(id, "start", "0", spec.startTimeout));
  return remote;
}

/** An op element as configured ones look. */
export function operation(
  resource: string,
  name: string,
  interval: string,
  timeout: string | null,
): Element {
  const op = new Element("op", { id: `${resource}-${name}-interval-${interval}` });
  op.set("interval", interval).set("name", name);
  if (timeout !== null) op.set("timeout", timeout);
  return op;
}
