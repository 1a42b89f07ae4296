import type { WorkingSet } from "../working-set.ts";

/** The tags section: names for lists of ids. */
export function unpackTags(ws: WorkingSet): void {
  const section = ws.cib.first("configuration")?.first("tags");
  for (const tag of section?.elements("tag") ?? []) {
    if (tag.id === "") continue;
    const ids = ws.tags.get(tag.id) ?? [];
    for (const reference of tag.elements("obj_ref")) {
      if (!ids.includes(reference.id)) ids.push(reference.id);
    }
    ws.tags.set(tag.id, ids);
  }
}
