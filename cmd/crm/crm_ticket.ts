import { ExitCode } from "../../internal/base/mod.ts";
import type { CibFailure } from "../../internal/cib/mod.ts";
import { localOffset } from "../../internal/host/time-zone.ts";
import { timeTexts } from "../../internal/status/mod.ts";
import { Element, printXml } from "../../internal/xml/mod.ts";
import { type CibSource, openCib } from "./cib-source.ts";
import { isGiven, lastValue, type OptionSpec, OUTPUT_OPTIONS, textOption } from "./options.ts";
import { exitCodeText } from "./output.ts";
import { runTool, ToolError, type ToolRun } from "./tool.ts";

const QUERIES: OptionSpec[] = [
  { long: "info", short: "l", help: "Show tickets", group: "Queries" },
  { long: "details", short: "L", help: "Show tickets with all attributes", group: "Queries" },
  { long: "raw", short: "w", help: "Show the ids of tickets", group: "Queries" },
  { long: "query-xml", short: "q", help: "Show the XML of tickets", group: "Queries" },
  { long: "constraints", short: "c", help: "Show the constraints on tickets", group: "Queries" },
];

const COMMANDS: OptionSpec[] = [
  { long: "grant", short: "g", help: "Grant a ticket to this site", group: "Commands" },
  { long: "revoke", short: "r", help: "Take a ticket from this site", group: "Commands" },
  { long: "standby", short: "s", help: "Put a ticket on standby", group: "Commands" },
  { long: "activate", short: "a", help: "Bring a ticket back from standby", group: "Commands" },
];

const OPTIONS: OptionSpec[] = [
  ...OUTPUT_OPTIONS,
  ...QUERIES,
  ...COMMANDS,
  textOption("get-attr", "G", "Show an attribute of a ticket", "Advanced"),
  textOption("set-attr", "S", "Set an attribute of a ticket", "Advanced"),
  textOption("delete-attr", "D", "Delete an attribute of a ticket", "Advanced"),
  { long: "cleanup", short: "C", help: "Forget all state of a ticket", group: "Advanced" },
  textOption("attr-value", "v", "Value of the attribute", "Additional"),
  textOption("default", "d", "Value to show when there is none", "Additional"),
  { long: "force", short: "f", help: "Do it all the same", group: "Additional" },
  textOption("ticket", "t", "The ticket", "Additional"),
  textOption("set-name", "n", "Id of the set of the attribute", "Deprecated"),
  textOption("nvpair", "i", "Id of the attribute's XML element", "Deprecated"),
  { long: "quiet", short: "Q", help: "Print the value alone", group: "Deprecated" },
];

const TOOL = {
  name: "crm_ticket",
  badFormatCode: ExitCode.NOSUCH,
  summary: "Query and change the tickets of this site",
  operands: "<query>|<command>",
  options: OPTIONS,
};

/** Tickets: which are granted, and what hangs on them. */
export function main(argv: string[]): Promise<number> {
  return runTool(TOOL, argv, ["text", "xml", "none"], run);
}

async function run(tool: ToolRun): Promise<number> {
  const { options } = tool;
  const ticket = lastValue(options, "ticket") ?? null;
  const command = commandOf(tool);
  if (command === null) throw new ToolError(ExitCode.USAGE, "Must supply a command");
  const opened = await openCib();
  if (!opened.ok) {
    const { code, message } = opened.error;
    throw new ToolError(code, `Could not connect to the CIB: ${message}`);
  }
  const source = opened.value;
  switch (command) {
    case "info":
    case "details":
    case "raw":
      return list(tool, source, ticket, command);
    case "query-xml":
      return queryXml(tool, source, ticket);
    case "constraints":
      return constraints(tool, source, ticket);
    case "get-attr":
      return getAttribute(tool, source, ticket);
    case "cleanup":
      return cleanup(tool, source, ticket);
    default:
      return change(tool, source, ticket);
  }
}

function commandOf({ options }: ToolRun): string | null {
  const change = ["grant", "revoke", "standby", "activate", "set-attr", "delete-attr"];
  const known = new Set([...QUERIES.map((each) => each.long), "get-attr", "cleanup", ...change]);
  const last = options.given.findLast((each) => known.has(each.name));
  return last?.name ?? null;
}

async function states(source: CibSource): Promise<Element[]> {
  const xpath = "/cib/status/tickets/ticket_state";
  return elementsOf(source, xpath);
}

async function elementsOf(source: CibSource, xpath: string): Promise<Element[]> {
  const result = await source.request({ operation: "query", xpath });
  const output = result.ok ? result.value.output : null;
  if (output === null) return [];
  return output.name === "xpath-query" ? output.elements() : [output];
}

const times = timeTexts(localOffset);

async function list(
  tool: ToolRun,
  source: CibSource,
  ticket: string | null,
  style: string,
): Promise<number> {
  const { output } = tool;
  const found = (await allTickets(source)).filter((each) => ticket === null || each.id === ticket);
  if (ticket !== null && found.length === 0) {
    throw new ToolError(ExitCode.NOSUCH, `No such ticket '${ticket}'`);
  }
  if (found.length === 0) return ExitCode.OK;
  const all = output.add(new Element("tickets"));
  for (const state of found) {
    const granted = state.get("granted") === "true";
    const since = state.get("last-granted");
    const when = since === null ? null : times.short(Number(since));
    output.info(style === "raw" ? state.id : line(state, granted, when, style === "details"));
    const element = new Element("ticket", {
      id: state.id,
      status: granted ? "granted" : "revoked",
      standby: String(state.get("standby") === "true"),
    });
    if (when !== null) element.set("last-granted", when);
    for (const [name, value] of state.entries()) {
      if (!["id", "standby", "last-granted"].includes(name)) element.set(name, value);
    }
    all.append(element);
  }
  return ExitCode.OK;
}

/** Tickets with state, and those that only constraints name. */
async function allTickets(source: CibSource): Promise<Element[]> {
  const found = await states(source);
  for (const each of await elementsOf(source, "/cib/configuration/constraints/rsc_ticket")) {
    const id = each.get("ticket") ?? "";
    if (!found.some((state) => state.id === id)) found.push(new Element("ticket_state", { id }));
  }
  return found;
}

function line(state: Element, granted: boolean, when: string | null, details: boolean): string {
  const status = granted ? "granted" : "revoked";
  const standby = state.get("standby") === "true" ? " [standby]" : "";
  if (!details)
    return `${state.id}\t${status}${standby}${when === null ? "" : ` last-granted="${when}"`}`;
  const facts = [...state.entries()]
    .filter(([name]) => name !== "id" && name !== "last-granted")
    .map(([name, value]) => `${name}=${value}`);
  if (when !== null) facts.push(`last-granted=${when}`);
  const shown = facts.length === 0 ? "" : `(${facts.join(", ")})`;
  return `${state.id}\t${status}${standby}${when === null ? "" : " "}\t${shown}`;
}

/** The state of a ticket, or the part of the CIB that holds all of them. */
async function queryXml(tool: ToolRun, source: CibSource, ticket: string | null): Promise<number> {
  const { output } = tool;
  const all = "/cib/status/tickets";
  const xpath = ticket === null ? all : `${all}/ticket_state[@id='${ticket}']`;
  const [shown] = await elementsOf(source, xpath);
  if (shown === undefined) {
    throw new ToolError(ExitCode.NOSUCH, "Could not query ticket XML: No such device or address");
  }
  output.write(`State XML:\n\n${printXml(shown, { pretty: true })}`);
  const states = ticket === null ? shown.elements("ticket_state") : [shown];
  const tickets = states.map((each) => new Element("ticket", each.attributes.slice()));
  output.add(new Element("tickets", {}, tickets));
  return ExitCode.OK;
}

async function constraints(
  tool: ToolRun,
  source: CibSource,
  ticket: string | null,
): Promise<number> {
  const { output } = tool;
  const test = ticket === null ? "" : `[@ticket='${ticket}']`;
  const xpath = `/cib/configuration/constraints//rsc_ticket${test}`;
  const found = await elementsOf(source, xpath);
  if (found.length === 0) {
    const reason = "Could not show ticket constraints: No such device or address";
    throw new ToolError(ExitCode.NOSUCH, reason);
  }
  const whole = new Element(
    "constraints",
    {},
    found.map((each) => each.clone()),
  );
  const shown = found.length === 1 ? found[0]! : whole;
  output.write(`Constraints XML:\n\n${printXml(shown, { pretty: true })}`);
  const tickets = output.add(new Element("tickets"));
  const resources = output.add(new Element("resources"));
  for (const each of found) {
    const inner = new Element("constraints", {}, [each.clone()]);
    tickets.append(new Element("ticket", { id: each.get("ticket") ?? "" }, [inner]));
    const rsc = each.get("rsc");
    if (rsc !== null) resources.append(new Element("resource", { id: rsc }));
  }
  return ExitCode.OK;
}

function needTicket(ticket: string | null, code: number = ExitCode.USAGE): string {
  if (ticket === null) throw new ToolError(code, "Must supply ticket ID with -t");
  return ticket;
}

async function getAttribute(
  tool: ToolRun,
  source: CibSource,
  ticket: string | null,
): Promise<number> {
  const { options, output } = tool;
  const id = needTicket(ticket, ExitCode.NOSUCH);
  const name = lastValue(options, "get-attr")!;
  const state = (await states(source)).find((each) => each.id === id);
  const value = state?.get(name) ?? lastValue(options, "default") ?? null;
  if (value === null) throw new ToolError(ExitCode.NOSUCH, "");
  output.info(value);
  const attribute = new Element("attribute", { name, value });
  output.add(new Element("tickets", {}, [new Element("ticket", { id }, [attribute])]));
  return ExitCode.OK;
}

function grantWarning(ticket: string): string {
  return (
    `This command cannot help you verify whether '${ticket}' has been already granted ` +
    `elsewhere.\nIf you really want to grant '${ticket}' to this site now, and you know what you ` +
    "are doing,\nplease specify --force."
  );
}

function revokeWarning(ticket: string): string {
  return (
    `Revoking '${ticket}' can trigger the specified 'loss-policy'(s) relating to '${ticket}'.\n\n` +
    `You can check that with:\ncrm_ticket --ticket ${ticket} --constraints\n\nOtherwise before ` +
    `revoking '${ticket}', you may want to make '${ticket}'standby with:\ncrm_ticket --ticket ` +
    `${ticket} --standby\n\nIf you really want to revoke '${ticket}' from this site now, and you ` +
    "know what you are doing,\nplease specify --force."
  );
}

async function cleanup(tool: ToolRun, source: CibSource, ticket: string | null): Promise<number> {
  const { options, output } = tool;
  const id = needTicket(ticket);
  const state = (await states(source)).find((each) => each.id === id);
  if (state === undefined) return ExitCode.OK;
  if (state.get("granted") === "true" && !isGiven(options, "force")) {
    output.err(revokeWarning(id));
    throw new ToolError(ExitCode.INSUFFICIENT_PRIV, "");
  }
  await apply(source, {
    operation: "delete",
    scope: "status",
    input: new Element("ticket_state", { id }),
  });
  output.info(`Cleaned up ${id}`);
  return ExitCode.OK;
}

async function apply(
  source: CibSource,
  request: Parameters<CibSource["request"]>[0],
): Promise<void> {
  const result = await source.request(request);
  if (result.ok) return;
  const { code }: CibFailure = result.error;
  throw new ToolError(code, `Could not modify ticket attributes: ${exitCodeText(code)}`);
}

/** What the command line wants set and unset. */
function wanted({ options }: ToolRun): { set: Map<string, string>; unset: Set<string> } {
  const set = new Map<string, string>();
  const unset = new Set<string>();
  const values = options.given.filter((each) => each.name === "attr-value");
  let used = 0;
  for (const { name, value } of options.given) {
    if (name === "grant") set.set("granted", "true");
    if (name === "revoke") set.set("granted", "false");
    if (name === "standby") set.set("standby", "true");
    if (name === "activate") set.set("standby", "false");
    if (name === "delete-attr") unset.add(value!);
    if (name !== "set-attr") continue;
    const given = values[used++]?.value;
    if (given === undefined || given === null) {
      throw new ToolError(ExitCode.USAGE, `Must supply value with -v for -S ${value}`);
    }
    set.set(value!, given);
  }
  return { set, unset };
}

async function change(tool: ToolRun, source: CibSource, ticket: string | null): Promise<number> {
  const id = needTicket(ticket);
  const { set, unset } = wanted(tool);
  const before = (await states(source)).find((each) => each.id === id) ?? null;
  const granted = before?.get("granted") === "true";
  const value = unset.has("granted") ? "false" : set.get("granted");
  if (value !== undefined && !isGiven(tool.options, "force")) {
    tool.output.err(value === "true" ? grantWarning(id) : revokeWarning(id));
    throw new ToolError(ExitCode.UNSAFE, "Ticket modification not allowed without --force");
  }
  if (value === "true" && !granted) set.set("last-granted", String(Math.floor(Date.now() / 1000)));
  const after = new Element("ticket_state", before?.attributes.slice() ?? { id });
  for (const name of unset) after.unset(name);
  for (const [name, text] of set) after.set(name, text);
  if (before === null && set.size === 0) return ExitCode.OK;
  const whole = before !== null && unset.size > 0;
  if (whole) await apply(source, { operation: "replace", scope: "status", input: after });
  else {
    const input = new Element("status", {}, [new Element("tickets", {}, [after])]);
    await apply(source, { operation: "modify", scope: "status", input, allowCreate: true });
  }
  return ExitCode.OK;
}
