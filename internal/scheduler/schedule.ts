import type { Element } from "../xml/mod.ts";
import { createActions } from "./actions-of/collective.ts";
import { adoptNodes } from "./adopt-nodes.ts";
import { applyOrderings } from "./apply-orderings.ts";
import { assignAll } from "./assign/assign.ts";
import { checkDeferred, handleConfigChanges } from "./config-changes.ts";
import { O } from "./constants.ts";
import { unpackConstraints } from "./constraints/unpack.ts";
import { applyHealth, applyNodeCriteria } from "./criteria.ts";
import { scheduleFencingAndShutdowns } from "./fencing.ts";
import { dotText } from "./graph/dot.ts";
import { createGraph } from "./graph/graph.ts";
import { graphElement, graphText } from "./graph/render.ts";
import { createInternalOrderings } from "./internal-orderings.ts";
import { newOrdering } from "./orderings.ts";
import { scheduleProbes } from "./probes.ts";
import { orderRemoteActions } from "./remote-orderings.ts";
import { unpackRemoteNodes } from "./unpack/connections.ts";
import { clearFailCount, failCount } from "./unpack/fail-count.ts";
import { unpackNodes } from "./unpack/nodes.ts";
import { unpackOptions } from "./unpack/options.ts";
import { unpackResources } from "./unpack/resources.ts";
import { unpackStatusSection } from "./unpack/status.ts";
import { unpackTags } from "./unpack/tags.ts";
import { type ScheduleOptions, WorkingSet } from "./working-set.ts";

/** What a run of the scheduler yields. */
export interface ScheduleResult {
  working: WorkingSet;
  /** The transition_graph element. Made when first asked for. */
  readonly graph: Element;
  /**
   * Its text in pieces of UTF-8, each good until the next is asked for; `pretty`: as
   * `crm_simulate -G` writes it.
   */
  graphText(pretty: boolean): Iterable<Uint8Array>;
  /** The text of `crm_simulate -D` (`all`: with `-a`). Computed when called. */
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
  unpackTags(ws);
  unpackStatusSection(ws);
  countResources(ws);
  return ws;
}

/** Decides what the cluster is to do. Pure: the CIB (already upgraded) is not changed. */
export function schedule(cib: Element, options: ScheduleOptions): ScheduleResult {
  return decide(unpackStatus(cib, options));
}

/** {@link schedule}, going on from what {@link unpackStatus} read. */
export function decide(ws: WorkingSet): ScheduleResult {
  // What reading alone brought up is said by whoever shows the status.
  ws.notices = [];
  applyHealth(ws);
  unpackConstraints(ws);
  applyNodeCriteria(ws);
  for (const resource of ws.resources) createInternalOrderings(ws, resource);
  handleConfigChanges(ws);
  assignAll(ws);
  checkDeferred(ws);
  scheduleProbes(ws);
  if (ws.config.stopOrphanResources) clearOrphanFailCounts(ws);
  for (const resource of ws.resources) createActions(ws, resource);
  orderRemoteActions(ws);
  scheduleFencingAndShutdowns(ws);
  applyOrderings(ws);
  adoptNodes(ws);
  const synapses = createGraph(ws);
  let tree: Element | null = null;
  return {
    working: ws,
    get graph() {
      tree ??= graphElement(ws, synapses);
      return tree;
    },
    graphText: (pretty) => graphText(ws, synapses, pretty),
    dot: (all = false) => dotText(ws, all),
  };
}

/** Instances in all, disabled by configuration, and blocked after failure. */
function countResources(ws: WorkingSet): void {
  const visit = (resources: readonly (typeof ws.resources)[number][]) => {
    for (const resource of resources) {
      visit(resource.children);
      if (resource.variant !== 0 || resource.orphan) continue;
      ws.instanceCount += 1;
      if (resource.blocked) ws.blockedCount += 1;
      const wanted = resource.meta.get("target-role")?.toLowerCase();
      if (wanted === "stopped") ws.disabledCount += 1;
    }
  };
  visit(ws.resources);
}

function clearOrphanFailCounts(ws: WorkingSet): void {
  for (const resource of ws.resources) {
    if (!resource.orphan) continue;
    for (const node of ws.nodes) {
      if (!node.online) continue;
      if (failCount(ws, node, resource, { effective: true }, null).count === 0) continue;
      const clear = clearFailCount(ws, resource, node, "it is orphaned");
      newOrdering(ws, {
        first: clear,
        thenResource: resource,
        thenTask: resource.key("stop"),
        flags: O.ordered,
      });
    }
  }
}
