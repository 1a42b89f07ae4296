import { INFINITY_SCORE, isTrue, parseBoolean, timeoutSeconds } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import type { PeerState } from "../action-reason.ts";
import { QuorumPolicy, Role } from "../constants.ts";
import type { Ticket } from "../constraint.ts";
import { fenceNode } from "../fence-node.ts";
import type { Node } from "../node.ts";
import { setNextRole } from "../roles.ts";
import type { WorkingSet } from "../working-set.ts";
import { unpackHistories } from "./history.ts";
import { addNodeAttributes } from "./nodes.ts";
import { determineRemoteStatus } from "./remote-status.ts";

/** The status section: tickets, node states, then what ran where. */
export function unpackStatusSection(ws: WorkingSet): void {
  const status = ws.cib.first("status");
  const states: Element[] = [];
  for (const child of status?.elements() ?? []) {
    if (child.name === "tickets") unpackTickets(ws, child);
    else if (child.name === "node_state") {
      states.push(child);
      unpackNodeState(ws, child);
    }
  }
  unpackHistories(ws, states);
  for (const node of ws.nodes) {
    if (!node.isRemote) continue;
    if (node.shutdown && node.connection !== null) setNextRole(node.connection, Role.stopped);
    if (!node.historyUnpacked) determineRemoteStatus(node);
  }
}

/** The ticket of that name, made (not granted) when nobody spoke of it yet. */
export function ensureTicket(ws: WorkingSet, id: string): Ticket {
  let ticket = ws.tickets.get(id);
  if (ticket === undefined) {
    ticket = { id, granted: false, lastGranted: -1, standby: false, state: new Map() };
    ws.tickets.set(id, ticket);
  }
  return ticket;
}

function unpackTickets(ws: WorkingSet, tickets: Element): void {
  for (const xml of tickets.elements("ticket_state")) {
    if (xml.id === "") continue;
    const ticket = ensureTicket(ws, xml.id);
    for (const [name, value] of xml.entries()) if (name !== "id") ticket.state.set(name, value);
    ticket.granted = isTrue(xml.get("granted"));
    const last = xml.get("last-granted");
    if (last !== null) ticket.lastGranted = Number.parseInt(last, 10);
    ticket.standby = isTrue(xml.get("standby"));
  }
}

/** The node a state, operation or the like belongs to: by id, else by name. */
export function nodeOf(ws: WorkingSet, xml: Element): Node | null {
  const id = xml.get("id");
  if (id === null) return null;
  return ws.nodesById.get(id.toLowerCase()) ?? byName(ws, xml.get("uname"));
}

function byName(ws: WorkingSet, name: string | null): Node | null {
  return name === null ? null : (ws.nodesByName.get(name.toLowerCase()) ?? null);
}

function unpackNodeState(ws: WorkingSet, state: Element): void {
  const node = nodeOf(ws, state);
  if (state.id === "") {
    const text = "Ignoring invalid node_state entry without id";
    ws.messages.push({ level: "error", text });
  }
  if (node === null) return;
  if (node.isRemote) {
    // Its online state follows from its connection, which is known only later.
    node.fencedRemote = Number.parseInt(state.get("node_fenced") ?? "0", 10) !== 0;
    return;
  }
  mergeTransientAttributes(ws, node, state);
  node.unclean = false;
  node.unseen = false;
  node.cameWithoutQuorum = state.get("quorum_seen") === "0";
  determineOnlineStatus(ws, node, state);
  if (!ws.haveQuorum && node.online && ws.config.noQuorumPolicy === QuorumPolicy.fence) {
    fenceNode(ws, node, { kind: "cluster-inquorate" }, false);
  }
}

function mergeTransientAttributes(ws: WorkingSet, node: Node, state: Element): void {
  addNodeAttributes(ws, node, state.first("transient_attributes"), true);
  if (isTrue(node.attributes.get("standby"))) node.standby = true;
  if (isTrue(node.attributes.get("maintenance"))) node.maintenance = true;
}

/** Whether the transient attribute asks the node to shut down. */
export function shutdownRequested(node: Node): boolean {
  const value = node.attributes.get("shutdown");
  return value !== undefined && value !== "0";
}

function determineOnlineStatus(ws: WorkingSet, node: Node, state: Element): void {
  if (shutdownRequested(node)) node.shutdown = true;
  else if (state.get("expected") === "member") node.expectedUp = true;
  const online = ws.config.fencingEnabled
    ? onlineWithFencing(ws, node, state)
    : onlineWithoutFencing(ws, node, state);
  node.online = online;
  if (!online || node.shutdown) node.score = -INFINITY_SCORE;
}

/** When the node became a member (epoch seconds); 0 for not a member, -1 for never seen. */
function memberSince(ws: WorkingSet, state: Element): number {
  const text = state.get("in_ccm");
  if (text === null) return -1;
  const flag = parseBoolean(text);
  if (flag !== null) return flag ? ws.nowSeconds : 0;
  const since = Number.parseInt(text, 10);
  return since >= 0 && since <= Number.MAX_SAFE_INTEGER ? since : -1;
}

/** When the controller process came up; 0 for not at all, 1 for up since nobody knows when. */
function processSince(state: Element): number {
  const text = state.get("crmd");
  if (text === null) return 0;
  if (text.toLowerCase() === "online") return 1;
  return Math.max(0, Number.parseInt(text, 10) || 0);
}

function onlineWithoutFencing(ws: WorkingSet, node: Node, state: Element): boolean {
  if (memberSince(ws, state) <= 0) return false;
  if (processSince(state) > 0) return state.get("join")?.toLowerCase() === "member";
  if (node.expectedUp) fenceNode(ws, node, { kind: "peer", state: "unexpectedly-down" }, false);
  return false;
}

function onlineWithFencing(ws: WorkingSet, node: Node, state: Element): boolean {
  const member = memberSince(ws, state);
  const process = processSince(state);
  const join = state.get("join");
  const expected = state.get("expected") ?? "down";
  if (node.shutdown) return process > 0;
  const pend = () => {
    node.standby = true;
    node.pending = true;
  };
  const fence = (state: PeerState) =>
    // Only a node that was lost may be on the side that has more of weight.
    fenceNode(ws, node, { kind: "peer", state }, state === "lost");
  if (member < 0) fence("never-seen");
  else if (join === "banned") fence("rejected");
  else if (terminateRequested(node)) {
    if (member > 0 || process > 0 || join !== "down")
      fenceNode(ws, node, { kind: "fencing-requested" }, false);
  } else if (expected === "down") {
    if (pendingTooLong(ws, member, process)) {
      fence("pending-too-long");
    } else if (member > 0 || process > 0) pend();
  } else if (member <= 0) fence("lost");
  else if (process <= 0) fence("process-lost");
  else if (join === "member") {
    // Everything is up.
  } else if (join === "pending" || join === "down") pend();
  else fence("unknown");
  return member > 0;
}

function terminateRequested(node: Node): boolean {
  const value = node.attributes.get("terminate");
  if (value === undefined) return false;
  const flag = parseBoolean(value);
  if (flag !== null) return flag;
  return Number.parseInt(value, 10) > 0;
}

function pendingTooLong(ws: WorkingSet, member: number, process: number): boolean {
  const limit = ws.config.nodePendingTimeoutMs;
  if (limit <= 0 || member <= 0 || process > 0) return false;
  const timeout = member + timeoutSeconds(limit);
  if (ws.nowSeconds >= timeout) return true;
  ws.updateRecheck(timeout);
  return false;
}
