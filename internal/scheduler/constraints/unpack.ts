import type { WorkingSet } from "../working-set.ts";
import { unpackColocation } from "./colocation.ts";
import { unpackLocation } from "./location.ts";
import { unpackOrdering } from "./ordering.ts";
import { unpackTicketConstraint } from "./ticket.ts";

/** The constraints section, in document order. */
export function unpackConstraints(ws: WorkingSet): void {
  const section = ws.cib.first("configuration")?.first("constraints");
  for (const xml of section?.elements() ?? []) {
    if (xml.id === "") {
      ws.messages.push({ level: "error", text: `Ignoring <${xml.name}> without id` });
      continue;
    }
    switch (xml.name) {
      case "rsc_location":
        unpackLocation(ws, xml);
        break;
      case "rsc_colocation":
        unpackColocation(ws, xml);
        break;
      case "rsc_order":
        unpackOrdering(ws, xml);
        break;
      case "rsc_ticket":
        unpackTicketConstraint(ws, xml);
        break;
      default:
        break;
    }
  }
}
