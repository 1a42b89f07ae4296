import { isTrue } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import { error, LibraryError, type Report, warning } from "../frame/report.ts";
import { formatList, plural } from "../frame/text.ts";

/** What is asked of a resource's state; a kind of resource knows some of these and not others. */
export type Facts = ReadonlyMap<string, string | boolean | null>;

export interface PrimitiveStatus {
  kind: "primitive";
  id: string;
  /** Number of the instance in a unique clone or bundle. */
  instance: string | null;
  agent: string;
  orphaned: boolean;
  nodes: readonly string[];
  facts: Facts;
}

export interface GroupStatus {
  kind: "group";
  id: string;
  instance: string | null;
  members: PrimitiveStatus[];
  facts: Facts;
}

export interface CloneStatus {
  kind: "clone";
  id: string;
  unique: boolean;
  promotable: boolean;
  instances: (PrimitiveStatus | GroupStatus)[];
  facts: Facts;
}

export interface BundleStatus {
  kind: "bundle";
  id: string;
  unique: boolean;
  /** The resource inside (if any) and the container, for each replica. */
  replicas: { member: PrimitiveStatus | null; container: PrimitiveStatus }[];
  facts: Facts;
}

export type ResourceStatus = PrimitiveStatus | GroupStatus | CloneStatus | BundleStatus;
export type ResourceKind = ResourceStatus["kind"];

const ROLES = [
  "Started",
  "Stopped",
  "Promoted",
  "Unpromoted",
  "Starting",
  "Stopping",
  "Migrating",
  "Promoting",
  "Demoting",
];

/** A status that crm_mon could not have printed of a sound cluster. */
function unsound(reason: string): LibraryError {
  return new LibraryError(badData(reason, error));
}

function badData(reason: string, make: (text: string) => Report): Report {
  return make(`Cannot load cluster status, xml does not describe valid cluster status: ${reason}`);
}

/** Reads crm_mon's XML. Bundles that cannot be told apart are left out with a warning. */
export function readResources(
  status: Element,
  report: (warning: Report) => void,
): ResourceStatus[] {
  const found: ResourceStatus[] = [];
  for (const element of status.first("resources")?.elements() ?? []) {
    if (element.name === "resource") found.push(primitive(element, false));
    else if (element.name === "group") found.push(group(element, false));
    else if (element.name === "clone") found.push(clone(element));
    else if (element.name === "bundle") {
      const read = bundle(element);
      if ("severity" in read) report(read);
      else found.push(read);
    }
  }
  return found;
}

function idOf(element: Element): string {
  if (element.id === "") throw unsound("Resource with an empty id");
  return element.id;
}

function withoutInstance(id: string): [id: string, instance: string | null] {
  const at = id.lastIndexOf(":");
  return at < 0 ? [id, null] : [id.slice(0, at), id.slice(at + 1)];
}

function flags(element: Element, ...names: string[]): Map<string, string | boolean | null> {
  return new Map(names.map((name) => [name, isTrue(element.get(name))]));
}

function primitive(element: Element, unique: boolean): PrimitiveStatus {
  const [id, instance] = unique ? withoutInstance(idOf(element)) : [idOf(element), null];
  const role = element.get("role") ?? "None";
  if (!ROLES.includes(role))
    throw unsound(`Resource '${element.id}' contains an unknown role '${role}'`);
  const nodes = element.elements("node").map((node) => node.get("name") ?? "");
  if (nodes.includes("")) throw unsound(`Resource '${id}' contains a node with an empty name`);
  const facts = flags(
    element,
    "active",
    "orphaned",
    "blocked",
    "maintenance",
    "failed",
    "managed",
    "failure_ignored",
  );
  const target = element.get("target_role");
  facts.set("role", role);
  facts.set("disabled", target !== null && primaryRole(target) === "Stopped");
  facts.set("pending", element.get("pending"));
  facts.set("locked_to", element.get("locked_to"));
  return {
    kind: "primitive",
    id,
    instance,
    agent: element.get("resource_agent") ?? "",
    orphaned: facts.get("orphaned") === true,
    nodes,
    facts,
  };
}

function group(element: Element, unique: boolean): GroupStatus {
  // Crm_mon numbers the groups of a clone even when the clone is not unique.
  const [id, instance] = withoutInstance(idOf(element));
  const members = element.elements().map((member) => {
    if (member.name === "resource") return primitive(member, unique);
    throw unexpectedMember(member, id, "group", ["primitive"]);
  });
  const facts = flags(element, "maintenance", "managed", "disabled");
  return { kind: "group", id, instance, members, facts };
}

function unexpectedMember(
  member: Element,
  id: string,
  kind: string,
  expected: string[],
): LibraryError {
  return unsound(
    `Unexpected resource '${member.id}' of type '${member.name}' inside of resource '${id}' of ` +
      `type '${kind}'. Only resources of type ${formatList(expected)} can be in a ${kind}`,
  );
}

function clone(element: Element): CloneStatus {
  const id = idOf(element);
  const unique = isTrue(element.get("unique"));
  const instances = element.elements().map((member) => {
    if (member.name === "resource") return primitive(member, unique);
    if (member.name === "group") return group(member, unique);
    throw unexpectedMember(member, id, "clone", ["primitive", "group"]);
  });
  if (new Set(instances.map((one) => one.kind)).size > 1) {
    throw unsound(`Primitive and group members mixed in clone '${id}'`);
  }
  const shape = (one: PrimitiveStatus | GroupStatus) =>
    [one.id, ...(one.kind === "group" ? one.members.map((m) => m.id) : [])].join("\n");
  if (new Set(instances.map(shape)).size > 1) {
    throw unsound(`Members with different ids in clone '${id}'`);
  }
  return {
    kind: "clone",
    id,
    unique,
    promotable: isTrue(element.get("multi_state")),
    instances,
    facts: flags(element, "maintenance", "managed", "disabled", "failed", "failure_ignored"),
  };
}

function bundle(element: Element): BundleStatus | Report {
  const id = idOf(element);
  const unique = isTrue(element.get("unique"));
  const type = element.get("type") ?? "";
  const replicas: BundleStatus["replicas"] = [];
  for (const replica of element.elements("replica")) {
    const parts = replica.elements("resource").map((part) => primitive(part, unique));
    const ids = parts.map((part) => part.id);
    const twice = new Set(ids.filter((one, i) => ids.indexOf(one) !== i));
    if (twice.size > 0) {
      return warning(
        `Skipping bundle '${id}': ${plural(twice, "resource")} ${formatList(twice)} ` +
          `${plural(twice, "has")} the same id as some of the implicit bundle resources`,
      );
    }
    const read = replicaParts(id, type, replica.id, parts);
    if ("severity" in read) return read;
    replicas.push(read);
  }
  const first = replicas[0];
  if (replicas.some((one) => one.member?.id !== first?.member?.id)) {
    throw unsound(`Replicas of bundle '${id}' are not the same`);
  }
  const facts = flags(element, "maintenance", "managed", "failed");
  return { kind: "bundle", id, unique, replicas, facts };
}

/** Tells the resources of a replica that Pacemaker makes from the one that the user put inside. */
function replicaParts(
  bundleId: string,
  type: string,
  replicaId: string,
  parts: PrimitiveStatus[],
): BundleStatus["replicas"][number] | Report {
  const rest = parts.slice();
  const take = (agent: string, matches: (id: string) => boolean) => {
    const at = rest.findIndex((part) => part.agent === agent && matches(part.id));
    return at < 0 ? null : rest.splice(at, 1)[0]!;
  };
  const missing = (what: string) =>
    badData(
      `Replica '${replicaId}' of bundle '${bundleId}' is missing implicit ${what} resource`,
      warning,
    );
  const container = take(
    `ocf:heartbeat:${type}`,
    (id) => id === `${bundleId}-${type}-${replicaId}`,
  );
  if (container === null) return missing("container");
  const remote = take("ocf:pacemaker:remote", (id) => id === `${bundleId}-${replicaId}`);
  if (rest.length === (remote === null ? 1 : 2)) {
    take("ocf:heartbeat:IPaddr2", (id) => id.startsWith(`${bundleId}-ip-`));
  }
  if (remote === null) return rest.length > 0 ? missing("remote") : { member: null, container };
  const member = rest[0];
  if (member === undefined || rest.length > 1) {
    throw unsound(`Replica '${replicaId}' of bundle '${bundleId}' has invalid number of members`);
  }
  return { member, container };
}
