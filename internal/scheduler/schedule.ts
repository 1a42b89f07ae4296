import type { Element } from "../xml/mod.ts";
import { Element as GraphElement } from "../xml/mod.ts";
import { handleConfigChanges } from "./config-changes.ts";
import { unpackConstraints } from "./constraints/unpack.ts";
import { applyHealth, applyNodeCriteria } from "./criteria.ts";
import { dotText } from "./graph/dot.ts";
import { unpackRemoteNodes } from "./unpack/connections.ts";
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

/** Decides what the cluster is to do. Pure: the CIB (already upgraded) is not changed. */
export function schedule(cib: Element, options: ScheduleOptions): ScheduleResult {
  const working = unpackStatus(cib, options);
  applyHealth(working);
  unpackConstraints(working);
  applyNodeCriteria(working);
  handleConfigChanges(working);
  return { working, graph: new GraphElement("transition_graph"), dot: (all = false) => dotText(working, all) };
}
