import { Element } from "../xml/mod.ts";
import { type ScheduleOptions, WorkingSet } from "./working-set.ts";

/** What a run of the scheduler yields. */
export interface ScheduleResult {
  working: WorkingSet;
  /** The transition_graph element, as `crm_simulate -G` writes it. */
  graph: Element;
  /** The text of `crm_simulate -D`. Computed when called. */
  dot(): string;
}

/**
 * Reads options, nodes, resources, tags and status of a CIB (already upgraded to pacemaker-4.0):
 * all that a status display needs. The CIB is not changed.
 */
export function unpackStatus(cib: Element, options: ScheduleOptions): WorkingSet {
  return new WorkingSet(cib, options);
}

/** Decides what the cluster is to do. Pure: the CIB (already upgraded) is not changed. */
export function schedule(cib: Element, options: ScheduleOptions): ScheduleResult {
  const working = unpackStatus(cib, options);
  return { working, graph: new Element("transition_graph"), dot: () => "" };
}
