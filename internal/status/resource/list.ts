import type { Resource, WorkingSet } from "../../scheduler/mod.ts";
import type { ShowOptions } from "../options.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import { briefLines } from "./brief.ts";
import { runsOnSelected, writeResource } from "./collective.ts";
import { isActive, isFiltered } from "./state.ts";

/** The list of resources; true when something was written. */
export function writeResourceList(
  sink: Sink,
  working: WorkingSet,
  options: ShowOptions,
  spacer: boolean,
  summarize = true,
): boolean {
  if (options.byNode === true && options.inactive !== true) return false;
  const list = new LazyList(sink, title(options), spacer);
  let written = false;
  if (options.brief === true && options.byNode !== true) {
    list.open();
    const shown = working.resources.filter((resource) => !isFiltered(resource, options, true));
    for (const line of briefLines(shown, options)) {
      list.item(line);
      written = true;
    }
  }
  for (const resource of working.resources) {
    if (!isListed(resource, options)) continue;
    list.open();
    if (writeResource(sink, working, resource, options)) written = true;
  }
  if (!written && summarize) {
    if (options.byNode === true) list.item("No inactive resources");
    else list.item(options.inactive === true ? "No resources" : "No active resources");
  }
  return list.close();
}

function title(options: ShowOptions): string {
  if (options.byNode === true) return "Inactive Resources";
  return options.inactive === true ? "Full List of Resources" : "Active Resources";
}

/** Whether a top-level resource has a place in the list. */
export function isListed(resource: Resource, options: ShowOptions): boolean {
  const active = isActive(resource, true);
  const partly = isActive(resource, false);
  if (resource.orphan && !active) return false;
  if (options.byNode === true) {
    if (active) return false;
  } else if (options.brief === true && resource.isPrimitive) return false;
  if (!partly) return options.inactive === true;
  return options.byNode === true || runsOnSelected(resource, options);
}
