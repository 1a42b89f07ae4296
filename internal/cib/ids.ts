import type { Element } from "../xml/mod.ts";

/** Text made fit to be an XML id: what may not stand in one becomes a dot. */
export function sanitizeId(text: string): string {
  const clean = text.replace(/[^\p{L}\p{N}_.-]/gu, ".");
  return /^[0-9.-]/.test(clean) ? clean.replace(/^[0-9.-]/, "_") : clean;
}

/** `base`, or `base-1`, `base-2` … : the first that `taken` does not know. */
export function freeId(base: string, taken: (id: string) => boolean): string {
  if (!taken(base)) return base;
  for (let n = 1; ; n++) {
    const candidate = `${base}-${n}`;
    if (!taken(candidate)) return candidate;
  }
}

/** All ids below (and at) an element; of an id used twice, the first element. */
export function idIndex(root: Element): Map<string, Element> {
  const index = new Map<string, Element>();
  for (const element of root.walk()) {
    const id = element.get("id");
    if (id !== null && !index.has(id)) index.set(id, element);
  }
  return index;
}
