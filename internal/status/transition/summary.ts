import { Role, reasonText, roleName, type WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import type { Sink } from "../output/sink.ts";
import { type PlannedChange, plannedChanges } from "./decide.ts";

/** A node to be fenced. What has no reason of its own, as shutdowns that were asked for, is not told. */
export interface NodeChange {
  task: string;
  node: string;
  reason: string;
}

/** Fencing in a transition, the latest decided first. */
export function nodeChanges(working: WorkingSet): NodeChange[] {
  const changes: NodeChange[] = [];
  for (const action of working.actions.toReversed()) {
    if (action.resource !== null || action.optional || action.task !== "stonith") continue;
    const { node, reason } = action;
    if (node === null || reason === null) continue;
    const task = `Fence (${action.meta.get("stonith_action") ?? ""})`;
    const container = node.isGuest ? node.connection!.launcher!.id : null;
    const name = container === null ? node.name : `${node.name} (resource: ${container})`;
    changes.push({ task, node: name, reason: reasonText(reason) });
  }
  return changes;
}

/** Columns only ever grow; they have the width of the widest line from the first line on. */
class Columns {
  name = 5;
  detail = 5;
}

/** Writes the lines of `Transition Summary`. */
export function writeTransition(sink: Sink, working: WorkingSet): void {
  for (const { task, node, reason } of nodeChanges(working)) {
    sink.item(`${task} ${node} '${reason}'`);
  }
  const columns = new Columns();
  const changes = working.resources.flatMap(plannedChanges);
  for (const planned of changes) changeLine(planned, columns);
  for (const planned of changes) sink.item(changeLine(planned, columns));
}

/** What a change is, told by roles and nodes. */
interface Movement {
  needRole: boolean;
  sameRole: boolean;
  sameHost: boolean;
}

function movement({ resource, role, from, to }: PlannedChange): Movement {
  return {
    needRole: role > Role.started || resource.nextRole > Role.unpromoted,
    sameRole: role === resource.nextRole,
    sameHost: from !== null && from === to,
  };
}

function details(planned: PlannedChange): string {
  const { resource, from, to } = planned;
  const role = roleName(planned.role);
  const next = roleName(resource.nextRole);
  const { needRole, sameRole, sameHost } = movement(planned);
  if (from === null) return needRole ? `${role} -> ${next} ${to!.name}` : to!.name;
  if (to === null) return needRole ? `${role} ${from.name}` : from.name;
  if (sameRole && sameHost) return needRole ? `${role} ${from.name}` : from.name;
  if (sameRole) {
    return needRole ? `${from.name} -> ${to.name} ${role}` : `${from.name} -> ${to.name}`;
  }
  if (sameHost) return `${role} -> ${next} ${from.name}`;
  return `${role} ${from.name} -> ${next} ${to.name}`;
}

function changeLine(planned: PlannedChange, columns: Columns): string {
  const { change, resource, action, source } = planned;
  if (resource.id.length > columns.name) columns.name = resource.id.length + 2;
  const where = details(planned);
  columns.detail = Math.max(columns.detail, where.length);
  let why = "";
  if (source.reason !== null) {
    why = `  due to ${reasonText(source.reason)}${action.runnable ? "" : " (blocked)"}`;
  } else if (!action.runnable) why = "  blocked";
  const name = resource.id.padEnd(columns.name);
  return `${change.padEnd(8)}   ${name}   ( ${where.padStart(columns.detail)} )${why}`;
}

/** The `actions` element. */
export function transitionXml(working: WorkingSet): Element {
  const list = new Element("actions");
  for (const { task, node, reason } of nodeChanges(working)) {
    const element = list.append(new Element("node_action", { task, node }));
    element.set("reason", reason);
  }
  for (const resource of working.resources) {
    for (const planned of plannedChanges(resource)) list.append(changeXml(planned));
  }
  return list;
}

function changeXml(planned: PlannedChange): Element {
  const { change, resource, from, to, action, source } = planned;
  const element = new Element("rsc_action", {
    action: change.toLowerCase(),
    resource: resource.id,
  });
  const role = roleName(planned.role);
  const next = roleName(resource.nextRole);
  const { needRole, sameRole, sameHost } = movement(planned);
  const set = (values: Record<string, string>) => {
    for (const name in values) element.set(name, values[name]!);
  };
  if (from === null) {
    set(needRole ? { role, "next-role": next, dest: to!.name } : { node: to!.name });
  } else if (to === null) set(needRole ? { role, node: from.name } : { node: from.name });
  else if (sameRole && sameHost)
    set(needRole ? { role, source: from.name } : { source: from.name });
  else if (sameRole) {
    set({ source: from.name, dest: to.name });
    if (needRole) element.set("role", role);
  } else if (sameHost) set({ role, "next-role": next, source: from.name });
  else set({ role, source: from.name, "next-role": next, dest: to.name });
  if (source.reason !== null) element.set("reason", reasonText(source.reason));
  if (!action.runnable) element.set("blocked", "true");
  return element;
}
