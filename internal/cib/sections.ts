import type { Element } from "../xml/mod.ts";

/** Where each section lives, from the root. The sections of Pacemaker's `--scope`. */
const SECTIONS: Record<string, readonly string[]> = {
  cib: [],
  status: ["status"],
  configuration: ["configuration"],
  crm_config: ["configuration", "crm_config"],
  nodes: ["configuration", "nodes"],
  resources: ["configuration", "resources"],
  constraints: ["configuration", "constraints"],
  op_defaults: ["configuration", "op_defaults"],
  rsc_defaults: ["configuration", "rsc_defaults"],
  acls: ["configuration", "acls"],
  "fencing-topology": ["configuration", "fencing-topology"],
  tags: ["configuration", "tags"],
  alerts: ["configuration", "alerts"],
};

export function isSection(name: string): boolean {
  return Object.hasOwn(SECTIONS, name);
}

/** The section's element; the root for a name that is no section, null when it is not there. */
export function findSection(cib: Element, name: string | undefined): Element | null {
  let current: Element | null = cib;
  for (const step of sectionPath(name)) current = current?.first(step) ?? null;
  return current;
}

/** Element names from below the root to the section; empty for the whole CIB. */
export function sectionPath(name: string | undefined): readonly string[] {
  return name !== undefined && isSection(name) ? SECTIONS[name]! : [];
}
