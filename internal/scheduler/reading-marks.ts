import type { Element } from "../xml/mod.ts";
import { EXPIRED, RESTART_DIGEST } from "./digests.ts";
import type { WorkingSet } from "./working-set.ts";

/**
 * Does `work` while the history shows what reading it left there in the original, which has it in
 * the inputs that it saves: whose failures they are, and the digest by which an expired monitor is
 * to be scheduled again.
 */
export function withReadingMarks(ws: WorkingSet, work: () => void): void {
  const before: { xml: Element; attributes: string[] }[] = [];
  const mark = (xml: Element, values: Record<string, string>) => {
    before.push({ xml, attributes: xml.attributes.slice() });
    for (const [name, value] of Object.entries(values)) xml.set(name, value);
  };
  for (const xml of ws.expiredRecurring) mark(xml, { [RESTART_DIGEST]: EXPIRED });
  for (const { xml, node, resource } of ws.failedOps)
    mark(xml, { uname: node, "rsc-id": resource });
  try {
    work();
  } finally {
    for (const { xml, attributes } of before.reverse()) {
      xml.attributes.splice(0, xml.attributes.length, ...attributes);
    }
  }
}
