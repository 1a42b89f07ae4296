import { Element } from "../../xml/mod.ts";
import { byCodePoint } from "../frame/text.ts";
import type { IdProvider } from "./ids.ts";
import { sanitizeId } from "./ids.ts";

export type NvsetName =
  | "instance_attributes"
  | "meta_attributes"
  | "utilization"
  | "cluster_property_set";

/** First nvset of that kind, or null. */
export function firstNvset(parent: Element, kind: NvsetName): Element | null {
  return parent.first(kind);
}

/** Value of a name in the first nvset of that kind; null when unset. */
export function nvsetValue(parent: Element, kind: NvsetName, name: string): string | null {
  const pair = parent
    .first(kind)
    ?.elements("nvpair")
    .find((element) => element.get("name") === name);
  return pair?.get("value") ?? null;
}

/**
 * Sets or (empty value) removes pairs, in order of name, in the parent's first nvset of that kind. A
 * set that has to be made becomes the parent's first child, or none when nothing is in it. A set
 * that has become empty stays: an ACL may allow its pairs and not the set itself.
 */
export function arrangeFirstNvset(
  parent: Element,
  kind: NvsetName,
  pairs: Iterable<[string, string]>,
  ids: IdProvider,
  newId: string | null = null,
): void {
  const wanted = [...pairs];
  if (wanted.length === 0) return;
  const existing = parent.first(kind);
  const set = existing ?? new Element(kind, { id: newId ?? ids.allocate(`${parent.id}-${kind}`) });
  updateNvset(set, wanted, ids);
  if (existing === null && set.elements().length > 0) parent.insert(0, set);
}

/** Sets or (empty value) removes pairs of a set, in order of name. */
export function updateNvset(
  set: Element,
  pairs: Iterable<[string, string]>,
  ids: IdProvider,
): void {
  for (const [name, value] of byName(pairs)) setNvpair(set, name, value, ids);
}

/** A new nvset with these pairs, in order of name, at the end of the parent. None when empty. */
export function appendNvset(
  parent: Element,
  kind: NvsetName,
  pairs: Iterable<[string, string]>,
  ids: IdProvider,
  keepEmpty = false,
): Element {
  const set = new Element(kind, { id: ids.allocate(`${parent.id}-${kind}`) });
  for (const [name, value] of byName(pairs)) appendNvpair(set, name, value, ids);
  if (keepEmpty || set.children.length > 0) parent.append(set);
  return set;
}

function byName(pairs: Iterable<[string, string]>): [string, string][] {
  return [...pairs].sort(([a], [b]) => byCodePoint(a, b));
}

function appendNvpair(set: Element, name: string, value: string, ids: IdProvider): void {
  const id = ids.allocate(`${set.id}-${sanitizeId(name)}`);
  set.append(new Element("nvpair", { id, name, value }));
}

/** Sets one pair of a set; an empty value removes it. */
export function setNvpair(set: Element, name: string, value: string, ids: IdProvider): void {
  const existing = set.elements("nvpair").find((pair) => pair.get("name") === name);
  if (existing === undefined) {
    if (value !== "") appendNvpair(set, name, value, ids);
  } else if (value === "") existing.remove();
  else existing.set("value", value);
}

/**
 * Sets or (empty value) removes pairs, in the order given; of pairs of one name only the first stays.
 * Ids of new pairs hold no more than the beginning of the name.
 */
export function setPairsInOrder(
  set: Element,
  pairs: ReadonlyMap<string, string>,
  ids: IdProvider,
): void {
  for (const [name, value] of pairs) {
    const [first, ...more] = set.elements("nvpair").filter((pair) => pair.get("name") === name);
    for (const pair of more) pair.remove();
    if (first === undefined) {
      if (value === "") continue;
      const id = ids.allocate(sanitizeId(`${set.id}-${name.slice(0, 20)}`));
      set.append(new Element("nvpair", { id, name, value }));
    } else if (value === "") first.remove();
    else first.set("value", value);
  }
}
