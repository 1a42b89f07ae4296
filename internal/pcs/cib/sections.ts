import { Element } from "../../xml/mod.ts";
import { error, LibraryError } from "../frame/report.ts";

/** Sections that every CIB has. */
export type RequiredSection = "crm_config" | "nodes" | "resources" | "constraints";
/** Sections made when first needed. */
export type OptionalSection =
  | "op_defaults"
  | "rsc_defaults"
  | "acls"
  | "tags"
  | "alerts"
  | "fencing-topology";

export function configuration(cib: Element): Element {
  const found = cib.first("configuration");
  if (found !== null) return found;
  throw new LibraryError(error("Unable to get 'configuration' section of cib"));
}

/** A section that must be there. */
export function section(cib: Element, name: RequiredSection): Element {
  const found = configuration(cib).first(name);
  if (found !== null) return found;
  throw new LibraryError(error(`Unable to get '${name}' section of cib`));
}

/** A section that may be absent, for reading. */
export function findSection(cib: Element, name: RequiredSection | OptionalSection): Element | null {
  return configuration(cib).first(name);
}

/** A section, made when absent. */
export function ensureSection(cib: Element, name: OptionalSection): Element {
  return configuration(cib).first(name) ?? configuration(cib).append(new Element(name));
}

/** The resources section. */
export const resourcesOf = (cib: Element): Element => section(cib, "resources");
export const constraintsOf = (cib: Element): Element => section(cib, "constraints");
export const nodesOf = (cib: Element): Element => section(cib, "nodes");
export const crmConfigOf = (cib: Element): Element => section(cib, "crm_config");
