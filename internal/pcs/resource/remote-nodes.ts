import type { Element } from "../../xml/mod.ts";
import { type AgentName, fullName } from "../agent/name.ts";
import { idExists, idTaken } from "../cib/ids.ts";
import { forceable, type Report } from "../frame/report.ts";
import { currentAttributes } from "./primitive.ts";

type Values = ReadonlyMap<string, string>;

export const REMOTE_AGENT = "ocf:pacemaker:remote";

/** Names and addresses in use by nodes. */
export interface KnownNodes {
  names: string[];
  addresses: string[];
}

function metaOf(primitive: Element): Map<string, string> {
  const pairs = primitive.first("meta_attributes")?.elements("nvpair") ?? [];
  return new Map(pairs.map((pair) => [pair.get("name") ?? "", pair.get("value") ?? ""]));
}

/** Remote and guest nodes that the CIB configures. */
export function nodesInCib(within: Element): KnownNodes {
  const names: string[] = [];
  const addresses: string[] = [];
  for (const primitive of within.root.descendants("primitive")) {
    const meta = metaOf(primitive);
    const guest = meta.get("remote-node");
    if (guest !== undefined && guest !== "") {
      names.push(guest);
      addresses.push(meta.get("remote-addr") ?? guest);
    } else if (isRemoteConnection(primitive)) {
      names.push(primitive.id);
      addresses.push(currentAttributes(primitive).get("server") ?? primitive.id);
    }
  }
  return { names, addresses };
}

export function isRemoteConnection(primitive: Element): boolean {
  return (
    primitive.get("class") === "ocf" &&
    primitive.get("provider") === "pacemaker" &&
    primitive.get("type") === "remote"
  );
}

/** A resource that makes a remote or guest node is better made by the commands for those. */
export function checkSpecialNodes(
  within: Element,
  agent: AgentName,
  id: string,
  instance: Values,
  meta: Values,
  known: KnownNodes,
  force: boolean,
): Report[] {
  const reports: Report[] = [];
  if (fullName(agent) === REMOTE_AGENT) {
    reports.push(
      forceable(
        force,
        "this command is not sufficient for creating a remote connection, use 'pcs cluster node " +
          "add-remote'",
      ),
    );
    const host = instance.get("server") ?? id;
    if (known.addresses.includes(host)) reports.push(idTaken(host));
  }
  return [...reports, ...checkGuestChange(within, meta, known, force)];
}

/** A change of the meta attribute `remote-node` makes or removes a guest node. */
export function checkGuestChange(
  within: Element,
  meta: Values,
  known: KnownNodes,
  force: boolean,
  mayRemove = false,
): Report[] {
  const name = meta.get("remote-node");
  if (name === undefined) return [];
  const verb = mayRemove && name === "" ? "removing" : "creating";
  const command = verb === "removing" ? "remove-guest" : "add-guest";
  const reports = [
    forceable(
      force,
      `this command is not sufficient for ${verb} a guest node, use 'pcs cluster node ${command}'`,
    ),
  ];
  const address = meta.get("remote-addr");
  if (
    idExists(within, name) ||
    known.names.includes(name) ||
    (address === undefined && known.addresses.includes(name))
  ) {
    reports.push(idTaken(name));
  }
  if (address !== undefined && known.addresses.includes(address)) reports.push(idTaken(address));
  return reports;
}
