import { INFINITY_SCORE } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { parseRole, Role } from "../constants.ts";
import type { TicketConstraint } from "../constraint.ts";
import { fenceNode } from "../fence-node.ts";
import type { Resource } from "../resource.ts";
import { resourceLocation } from "../score-tables.ts";
import { ensureTicket } from "../unpack/status.ts";
import type { WorkingSet } from "../working-set.ts";
import { readSets, sideMembers } from "./names.ts";

/** A ticket constraint, applied at once. */
export function unpackTicketConstraint(ws: WorkingSet, xml: Element): void {
  const ticket = xml.get("ticket");
  if (ticket === null) return;
  ensureTicket(ws, ticket);
  const sets = readSets(ws, xml);
  for (const set of sets) {
    for (const resource of set.resources) {
      if (resource === null) return;
      addTicket(ws, xml, resource, ticket, set.role);
    }
  }
  if (sets.length > 0) return;
  for (const resource of sideMembers(ws, xml, "rsc") ?? []) {
    if (resource === null) return;
    addTicket(ws, xml, resource, ticket, xml.get("rsc-role"));
  }
}

function addTicket(
  ws: WorkingSet,
  xml: Element,
  resource: Resource,
  ticketId: string,
  roleText: string | null,
): void {
  const parsed = parseRole(roleText);
  const role = parsed === Role.started ? Role.unknown : parsed;
  const constraint: TicketConstraint = {
    id: xml.id,
    resource,
    ticket: ensureTicket(ws, ticketId),
    role,
    lossPolicy: policyOf(ws, ticketId, xml.get("loss-policy"), role),
  };
  resource.tickets.unshift(constraint);
  restrict(ws, resource, constraint);
}

function policyOf(
  ws: WorkingSet,
  ticketId: string,
  text: string | null,
  role: Role,
): TicketConstraint["lossPolicy"] {
  switch (text?.toLowerCase()) {
    case "fence": {
      if (ws.config.fencingEnabled) return "fence";
      const text = `Resetting 'loss-policy' for ticket '${ticketId}' to 'stop' because fencing is not configured`;
      ws.messages.push({ level: "error", text });
      return "stop";
    }
    case "stop":
      return "stop";
    case "freeze":
      return "freeze";
    case "demote":
      return "demote";
    default:
      return role === Role.promoted ? "demote" : "stop";
  }
}

function restrict(ws: WorkingSet, resource: Resource, constraint: TicketConstraint): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) restrict(ws, child, constraint);
    return;
  }
  const { ticket, role, lossPolicy } = constraint;
  if (ticket.granted && !ticket.standby) return;
  const ban = () =>
    resourceLocation(ws, resource, null, -INFINITY_SCORE, { kind: "ticket", ticket: ticket.id });
  if (ticket.granted || resource.activeOn.length === 0) {
    if (role !== Role.promoted || lossPolicy === "stop") ban();
    return;
  }
  const roleMatches = role === Role.unknown || role === resource.currentRole;
  switch (lossPolicy) {
    case "stop":
      ban();
      break;
    case "demote":
      // Promotion is prevented where promotion scores are sorted.
      if (role !== Role.promoted) ban();
      break;
    case "fence":
      if (!roleMatches) return;
      ban();
      for (const node of resource.activeOn) {
        fenceNode(ws, node, { kind: "ticket-lost", ticket: constraint.ticket.id }, false);
      }
      break;
    default:
      if (!roleMatches) return;
      resource.managed = false;
      resource.blocked = true;
  }
}
