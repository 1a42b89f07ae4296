import { Element } from "../../xml/mod.ts";
import { checkNames, invalidValue, type Pairs, requiredOptions } from "../checks/mod.ts";
import { notFound } from "../cib/find.ts";
import { checkId, elementsById, IdProvider } from "../cib/ids.ts";
import { constraintsOf } from "../cib/sections.ts";
import { keyValues } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError, type Report } from "../frame/report.ts";
import { checkConstrainable, ROLES, reportDuplicates, roleForCib, setMembers } from "./checks.ts";
import { kindConfig } from "./config.ts";
import { leaveSet } from "./order.ts";
import { createWithSets, type SetKind } from "./sets.ts";

const LOSS_POLICIES = ["fence", "stop", "freeze", "demote"];

/** Reports a text that booth would not take as a ticket's name. */
export function checkTicketName(name: string): Report[] {
  if (/^[A-Za-z0-9-]{1,63}$/.test(name)) return [];
  return [
    error(`booth ticket name '${name}' is not valid, use up to 63 alphanumeric characters or dash`),
  ];
}

function checkLossPolicy(options: Pairs): Report[] {
  const policy = options.get("loss-policy");
  if (policy === undefined || LOSS_POLICIES.includes(policy)) return [];
  return [invalidValue("loss-policy", policy, LOSS_POLICIES)];
}

const ticketSet: SetKind = {
  tag: "rsc_ticket",
  prefix: "ticket",
  optionNames: ["loss-policy", "ticket"],
  attributes(options) {
    const reports = checkLossPolicy(options);
    const ticket = options.get("ticket") ?? "";
    if (ticket.trim() === "") reports.push(requiredOptions(["ticket"]));
    else reports.push(...checkTicketName(ticket));
    if (reports.length > 0) throw new LibraryError(reports);
    return new Map(options);
  },
  same: (added, existing) =>
    added.get("ticket") === existing.get("ticket") && setMembers(added) === setMembers(existing),
};

export async function ticketSetCreate(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await createWithSets(context, argv, options, ticketSet);
}

export async function ticketConfig(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  await kindConfig(context, argv, options, "ticket");
}

/** `ticket add TICKET [ROLE] RESOURCE [options]`. */
export async function ticketAdd(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "-f"]);
  const firstOption = argv.findIndex((word) => word.includes("="));
  const words = firstOption < 0 ? argv : argv.slice(0, firstOption);
  const [ticket, ...specification] = words;
  if (ticket === undefined) throw new CommandLineError("Ticket not specified");
  if (specification.length !== 1 && specification.length !== 2) {
    throw new CommandLineError(`invalid resource specification: '${specification.join(" ")}'`);
  }
  const resource = specification.at(-1)!;
  const role = specification.length === 2 ? specification[0]! : "";
  const given = keyValues(firstOption < 0 ? [] : argv.slice(firstOption));
  if (given.has("rsc-role")) {
    throw new CommandLineError(
      "Resource role must not be specified among options, specify it before resource id",
    );
  }
  const cib = await context.cib();
  const element = ticketElement(context, cib, ticket, resource, role, given, options.force);
  constraintsOf(cib).append(element);
  const key = (e: Element) =>
    JSON.stringify([e.get("ticket"), e.get("rsc"), roleForCib(cib, e.get("rsc-role") ?? "")]);
  reportDuplicates(context, element, options.force, (other) => key(other) === key(element));
  await context.pushCib();
}

function ticketElement(
  context: PcsContext,
  cib: Element,
  ticket: string,
  resource: string,
  role: string,
  given: Pairs,
  forced: boolean,
): Element {
  const report = context.report;
  const constrained = elementsById(cib, resource)[0];
  if (constrained === undefined) report.add(notFound(resource, []));
  else report.all(checkConstrainable(constrained, forced));
  report.stopOnErrors();
  report.all(checkLossPolicy(given));
  report.all(ticket === "" ? [requiredOptions(["ticket"])] : checkTicketName(ticket));
  if (resource === "") report.add(requiredOptions(["rsc"]));
  const proper = role.charAt(0).toUpperCase() + role.slice(1).toLowerCase();
  if (role !== "" && !ROLES.includes(proper)) report.add(invalidValue("role", role, ROLES));
  report.all(checkNames(given, ["id", "loss-policy"], null));
  report.stopOnErrors();
  const ids = new IdProvider(cib);
  const element = new Element("rsc_ticket", { ticket, rsc: resource });
  for (const [name, value] of given) element.set(name, value);
  if (role !== "") element.set("rsc-role", roleForCib(cib, proper));
  const id = given.get("id");
  if (id === undefined) {
    const suffix = role === "" ? "" : `-${element.get("rsc-role")}`;
    element.set("id", ids.allocate(`ticket-${ticket}-${resource}${suffix}`));
  } else {
    const wrong = checkId(id, "constraint id");
    const reports = wrong.length > 0 ? wrong : ids.book(id);
    if (reports.length > 0) throw new LibraryError(reports);
  }
  return element;
}

/** `ticket remove TICKET RESOURCE`. */
export async function ticketRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  const [ticket, resource] = argv;
  if (ticket === undefined || resource === undefined || argv.length > 2) {
    throw new CommandLineError();
  }
  const section = constraintsOf(await context.cib());
  let found = false;
  for (const constraint of section.elements("rsc_ticket")) {
    if (constraint.get("ticket") !== ticket) continue;
    if (constraint.get("rsc") === resource) {
      constraint.remove();
      found = true;
    }
    for (const reference of constraint.descendants("resource_ref")) {
      if (reference.id !== resource) continue;
      leaveSet(reference);
      found = true;
    }
  }
  if (!found) context.die("no matching ticket constraint found");
  await context.pushCib();
}
