import { Element } from "../../xml/mod.ts";
import { freeIdIn } from "./ids.ts";
import type { NvsetName } from "./nvset.ts";

/**
 * Sets or (empty value) removes pairs, in the order given, in the element's first set of that kind.
 * The older verbs do so: a set they make goes to the end, and a pair's id is the set's id and the
 * name whatever else has that id.
 */
export function updateSetInOrder(
  parent: Element,
  kind: NvsetName,
  pairs: readonly (readonly [string, string])[],
  idPrefix = "",
): void {
  let set = parent.first(kind);
  if (set === null) {
    if (pairs.every(([, value]) => value === "")) return;
    const id = freeIdIn(parent.root, `${idPrefix}${parent.id}-${kind}`);
    set = parent.append(new Element(kind, { id }));
  }
  for (const [name, value] of pairs) {
    const existing = set.descendants("nvpair").find((pair) => pair.get("name") === name);
    if (existing === undefined) {
      if (value !== "") set.append(new Element("nvpair", { id: `${set.id}-${name}`, name, value }));
    } else if (value === "") existing.remove();
    else existing.set("value", value);
  }
}
