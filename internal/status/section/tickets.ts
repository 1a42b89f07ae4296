import { hashOrder } from "../../base/mod.ts";
import type { Ticket, WorkingSet } from "../../scheduler/mod.ts";
import { Element } from "../../xml/mod.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import type { TimeTexts } from "../times.ts";

export function writeTickets(
  sink: Sink,
  working: WorkingSet,
  times: TimeTexts,
  spacer: boolean,
): boolean {
  const list = new LazyList(sink, "Tickets", spacer);
  for (const ticket of ordered(working)) list.item(ticketLine(ticket, times));
  return list.close();
}

function ordered(working: WorkingSet): Ticket[] {
  return hashOrder(working.tickets.keys()).map((id) => working.tickets.get(id)!);
}

function ticketLine(ticket: Ticket, times: TimeTexts): string {
  const state = `${ticket.granted ? "granted" : "revoked"}${ticket.standby ? " [standby]" : ""}`;
  const last = ticket.lastGranted > 0 ? ` last-granted="${times.short(ticket.lastGranted)}"` : "";
  return `${ticket.id}\t${state}${last}`;
}

/** The `tickets` element; null when there are none. */
export function ticketsXml(working: WorkingSet, times: TimeTexts): Element | null {
  const list = new Element("tickets");
  for (const ticket of ordered(working)) {
    const element = list.append(
      new Element("ticket", {
        id: ticket.id,
        status: ticket.granted ? "granted" : "revoked",
        standby: ticket.standby ? "true" : "false",
      }),
    );
    if (ticket.lastGranted > 0) element.set("last-granted", times.short(ticket.lastGranted));
    for (const [name, value] of ticket.state) {
      if (!element.has(name) && name !== "id") element.set(name, value);
    }
  }
  return list.children.length === 0 ? null : list;
}
