import { exitText } from "../../base/mod.ts";
import {
  compareNumeric,
  type Node,
  parseRole,
  type Resource,
  Role,
  type WorkingSet,
} from "../../scheduler/mod.ts";
import { nodeSelected, type ShowOptions } from "../options.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import { descriptionSuffix, writeResource } from "./collective.ts";
import {
  collectiveRole,
  everyPart,
  failedProbe,
  isActive,
  isDisabled,
  isFiltered,
  nodesOf,
  runsElsewhere,
  somePart,
} from "./state.ts";

function cloneTitle(clone: Resource, options: ShowOptions): string {
  const attributes: string[] = [];
  if (clone.promotable) attributes.push("promotable");
  if (clone.unique) attributes.push("unique");
  if (isDisabled(clone)) attributes.push("disabled");
  if (clone.maintenance) attributes.push("maintenance");
  else if (!clone.managed) attributes.push("unmanaged");
  const suffix = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`;
  const child = clone.clone!.childXml.id;
  return `Clone Set: ${clone.id} [${child}]${suffix}${descriptionSuffix(clone, options)}`;
}

/** What became of one instance: shown in full, counted into a line, or left out. */
type Verdict = "full" | "promoted" | "started" | "stopped" | "hidden";

function judge(clone: Resource, instance: Resource, options: ShowOptions): Verdict {
  const partly = isActive(instance, false);
  if (clone.unique) return partly || !clone.orphan ? "full" : verdictOfDetail(options);
  if (options.pending === true && hasPendingTask(instance)) return "full";
  if (!partly) {
    if (options.cloneDetail === true) return "full";
    return !instance.orphan && options.inactive === true ? "stopped" : "hidden";
  }
  if (options.cloneDetail === true) return "full";
  if (
    somePart(instance, (part) => part.orphan) ||
    !everyPart(instance, (part) => part.managed) ||
    somePart(instance, (part) => part.failed)
  ) {
    return "full";
  }
  const location = singleNode(instance);
  if (!isActive(instance, true) || location === null) return "full";
  if (!location.online && location.unclean) return "full";
  return collectiveRole(instance) > Role.unpromoted ? "promoted" : "started";
}

function verdictOfDetail(options: ShowOptions): Verdict {
  return options.cloneDetail === true ? "full" : "hidden";
}

function hasPendingTask(instance: Resource): boolean {
  return instance.pendingTask !== null && instance.pendingTask !== "probe";
}

/** The one node where an instance runs; null when there are several or none. */
function singleNode(instance: Resource): Node | null {
  const nodes = nodesOf(instance);
  return nodes.length === 1 ? nodes[0]! : null;
}

export function writeClone(
  sink: Sink,
  working: WorkingSet,
  clone: Resource,
  options: ShowOptions,
): boolean {
  const list = new LazyList(sink, cloneTitle(clone, options));
  const promoted: Node[] = [];
  const started: Node[] = [];
  const stopped: string[] = [];
  const only = options.onlyResources;
  const everything = only === null || only === undefined || only.has(clone.id);
  for (const instance of clone.children) {
    if (runsElsewhere(instance, options)) continue;
    if (!everything && isFiltered(instance, options, false)) continue;
    const verdict = judge(clone, instance, options);
    if (verdict === "promoted") promoted.push(singleNode(instance)!);
    else if (verdict === "started") started.push(singleNode(instance)!);
    else if (verdict === "stopped") stopped.push(instance.id);
    else if (verdict === "full") {
      list.open();
      writeResource(sink, working, instance, { ...options, onlyResources: null });
    }
  }
  if (options.cloneDetail === true) {
    list.close();
    return true;
  }
  const order = (nodes: Node[]) =>
    working.nodes.flatMap((node) => nodes.filter((one) => one === node).map((one) => one.name));
  const shown = (nodes: Node[]) => order(nodes.filter((node) => nodeSelected(node.name, options)));
  const promotedNames = shown(promoted);
  const startedNames = shown(started);
  if (promotedNames.length > 0) list.item(`Promoted: [ ${promotedNames.join(" ")} ]`);
  if (startedNames.length > 0) {
    list.item(`${startedLabel(clone)}: [ ${startedNames.join(" ")} ]`);
  }
  if (options.inactive === true) {
    const active = promotedNames.length + startedNames.length;
    if (!clone.unique && clone.clone!.max > active) {
      writeStopped(list, working, clone, options, active);
    } else if (stopped.length > 0) {
      // No node is free for these, so they are told by their own names.
      list.item(`Stopped: [ ${stopped.sort(compareNumeric).join(" ")} ]`);
    } else if (active === 0) list.open();
  }
  return list.close();
}

/** The role asked for: of the clone, else of its instances. */
function configuredRole(clone: Resource): Role {
  return parseRole(clone.meta.get("target-role") ?? clone.children[0]?.meta.get("target-role"));
}

function startedLabel(clone: Resource): string {
  if (!clone.promotable) return "Started";
  const held = configuredRole(clone) === Role.unpromoted;
  return held ? "Unpromoted (target-role)" : "Unpromoted";
}

function writeStopped(
  list: LazyList,
  working: WorkingSet,
  clone: Resource,
  options: ShowOptions,
  active: number,
): void {
  const byState = new Map<string, string[]>();
  const disabled = configuredRole(clone) === Role.stopped;
  const noneAllowed = clone.allowed.isEmpty();
  for (const node of working.nodes) {
    const listed = noneAllowed ? clone.known.has(node) : clone.allowed.has(node);
    if (!listed || clone.activeOn.includes(node)) continue;
    if (!nodeSelected(node.name, options)) continue;
    const probe = failedProbe(working, clone, node.name);
    let state = disabled ? "Stopped (disabled)" : "Stopped";
    if (probe !== null) state = `Stopped (${exitText(Number(probe.get("rc-code")))})`;
    byState.set(state, [...(byState.get(state) ?? []), node.name]);
  }
  for (const state of [...byState.keys()].sort()) {
    list.item(`${state}: [ ${byState.get(state)!.join(" ")} ]`);
  }
  if (byState.size === 0 && active === 0) list.open();
}
