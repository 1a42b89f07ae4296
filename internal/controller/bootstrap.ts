import { CRM_FEATURE_SET } from "../base/mod.ts";
import { Element } from "../xml/mod.ts";
import type { CibChange, DcOptions } from "./dc-types.ts";

const SET = "cib-bootstrap-options";

/** What a new DC writes into the CIB about itself and the cluster: only what differs. */
export function bootstrapChanges(
  cib: Element,
  options: DcOptions,
  dcUuid: string,
  quorate: boolean,
): CibChange[] {
  const changes: CibChange[] = [];
  const wanted = { "dc-uuid": dcUuid, "have-quorum": quorate ? "1" : "0" };
  const root = new Element("cib");
  for (const [name, value] of Object.entries({ crm_feature_set: CRM_FEATURE_SET, ...wanted })) {
    if (cib.get(name) !== value) root.set(name, value);
  }
  if (root.attributes.length > 0) changes.push({ operation: "modify", input: root });
  const properties = propertyChange(cib, {
    "have-watchdog": String(options.haveWatchdog),
    "dc-version": options.dcVersion,
    "cluster-infrastructure": "corosync",
    "cluster-name": options.clusterName,
  });
  if (properties !== null) changes.push(properties);
  const known = cib.first("configuration")?.first("nodes")?.elements("node") ?? [];
  const missing = options.configured.filter(
    (node) => !known.some((entry) => entry.id === node.uuid && entry.get("uname") === node.name),
  );
  if (missing.length > 0) {
    const nodes = missing.map((node) => new Element("node", { id: node.uuid, uname: node.name }));
    const input = new Element("nodes", {}, nodes);
    changes.push({ operation: "modify", scope: "nodes", input, allowCreate: true });
  }
  return changes;
}

/** Sets the cluster properties that differ from the CIB, or null. An empty value is not written. */
export function propertyChange(cib: Element, wanted: Record<string, string>) {
  const set = new Element("cluster_property_set", { id: SET });
  for (const [name, value] of Object.entries(wanted)) {
    if (value === "" || clusterProperty(cib, name) === value) continue;
    set.append(new Element("nvpair", { id: `${SET}-${name}`, name, value }));
  }
  if (set.children.length === 0) return null;
  const input = new Element("crm_config", {}, [set]);
  return { operation: "modify", scope: "crm_config", input, allowCreate: true } as const;
}

/** The change of `have-quorum`, or null when the CIB already says so. */
export function quorumChange(cib: Element, quorate: boolean): CibChange | null {
  const value = quorate ? "1" : "0";
  if (cib.get("have-quorum") === value) return null;
  return { operation: "modify", input: new Element("cib", { "have-quorum": value }) };
}

/** A cluster option as written, first set first (no rules: the controller's own options). */
export function clusterProperty(cib: Element, name: string): string | null {
  const config = cib.first("configuration")?.first("crm_config");
  for (const set of config?.elements("cluster_property_set") ?? []) {
    for (const pair of set.elements("nvpair")) {
      if (pair.get("name") === name) return pair.get("value");
    }
  }
  return null;
}
