import type { Element } from "../../xml/mod.ts";
import { checkValue, timeInterval } from "../checks/mod.ts";
import { KeyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import { type Options, timeoutSeconds } from "../frame/options.ts";
import { error, LibraryError, type Report } from "../frame/report.ts";
import { byCodePoint } from "../frame/text.ts";

/** Failures of one operation of a resource on a node. */
interface Failure {
  node: string;
  resource: string;
  operation: string;
  interval: string;
  count: number;
}

interface Filter {
  resource: string | null;
  node: string | null;
  operation: string | null;
  interval: string | null;
}

/** `resource failcount [show] [ID] [node=NODE] [operation=OP [interval=I]] [--full]`. */
export async function failcountVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f", "--full"]);
  const words = argv.slice();
  const resource = words.length > 0 && !words[0]!.includes("=") ? words.shift()! : null;
  const parser = new KeyValues(words);
  parser.allowOnly(["node", "operation", "interval"]);
  const given = parser.unique();
  const filter: Filter = {
    resource,
    node: given.get("node") ?? null,
    operation: given.get("operation") ?? null,
    interval: given.get("interval") ?? null,
  };
  checkFilter(filter);
  const failures = failuresIn(await context.cib()).filter((failure) => matches(failure, filter));
  if (failures.length === 0) {
    context.print(headline("No failcounts", resource, filter));
    return;
  }
  for (const id of distinct(failures.map((failure) => failure.resource))) {
    context.print(headline("Failcounts", id, filter));
    const own = failures.filter((failure) => failure.resource === id);
    for (const node of distinct(own.map((failure) => failure.node))) {
      printNode(
        context,
        node,
        own.filter((failure) => failure.node === node),
        options.has("--full"),
      );
    }
  }
}

function checkFilter({ operation, interval }: Filter): void {
  if (interval === null) return;
  const reports: Report[] = [];
  if (operation === null) {
    reports.push(
      error("If option 'interval' is specified, option 'operation' must be specified as well"),
    );
  }
  reports.push(...checkValue("interval", interval, timeInterval));
  if (reports.length > 0) throw new LibraryError(reports);
}

function matches(failure: Failure, { resource, node, operation, interval }: Filter): boolean {
  const ms = interval === null ? null : String(timeoutSeconds(interval)! * 1000);
  return (
    (node === null || failure.node === node) &&
    (resource === null || failure.resource === resource) &&
    (operation === null || failure.operation === operation) &&
    (ms === null || failure.interval === ms)
  );
}

function distinct(list: string[]): string[] {
  return [...new Set(list)].sort(byCodePoint);
}

function printNode(context: PcsContext, node: string, failures: Failure[], full: boolean): void {
  if (!full) {
    context.print(`  ${node}: ${total(failures)}`);
    return;
  }
  context.print(`  ${node}:`);
  for (const operation of distinct(failures.map((failure) => failure.operation))) {
    const own = failures.filter((failure) => failure.operation === operation);
    for (const interval of distinct(own.map((failure) => failure.interval))) {
      const same = own.filter((failure) => failure.interval === interval);
      context.print(`    ${operation} ${interval}ms: ${total(same)}`);
    }
  }
}

function total(failures: readonly Failure[]): string {
  const sum = failures.reduce((all, { count }) => all + count, 0);
  return sum === Number.POSITIVE_INFINITY ? "INFINITY" : String(sum);
}

function headline(begin: string, resource: string | null, filter: Filter): string {
  const { node, operation, interval } = filter;
  const parts = [begin];
  if (operation !== null && operation !== "") {
    parts.push(`for operation '${operation}'`);
    if (interval !== null && interval !== "") parts.push(`with interval '${interval}'`);
  }
  if (resource !== null && resource !== "") {
    parts.push(parts.length > 1 ? "of" : "for", `resource '${resource}'`);
  }
  if (node !== null && node !== "") parts.push(`on node '${node}'`);
  return parts.join(" ");
}

/** Fail counts that the nodes hold as transient attributes. */
function failuresIn(cib: Element): Failure[] {
  const failures: Failure[] = [];
  for (const state of cib.first("status")?.elements("node_state") ?? []) {
    const counts = new Map<string, string>();
    for (const pair of state.elements("transient_attributes").flatMap(pairsOf)) {
      const name = pair.get("name") ?? "";
      const match = /^(fail-count|last-failure)-(.*)$/s.exec(name);
      if (match === null) continue;
      const key = match[2]!;
      if (match[1] === "fail-count") counts.set(key, pair.get("value") ?? "0");
      else if (!counts.has(key)) counts.set(key, "0");
    }
    const node = state.get("uname") ?? "";
    for (const [key, value] of counts)
      failures.push({ node, ...parseKey(key), count: parseCount(value) });
  }
  return failures;
}

function pairsOf(attributes: Element): Element[] {
  return attributes.elements("instance_attributes").flatMap((set) => set.elements("nvpair"));
}

/** `RESOURCE[:INSTANCE]#OPERATION_INTERVAL`. */
function parseKey(key: string): Pick<Failure, "resource" | "operation" | "interval"> {
  const at = key.indexOf("#");
  const resource = (at < 0 ? key : key.slice(0, at)).split(":")[0]!;
  const rest = at < 0 ? "" : key.slice(at + 1);
  const underscore = rest.lastIndexOf("_");
  return {
    resource,
    operation: rest.slice(0, Math.max(underscore, 0)),
    interval: rest.slice(underscore + 1),
  };
}

/** Something that is no number still stands for a failure. */
function parseCount(text: string): number {
  if (text.toUpperCase() === "INFINITY") return Number.POSITIVE_INFINITY;
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : 1;
}
