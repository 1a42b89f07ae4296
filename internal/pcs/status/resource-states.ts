import { CommandLineError } from "../frame/report.ts";
import { byCodePoint, formatList } from "../frame/text.ts";
import type {
  BundleStatus,
  GroupStatus,
  PrimitiveStatus,
  ResourceKind,
  ResourceStatus,
} from "./resource-model.ts";

/** How many of several must hold. */
export type Quantifier = "all" | "any" | "none";

/** What a state means: a fact and its value; `present` for any value. Several: one suffices. */
type Condition = [fact: string, wanted: string | boolean | readonly string[] | "present"];

const PENDING_ROLES = ["Starting", "Stopping", "Migrating", "Promoting", "Demoting"];

const STATES: Readonly<Record<string, Condition[]>> = {
  started: [["role", "Started"]],
  stopped: [["role", "Stopped"]],
  promoted: [["role", "Promoted"]],
  unpromoted: [["role", "Unpromoted"]],
  starting: [["role", "Starting"]],
  stopping: [["role", "Stopping"]],
  migrating: [["role", "Migrating"]],
  promoting: [["role", "Promoting"]],
  demoting: [["role", "Demoting"]],
  monitoring: [["pending", "Monitoring"]],
  disabled: [["disabled", true]],
  enabled: [["disabled", false]],
  managed: [["managed", true]],
  unmanaged: [["managed", false]],
  maintenance: [["maintenance", true]],
  failed: [["failed", true]],
  active: [["active", true]],
  orphaned: [["orphaned", true]],
  blocked: [["blocked", true]],
  failure_ignored: [["failure_ignored", true]],
  pending: [
    ["role", PENDING_ROLES],
    ["pending", "Monitoring"],
  ],
  locked_to: [["locked_to", "present"]],
};

export const STATE_NAMES: readonly string[] = Object.keys(STATES);

export interface StateQuestion {
  state: string;
  /** The value that the state must have exactly: the node a resource is locked to. */
  value: string | null;
  node: string | null;
  members: Quantifier | null;
  instances: Quantifier | null;
}

/** Answers questions about resources by id; an id may name several instances. */
export class ResourceStates {
  readonly #byId = new Map<string, ResourceStatus[]>();
  readonly #parents = new Map<string, ResourceStatus>();
  /** A resource in a container runs where the container does. */
  readonly #containers = new Map<PrimitiveStatus, PrimitiveStatus>();
  readonly #hasBundles: boolean;

  constructor(resources: readonly ResourceStatus[]) {
    this.#hasBundles = resources.some((resource) => resource.kind === "bundle");
    for (const resource of resources) {
      this.#add(resource);
      if (resource.kind === "clone") {
        for (const instance of resource.instances) this.#add(instance, resource);
      } else if (resource.kind === "bundle") {
        for (const { member, container } of resource.replicas) {
          if (member === null) continue;
          this.#containers.set(member, container);
          this.#add(member, resource);
        }
      }
    }
  }

  #add(resource: ResourceStatus, parent: ResourceStatus | null = null): void {
    const list = this.#byId.get(resource.id);
    if (list === undefined) this.#byId.set(resource.id, [resource]);
    else list.push(resource);
    if (parent !== null) this.#parents.set(resource.id, parent);
    if (resource.kind === "group") for (const m of resource.members) this.#add(m, resource);
  }

  /** The resource, or that instance of it; null when there is none. */
  find(id: string, instance: string | null): ResourceStatus | null {
    const list = this.#byId.get(id) ?? [];
    if (instance === null) return list[0] ?? null;
    return list.find((one) => "instance" in one && one.instance === instance) ?? null;
  }

  get(id: string, instance: string | null): ResourceStatus {
    const found = this.find(id, instance);
    if (found === null) throw missing(id, instance);
    return found;
  }

  /** Id of the container of that kind around a resource; null when it is in none. */
  containerId(
    id: string,
    instance: string | null,
    kind: Exclude<ResourceKind, "primitive">,
  ): string | null {
    const found = this.get(id, instance);
    if (kind === "clone") requireKind(found, instance, ["group", "primitive"]);
    else requireKind(found, instance, ["primitive"]);
    let parent = this.#parents.get(id);
    if (kind === "clone" && parent?.kind === "group") parent = this.#parents.get(parent.id);
    return parent?.kind === kind ? parent.id : null;
  }

  indexInGroup(id: string, instance: string | null): number {
    requireKind(this.get(id, instance), instance, ["primitive"]);
    const parent = this.#parents.get(id);
    if (parent?.kind !== "group") {
      throw new CommandLineError(`Resource '${fullId(id, instance)}' is not in a group`);
    }
    return parent.members.findIndex((member) => member.id === id);
  }

  members(id: string, instance: string | null): string[] {
    const found = this.get(id, instance);
    requireKind(found, instance, ["bundle", "clone", "group"]);
    if (found.kind === "group") return found.members.map((member) => member.id);
    const ids =
      found.kind === "clone"
        ? found.instances.filter((one) => !isOrphan(one)).map((one) => one.id)
        : (found as BundleStatus).replicas.flatMap((r) => (r.member === null ? [] : [r.member.id]));
    return [...new Set(ids)];
  }

  /** Nodes on which any part runs, sorted; one entry for each instance. */
  nodes(id: string, instance: string | null): string[] {
    const found = instance === null ? this.#byId.get(id) : [this.get(id, instance)];
    if (found === undefined) throw missing(id, instance);
    return found.flatMap((one) => this.#nodesOf(one)).sort(byCodePoint);
  }

  #nodesOf(resource: ResourceStatus): string[] {
    switch (resource.kind) {
      case "primitive":
        return [...(this.#containers.get(resource) ?? resource).nodes];
      case "group":
        return [...new Set(resource.members.flatMap((member) => this.#nodesOf(member)))];
      case "clone":
        return resource.instances
          .filter((one) => !isOrphan(one))
          .flatMap((one) => this.#nodesOf(one));
      case "bundle":
        return resource.replicas.flatMap((r) => this.#nodesOf(r.member ?? r.container));
    }
  }

  /** Whether the resource is in a state. */
  isState(id: string, instance: string | null, question: StateQuestion): boolean {
    const resource = this.get(id, instance);
    const inClone =
      (resource.kind === "primitive" || resource.kind === "group") &&
      this.containerId(id, instance, "clone") !== null;
    if (this.#hasBundles && (inClone || resource.kind === "clone")) {
      throw new CommandLineError(
        "Queries on clone state when bundle resources are present in the cluster are unsupported",
      );
    }
    const same = instance === null ? this.#byId.get(id)! : [resource];
    const asked = inClone ? same.filter((one) => !isOrphan(one)) : same;
    if (asked.length === 0) throw missing(id, instance);
    this.#checkQuantifiers(id, instance, resource, inClone, question);
    const { value } = question;
    return STATES[question.state]!.some(([fact, wanted]) => {
      const ask = new Ask(question, fact, value ?? wanted, this.#containers);
      if (resource.kind === "clone" || resource.kind === "bundle") return ask.holds(resource);
      return quantify(question.instances ?? "any", asked, (one) => ask.holds(one));
    });
  }

  #checkQuantifiers(
    id: string,
    instance: string | null,
    resource: ResourceStatus,
    inClone: boolean,
    question: StateQuestion,
  ): void {
    const severalMembers =
      resource.kind === "group" ||
      (resource.kind === "clone" && resource.instances.some((one) => one.kind === "group"));
    if (question.members !== null && !severalMembers) {
      throw new CommandLineError(
        "'members' quantifier can be used only on group resources or group instances of cloned " +
          "groups",
      );
    }
    const severalInstances =
      instance === null &&
      (resource.kind === "clone" ||
        resource.kind === "bundle" ||
        inClone ||
        this.#parents.get(id)?.kind === "bundle");
    if (question.instances !== null && !severalInstances) {
      throw new CommandLineError(
        "'instances' quantifier can be used only on clone resources and their instances, or on " +
          "bundle resources and their replicas",
      );
    }
  }
}

/** One fact asked of a resource: of itself where it knows the fact, else of what is inside. */
class Ask {
  readonly #question: StateQuestion;
  readonly #fact: string;
  readonly #wanted: Condition[1];
  readonly #containers: ReadonlyMap<PrimitiveStatus, PrimitiveStatus>;

  constructor(
    question: StateQuestion,
    fact: string,
    wanted: Condition[1],
    containers: ReadonlyMap<PrimitiveStatus, PrimitiveStatus>,
  ) {
    this.#question = question;
    this.#fact = fact;
    this.#wanted = wanted;
    this.#containers = containers;
  }

  holds(resource: ResourceStatus): boolean {
    const { members, instances, node } = this.#question;
    if (resource.kind === "primitive") {
      if (!this.#matches(resource)) return false;
      return node === null || (this.#containers.get(resource) ?? resource).nodes.includes(node);
    }
    const quantifier = resource.kind === "group" ? members : instances;
    if (resource.facts.has(this.#fact) && quantifier === null && node === null) {
      return this.#matches(resource);
    }
    const inside = insideOf(resource);
    if (inside.length === 0) return false;
    const fallback = resource.kind === "group" ? "all" : "any";
    return quantify(quantifier ?? fallback, inside, (one) => this.holds(one));
  }

  #matches(resource: ResourceStatus): boolean {
    const actual = resource.facts.get(this.#fact) ?? null;
    const wanted = this.#wanted;
    if (Array.isArray(wanted)) return wanted.includes(actual);
    return wanted === "present" ? actual !== null : actual === wanted;
  }
}

function insideOf(resource: Exclude<ResourceStatus, PrimitiveStatus>): ResourceStatus[] {
  if (resource.kind === "group") return resource.members;
  if (resource.kind === "clone") return resource.instances.filter((one) => !isOrphan(one));
  return resource.replicas.map((replica) => replica.member ?? replica.container);
}

function quantify<T>(quantifier: Quantifier, items: T[], test: (item: T) => boolean): boolean {
  if (quantifier === "all") return items.every(test);
  return items.some(test) === (quantifier === "any");
}

function isOrphan(resource: ResourceStatus): boolean {
  if (resource.kind === "primitive") return resource.orphaned;
  return resource.kind === "group" && (resource as GroupStatus).members.every((m) => m.orphaned);
}

function fullId(id: string, instance: string | null): string {
  return instance === null || instance === "" ? id : `${id}:${instance}`;
}

function missing(id: string, instance: string | null): CommandLineError {
  return new CommandLineError(`Resource '${fullId(id, instance)}' does not exist`);
}

function requireKind(
  resource: ResourceStatus,
  instance: string | null,
  expected: readonly ResourceKind[],
): void {
  if (expected.includes(resource.kind)) return;
  throw new CommandLineError(
    `Resource '${fullId(resource.id, instance)}' has unexpected type '${resource.kind}'. This ` +
      `command works only for resources of type ${formatList(expected)}`,
  );
}
