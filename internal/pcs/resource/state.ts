import { isTrue, parseBoolean } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import type { PcsContext } from "../frame/context.ts";
import { error, LibraryError, type Report } from "../frame/report.ts";
import { byCodePoint, formatList, plural } from "../frame/text.ts";

const RUNNING = ["Started", "Promoted", "Unpromoted", "Master", "Slave"];

/** Where resources run, as crm_mon tells it. */
export class RunningState {
  readonly document: Element;

  constructor(document: Element) {
    this.document = document;
  }

  /** Nodes by role of a resource's running instances. Of a group, its last (or first) member counts. */
  nodesByRole(id: string, expectRunning = true): Map<string, string[]> {
    const roles = new Map<string, Set<string>>();
    for (const primitive of instancesOf(this.document, id, expectRunning)) {
      const role = primitive.get("role") ?? "";
      if (!RUNNING.includes(role)) continue;
      const nodes = roles.get(primaryRole(role)) ?? new Set<string>();
      roles.set(primaryRole(role), nodes);
      for (const node of primitive.descendants("node")) nodes.add(node.get("name") ?? "");
    }
    return new Map([...roles].map(([role, nodes]) => [role, [...nodes].sort(byCodePoint)]));
  }

  /** One line: `resource 'r' is running on node 'a'`. */
  describe(id: string, expectRunning = true): string {
    const roles = this.nodesByRole(id, expectRunning);
    if (roles.size === 0) return `resource '${id}' is not running on any node`;
    const parts = [...roles].map(([role, nodes]) => {
      const label = role === "Started" ? "running" : role.toLowerCase();
      return `${label} on ${plural(nodes, "node")} ${formatList(nodes)}`;
    });
    return `resource '${id}' is ${parts.sort(byCodePoint).join("; ")}`;
  }

  /** The same, an error when the resource should run and does not, or the other way round. */
  expect(id: string, running: boolean): Report {
    const runs = this.nodesByRole(id, running).size > 0;
    return { severity: runs === running ? "info" : "error", text: this.describe(id, running) };
  }

  /** Whether the cluster manages a resource; null when it does not know it. */
  isManaged(id: string): boolean | null {
    const flagged = (element: Element | null) =>
      element !== null && parseBoolean(element.get("managed")) === false;
    const primitives: Element[] = [];
    for (const element of this.document.walk()) {
      if (element.name === "resource" && matchesId(element, id)) primitives.push(element);
      else if (element.name === "group" && matchesId(element, id)) {
        primitives.push(...element.elements("resource"));
      }
    }
    if (primitives.length > 0) {
      return !primitives.some(
        (element) =>
          flagged(element) || flagged(element.ancestor("clone") ?? element.ancestor("bundle")),
      );
    }
    for (const element of this.document.walk()) {
      if ((element.name !== "clone" && element.name !== "bundle") || element.id !== id) continue;
      return !flagged(element) && !element.descendants("resource").some(flagged);
    }
    return null;
  }
}

/** Instances of a clone carry their number after a colon. */
function matchesId(element: Element, id: string): boolean {
  const own = element.get("id") ?? "";
  return own === id || own.startsWith(`${id}:`);
}

function instancesOf(document: Element, id: string, expectRunning: boolean): Element[] {
  const ofGroup = (group: Element): Element[] => {
    const members = group.elements("resource");
    const chosen = expectRunning ? members.at(-1) : members[0];
    return chosen === undefined ? [] : [chosen];
  };
  const found = new Set<Element>();
  for (const element of document.walk()) {
    if (element.name === "resource" && matchesId(element, id)) found.add(element);
    else if (element.name === "group" && matchesId(element, id)) {
      for (const member of ofGroup(element)) found.add(member);
    } else if (element.name === "clone" && element.id === id) {
      for (const child of element.elements("resource")) found.add(child);
      for (const group of element.elements("group")) {
        for (const member of ofGroup(group)) found.add(member);
      }
    } else if (element.name === "bundle" && element.id === id) {
      for (const replica of element.elements("replica")) {
        for (const child of replica.elements("resource")) found.add(child);
      }
    }
  }
  return [...found].filter((element) => !isTrue(element.get("failed")));
}

/** The state of the cluster now, or that in the CIB file. */
export async function runningState(context: PcsContext): Promise<RunningState> {
  const read = await context.env.cib.read();
  if (!read.ok) throw new LibraryError(error(read.error));
  return stateOf(read.value, context.env.nowMs);
}

/** What a CIB's status section says of its resources. */
export async function stateOf(cib: Element, nowMs: number): Promise<RunningState> {
  const [{ upgradeCib }, { unpackStatus }, { resourcesXml }] = await Promise.all([
    import("../../cib/mod.ts"),
    import("../../scheduler/mod.ts"),
    import("../../status/mod.ts"),
  ]);
  const upgraded = upgradeCib(cib);
  const working = unpackStatus(upgraded.ok ? upgraded.value : cib, { nowMs });
  return new RunningState(resourcesXml(working, { inactive: true }) ?? new Element("resources"));
}
