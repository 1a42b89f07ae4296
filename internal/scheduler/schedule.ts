import type { Element } from "../xml/mod.ts";
import { opKey } from "./actions.ts";
import { assignAll } from "./assign/assign.ts";
import { sortedNodes } from "./assign/nodes.ts";
import { place } from "./assign/primitive.ts";
import { checkDeferred, handleConfigChanges } from "./config-changes.ts";
import { O } from "./constants.ts";
import { unpackConstraints } from "./constraints/unpack.ts";
import { applyHealth, applyNodeCriteria } from "./criteria.ts";
import { applyOrderings } from "./graph/apply-orderings.ts";
import { blockDependents } from "./graph/block-dependents.ts";
import { dotText } from "./graph/dot.ts";
import { buildGraph } from "./graph/graph.ts";
import { disableInvalidLinks } from "./graph/invalid-links.ts";
import { orderProbes } from "./graph/probe-orderings.ts";
import { Propagation } from "./graph/propagate.ts";
import { createNotifications, notifyAfterFencing } from "./notifications.ts";
import { newOrdering } from "./orderings.ts";
import type { Resource } from "./resource.ts";
import { createActions } from "./stages/collective-actions.ts";
import { scheduleFencing } from "./stages/fencing.ts";
import { addInternalOrderings } from "./stages/internal-orderings.ts";
import { maintenanceUpdate } from "./stages/maintenance.ts";
import { scheduleProbes } from "./stages/probes.ts";
import { orderRemoteActions } from "./stages/remote.ts";
import { unpackRemoteNodes } from "./unpack/connections.ts";
import { clearFailCount, failCount } from "./unpack/fail-count.ts";
import { unpackNodes } from "./unpack/nodes.ts";
import { unpackOptions } from "./unpack/options.ts";
import { unpackResources } from "./unpack/resources.ts";
import { unpackStatusSection } from "./unpack/status.ts";
import { type ScheduleOptions, WorkingSet } from "./working-set.ts";

/** What a run of the scheduler yields. */
export interface ScheduleResult {
  working: WorkingSet;
  /** The transition_graph element, as `crm_simulate -G` writes it. */
  graph: Element;
  /** The text of `crm_simulate -D`, computed when called; `all` as with `-a`. */
  dot(all?: boolean): string;
}

/**
 * Reads options, nodes, resources, tags and status of a CIB (already upgraded to pacemaker-4.0):
 * all that a status display needs. The CIB is not changed.
 */
export function unpackStatus(cib: Element, options: ScheduleOptions): WorkingSet {
  const ws = new WorkingSet(cib, options);
  unpackOptions(ws);
  unpackNodes(ws);
  unpackRemoteNodes(ws);
  unpackResources(ws);
  unpackStatusSection(ws);
  return ws;
}

/**
 * Decides what the cluster is to do. Pure: the CIB (already upgraded) is not changed. The order of
 * the stages is part of what is reproduced: later ones see what earlier ones did.
 */
export function schedule(cib: Element, options: ScheduleOptions): ScheduleResult {
  const ws = unpackStatus(cib, options);
  applyHealth(ws);
  unpackConstraints(ws);
  applyNodeCriteria(ws);
  addInternalOrderings(ws);
  handleConfigChanges(ws);
  assignAll(ws);
  checkDeferred(ws);
  if (ws.config.startupProbes) scheduleProbes(ws);
  clearOrphanFailures(ws);
  for (const resource of ws.resources) createActions(ws, resource);
  orderRemoteActions(ws);
  scheduleFencing(ws, (stop, resource, fencing) => notifyAfterFencing(ws, stop, resource, fencing));
  propagate(ws);
  const graph = buildGraph(ws, {
    createNotifications: (clone) => createNotifications(ws, clone),
    maintenanceUpdate: () => maintenanceUpdate(ws),
  });
  return { working: ws, graph, dot: (all = false) => dotText(ws, all) };
}

/** Applies all orderings, and lets flags follow them until nothing changes; rules, section 27. */
function propagate(ws: WorkingSet): void {
  const nodesFor = (resource: Resource) => sortedNodes(ws, resource.allowed, null);
  applyOrderings(ws);
  const propagation = new Propagation({
    unassign: (resource) => place(ws, resource, null, true, true),
    blockDependents: (action) => blockDependents(action, (other) => propagation.update(other)),
    sortedNodes: nodesFor,
  });
  const newestFirst = (visit: (index: number) => void) => {
    for (let i = ws.actions.length - 1; i >= 0; i--) visit(i);
  };
  newestFirst((i) => blockDependents(ws.actions[i]!, (other) => propagation.update(other)));
  orderProbes(ws, nodesFor);
  newestFirst((i) => propagation.update(ws.actions[i]!));
  disableInvalidLinks(ws);
}

/** Nobody else would ever clear the failures of what is no longer configured. */
function clearOrphanFailures(ws: WorkingSet): void {
  for (const resource of ws.resources) {
    if (!resource.orphan) continue;
    for (const node of ws.nodes) {
      if (!node.online) continue;
      if (failCount(ws, node, resource, { effective: true }, null).count === 0) continue;
      newOrdering(ws, {
        first: clearFailCount(ws, resource, node, "it is orphaned"),
        thenResource: resource,
        thenTask: opKey(resource.id, "stop", 0),
        flags: O.ordered,
      });
    }
  }
}
