import { md5 } from "../base/mod.ts";
import { Element, printXml } from "../xml/mod.ts";

/** Never part of a digest: they change without the resource's definition changing. */
const LEFT_OUT = new Set([
  "id",
  "crm_feature_set",
  "op-digest",
  "on_node",
  "on_node_uuid",
  "pcmk_external_ip",
]);

/**
 * MD5 over operation parameters as the history records it: a space, the empty element `parameters`
 * with sorted attributes, a line break. Meta-attributes do not count, but for a recurring
 * operation's timeout.
 */
export function parametersDigest(parameters: Record<string, string>, intervalMs: number): string {
  const kept: string[] = [];
  for (const name of Object.keys(parameters).sort(byCodeUnits)) {
    if (LEFT_OUT.has(name)) continue;
    const meta = name.startsWith("CRM_meta_");
    if (meta && !(intervalMs > 0 && name === "CRM_meta_timeout")) continue;
    kept.push(name, parameters[name]!);
  }
  const text = ` ${printXml(new Element("parameters", kept))}\n`;
  return md5(text);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The members of `parameters` that are named in `names`. */
export function pickParameters(
  parameters: Record<string, string>,
  names: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.has(name)));
}

/** The members of `parameters` that are not named in `names`. */
export function dropParameters(
  parameters: Record<string, string>,
  names: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.has(name)));
}
