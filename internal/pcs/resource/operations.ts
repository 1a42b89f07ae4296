import { Element } from "../../xml/mod.ts";
import type { AgentAction, AgentMetadata } from "../agent/model.ts";
import { isStonithAgent } from "../agent/model.ts";
import {
  checkValue,
  type Hardness,
  invalidValue,
  pacemakerBoolean,
  timeInterval,
  unknownOptions,
} from "../checks/mod.ts";
import { primaryRole } from "../cib/attributes.ts";
import { checkId, type IdProvider, idExists, idTaken, sanitizeId } from "../cib/ids.ts";
import { appendNvset } from "../cib/nvset.ts";
import { timeoutSeconds } from "../frame/options.ts";
import { error, LibraryError, type Report, type Reporter, warning } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";

/** Options of one operation by name, `name` among them. */
export type Operation = Map<string, string>;

export const ROLES = ["Promoted", "Started", "Stopped", "Unpromoted"];
export const ON_FAIL = [
  "block",
  "demote",
  "fence",
  "ignore",
  "restart",
  "restart-container",
  "standby",
  "stop",
];
const OPTIONS = [
  "OCF_CHECK_LEVEL",
  "description",
  "enabled",
  "id",
  "interval",
  "interval-origin",
  "name",
  "on-fail",
  "record-pending",
  "role",
  "start-delay",
  "timeout",
];
/** Kept as an instance attribute of the operation. */
const CHECK_LEVEL = "OCF_CHECK_LEVEL";

export function defaultInterval(name: string): string {
  return name === "monitor" ? "60s" : "0s";
}

/** Role names of the schema: those before 3.7 know the old ones only. */
export function roleForCib(role: string, newNames: boolean): string {
  const primary = primaryRole(role);
  if (newNames) return primary;
  if (primary === "Promoted") return "Master";
  return primary === "Unpromoted" ? "Slave" : primary;
}

/** Operations a new resource gets from its agent; `monitor` always, others unless told not to. */
export function defaultOperations(agent: AgentMetadata, necessaryOnly: boolean): Operation[] {
  const stonith = isStonithAgent(agent.name);
  const chosen = agent.actions.filter(({ name }) => {
    if (stonith || necessaryOnly) return name === "monitor";
    return !["meta-data", "status", "validate-all"].includes(name);
  });
  const operations = chosen.map(actionToOperation);
  if (!operations.some((op) => op.get("name") === "monitor")) {
    operations.push(
      new Map([
        ["name", "monitor"],
        ["interval", "60s"],
      ]),
    );
  }
  return operations;
}

/** An action of an agent's metadata as an operation of the CIB. */
export function actionToOperation(action: AgentAction): Operation {
  const op: Operation = new Map([["name", action.name]]);
  const add = (name: string, value: string | null) => {
    if (value !== null && value !== "") op.set(name, value);
  };
  const interval = action.interval ?? "";
  add("interval", interval === "" ? defaultInterval(action.name) : interval);
  add("timeout", action.timeout);
  add("role", action.role);
  add("start-delay", action.startDelay);
  if (action.depth !== "0") add(CHECK_LEVEL, action.depth);
  return op;
}

/**
 * The operations of a new resource: those that the user gave, checked, and those of the defaults
 * whose names the user did not mention.
 */
export function prepareOperations(
  report: Reporter,
  given: readonly Operation[],
  defaults: readonly Operation[],
  allowedNames: readonly string[],
  newRoles: boolean,
  hard: Hardness,
): Operation[] {
  const normal = given.map(normalize);
  given.forEach((op, i) => {
    report.all(checkOperation(op, normal[i]!, allowedNames, hard));
  });
  report.all(checkIntervals(normal));
  report.stopOnErrors();
  const names = new Set(normal.map((op) => op.get("name")));
  const rest = spreadIntervals(
    defaults.filter((op) => !names.has(op.get("name"))),
    report,
  );
  const complete = normal.map((op) =>
    op.has("interval") ? op : new Map([...op, ["interval", defaultInterval(op.get("name") ?? "")]]),
  );
  return [...complete, ...rest].map((op) => finish(op, newRoles));
}

function normalize(op: Operation): Operation {
  return new Map(
    [...op].map(([name, value]): [string, string] => {
      if (name === "role") {
        return [name, value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()];
      }
      const lower = ["on-fail", "record-pending", "enabled"].includes(name);
      return [name, lower ? value.toLowerCase() : value];
    }),
  );
}

function finish(op: Operation, newRoles: boolean): Operation {
  const result: Operation = new Map();
  for (const [name, value] of op) {
    if (value !== "") result.set(name, name === "role" ? roleForCib(value, newRoles) : value);
  }
  return result;
}

/** Checks one operation; messages show values as the user wrote them. */
export function checkOperation(
  op: Operation,
  normal: Operation,
  allowedNames: readonly string[],
  hard: Hardness,
): Report[] {
  const reports: Report[] = [];
  const unknown = [...op.keys()].filter((name) => !OPTIONS.includes(name));
  if (unknown.length > 0) reports.push(unknownOptions(unknown, OPTIONS, "resource operation"));
  const oneOf = (name: string, label: string, allowed: readonly string[], hardness: Hardness) => {
    const value = normal.get(name);
    if (value === undefined || allowed.includes(value)) return;
    reports.push(invalidValue(label, op.get(name) ?? "", allowed, hardness));
  };
  oneOf("name", "operation name", allowedNames, hard);
  oneOf("role", "role", ROLES, "error");
  oneOf("on-fail", "on-fail", ON_FAIL, "error");
  for (const name of ["record-pending", "enabled"]) {
    const value = op.get(name);
    if (value !== undefined) reports.push(...checkValue(name, value, pacemakerBoolean));
  }
  if (op.has("interval-origin") && op.has("start-delay")) {
    reports.push(
      error(
        "Only one of resource operation options 'interval-origin' and 'start-delay' can be used",
      ),
    );
  }
  const id = op.get("id");
  if (id !== undefined) reports.push(...checkId(id, "operation id"));
  for (const name of ["interval", "timeout"]) {
    const value = op.get(name);
    if (value !== undefined) reports.push(...checkValue(name, value, timeInterval));
  }
  return reports;
}

/** The same operation twice at the same interval. */
function checkIntervals(operations: readonly Operation[]): Report[] {
  const byName = new Map<string, Map<number | null, string[]>>();
  for (const op of operations) {
    const name = op.get("name") ?? "";
    const interval = op.get("interval") ?? defaultInterval(name);
    const intervals = byName.get(name) ?? new Map<number | null, string[]>();
    byName.set(name, intervals);
    const seconds = timeoutSeconds(interval);
    intervals.set(seconds, [...(intervals.get(seconds) ?? []), interval]);
  }
  const lines: string[] = [];
  for (const [name, intervals] of byName) {
    for (const same of [...intervals.values()].sort((a, b) => byCodePoint(a[0]!, b[0]!))) {
      if (same.length > 1) lines.push(`${name} with intervals ${same.join(", ")}`);
    }
  }
  if (lines.length === 0) return [];
  return [
    error(
      `multiple specification of the same operation with the same interval:\n${lines.join("\n")}`,
    ),
  ];
}

/** Moves intervals of equal operations apart, second by second. */
export function spreadIntervals(operations: readonly Operation[], report: Reporter): Operation[] {
  const used = new Map<string, Set<number>>();
  return operations.map((op) => {
    const name = op.get("name") ?? "";
    const interval = op.get("interval") ?? "";
    const taken = used.get(name) ?? new Set<number>();
    used.set(name, taken);
    let seconds = timeoutSeconds(interval);
    if (seconds === null) return op;
    if (!taken.has(seconds)) {
      taken.add(seconds);
      return op;
    }
    while (taken.has(seconds)) seconds += 1;
    taken.add(seconds);
    report.add(
      warning(
        `changing a ${name} operation interval from ${interval} to ${seconds} to make the ` +
          "operation unique",
      ),
    );
    return new Map([...op, ["interval", String(seconds)]]);
  });
}

/** Adds `<operations>` with these operations, by name, to a primitive. */
export function appendOperations(
  primitive: Element,
  operations: readonly Operation[],
  ids: IdProvider,
): void {
  const all = primitive.append(new Element("operations"));
  const sorted = [...operations].sort((a, b) => byCodePoint(a.get("name")!, b.get("name")!));
  for (const op of sorted) appendOperation(all, op, ids);
}

/** Adds one operation; its check level becomes an instance attribute. */
export function appendOperation(operations: Element, op: Operation, ids: IdProvider): Element {
  const wanted = op.get("id");
  if (wanted !== undefined && idExists(operations, wanted)) {
    throw new LibraryError(idTaken(wanted));
  }
  const id =
    wanted ??
    ids.allocate(
      sanitizeId(`${operations.parent?.id ?? ""}-${op.get("name")}-interval-${op.get("interval")}`),
    );
  const element = new Element("op");
  for (const [name, value] of op) if (name !== CHECK_LEVEL) element.set(name, value);
  element.set("id", id);
  operations.append(element);
  const level = op.get(CHECK_LEVEL);
  if (level !== undefined) {
    appendNvset(element, "instance_attributes", [[CHECK_LEVEL, level]], ids);
  }
  return element;
}
