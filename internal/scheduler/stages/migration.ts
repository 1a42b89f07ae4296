import type { Action } from "../action.ts";
import { opKey, action as request, resourceAction } from "../actions.ts";
import { A, O } from "../constants.ts";
import type { Node } from "../node.ts";
import { newOrdering } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

/** Whether a resource may move without a stop; rules, 21.1. */
export function canMigrate(resource: Resource, current: Node | null): boolean {
  const to = resource.assignedTo;
  if (!resource.allowMigrate || !resource.managed || resource.failed || resource.startPending) {
    return false;
  }
  return current !== null && !current.unclean && to !== null && !to.unclean;
}

/** Migration beside the stop and start of a move; rules, 21.2. */
export function createMigration(ws: WorkingSet, resource: Resource, current: Node): void {
  const target = resource.assignedTo!;
  const start = request(ws, resource, "start", target, true);
  const stop = request(ws, resource, "stop", current, true);
  start.flags |= A.migratable | A.pseudo;
  stop.flags |= A.migratable;
  const own = (task: string, node: Node): Action => {
    const made = resourceAction(ws, resource, opKey(resource.id, task, 0), task, node, true);
    made.flags |= A.migratable;
    made.needs = start.needs;
    made.meta.set("migrate_source", current.name);
    made.meta.set("migrate_target", target.name);
    return made;
  };
  const order = (first: string, then: string, flags: number) =>
    newOrdering(ws, {
      firstResource: resource,
      firstTask: opKey(resource.id, first, 0),
      thenResource: resource,
      thenTask: opKey(resource.id, then, 0),
      flags,
    });
  if (resource.partialTarget === null) {
    const migrateTo = own("migrate_to", current);
    // The source records it, since it is the source that knows of what happens at the target.
    if (!resource.isConnection) migrateTo.meta.set("record-pending", "true");
    own("migrate_from", target);
    order("monitor", "migrate_to", O.ordered);
    order("migrate_to", "migrate_from", O.ordered | O.unmigratableThenBlocks);
  } else {
    own("migrate_from", target);
    order("monitor", "migrate_from", O.ordered);
  }
  order("migrate_from", "stop", O.ordered | O.unmigratableThenBlocks);
  order("migrate_from", "start", O.ordered | O.firstElseThen | O.unmigratableThenBlocks);
}
