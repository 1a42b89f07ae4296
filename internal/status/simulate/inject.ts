import type { WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import { findResource } from "../resource/find.ts";
import { parseOperationKey } from "../section/failures.ts";
import { eventText, type SimulatedEvent } from "./events.ts";
import { StatusWriter } from "./status-writer.ts";

/** Changes that `crm_simulate` makes before it schedules. */
export interface Injections {
  quorum: string | null;
  watchdog: string | null;
  nodesUp: string[];
  nodesDown: string[];
  nodesFail: string[];
  ticketsGrant: string[];
  ticketsRevoke: string[];
  ticketsStandby: string[];
  ticketsActivate: string[];
  /** `RESOURCE_TASK_INTERVAL@NODE=RC`. */
  operations: string[];
}

/** Quorum alone does not count: as in the original, it is only set along with another change. */
export function hasInjections(injections: Injections): boolean {
  return Object.entries(injections).some(([name, value]) =>
    Array.isArray(value) ? value.length > 0 : name !== "quorum" && value !== null,
  );
}

/** Told of each change made: a line for the list, or a complaint. */
export interface InjectionLog {
  item(text: string, element: Element): void;
  error(text: string): void;
}

/**
 * Makes the changes in `cib`, in place; `working` is what it looked like before. Throws
 * {@link AmbiguousNode} or {@link UnknownNode}.
 */
export function inject(
  cib: Element,
  working: WorkingSet,
  injections: Injections,
  nowSeconds: number,
  log: InjectionLog,
): void {
  const report = (event: SimulatedEvent) =>
    log.item(eventText(event), new Element("inject_attr", {}));
  const writer = new StatusWriter(cib, nowSeconds, report, injections.nodesUp.length > 0);
  if (injections.quorum !== null) {
    log.item(`Setting quorum: ${injections.quorum}`, new Element("modify_quorum"));
    writer.counted(cib, () => cib.set("have-quorum", injections.quorum!));
  }
  if (injections.watchdog !== null) {
    log.item(`Setting watchdog: ${injections.watchdog}`, new Element("modify_watchdog"));
    if (setProperty(cib, "have-watchdog", injections.watchdog)) writer.countEpoch();
  }
  const node = (action: string, text: string, name: string) =>
    log.item(text, new Element("modify_node", { action, node: name }));
  const changeState = (name: string, change: (name: string) => void) => {
    const state = writer.nodeState(name);
    writer.counted(state, () => change(name));
    return state;
  };
  for (const name of injections.nodesUp) {
    node("Online", `Bringing node ${name} online`, name);
    changeState(name, (state) => writer.setNodeState(state, true));
  }
  for (const name of injections.nodesDown) {
    node("Offline", `Taking node ${name} offline`, name);
    writer.forgetHistory(changeState(name, (state) => writer.setNodeState(state, false)));
  }
  for (const name of injections.nodesFail) {
    node("Failing", `Failing node ${name}`, name);
    changeState(name, (state) => writer.setNodeState(state, true).set("in_ccm", "false"));
  }
  injectTickets(writer, injections, log);
  for (const spec of injections.operations) injectOperation(writer, working, spec, log);
}

/** Whether it was another before. */
function setProperty(cib: Element, name: string, value: string): boolean {
  const config = cib.ensure("configuration").ensure("crm_config");
  const pairs = config.descendants("nvpair").filter((pair) => pair.get("name") === name);
  if (pairs.length > 0) {
    const changed = pairs[0]!.get("value") !== value;
    pairs[0]!.set("value", value);
    return changed;
  }
  const id = "cib-bootstrap-options";
  const set =
    config.child("cluster_property_set", id) ??
    config.append(new Element("cluster_property_set", { id }));
  set.append(new Element("nvpair", { id: `${id}-${name}`, name, value }));
  return true;
}

function injectTickets(writer: StatusWriter, injections: Injections, log: InjectionLog): void {
  const each = (
    ids: string[],
    action: string,
    text: (id: string) => string,
    name: string,
    value: string,
  ) => {
    for (const id of ids) {
      log.item(text(id), new Element("modify_ticket", { action, ticket: id }));
      const tickets = writer.cib.ensure("status").ensure("tickets");
      const state =
        tickets.child("ticket_state", id) ?? tickets.append(new Element("ticket_state", { id }));
      writer.counted(state, () => state.set(name, value));
    }
  };
  const { ticketsGrant, ticketsRevoke, ticketsStandby, ticketsActivate } = injections;
  each(ticketsGrant, "Granting", (id) => `Granting ticket ${id}`, "granted", "true");
  each(ticketsRevoke, "Revoking", (id) => `Revoking ticket ${id}`, "granted", "false");
  each(ticketsStandby, "Standby", (id) => `Making ticket ${id} standby`, "standby", "true");
  each(ticketsActivate, "Activating", (id) => `Activating ticket ${id}`, "standby", "false");
}

function injectOperation(
  writer: StatusWriter,
  working: WorkingSet,
  spec: string,
  log: InjectionLog,
): void {
  log.item(`Injecting ${spec} into the configuration`, new Element("inject_spec", { spec }));
  const match = /^([^@]+)(?:@([^=]+)(?:=\s*([+-]?\d+))?)?/.exec(spec);
  const fields = match === null ? 0 : match.slice(1).filter((part) => part !== undefined).length;
  if (match === null || fields !== 3) {
    log.error(`Invalid operation spec: ${spec}.  Only found ${fields} fields`);
    return;
  }
  const key = parseOperationKey(match[1]!);
  const resource = key === null ? null : findResource(working, key.resource);
  if (key === null || resource === null) {
    log.error(`Invalid resource name: ${key?.resource ?? "(null)"}`);
    return;
  }
  const [node, rc, intervalMs] = [match[2]!, Number(match[3]), Number(key.interval)];
  const state = writer.nodeState(node);
  const operation = { resource: key.resource, task: key.task, intervalMs };
  writer.countFailure(state, operation, rc, working.config.startFailureFatal);
  const agent = { class: resource.cls, provider: resource.provider, type: resource.type };
  const history = writer.resourceHistory(state, key.resource, key.resource, agent);
  writer.addResult(history, node, {
    task: key.task,
    intervalMs,
    rc,
    targetRc: 0,
    exitReason: "Simulated action result",
    parameters: null,
  });
  writer.countUpdate();
}
