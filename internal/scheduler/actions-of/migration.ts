import type { Action } from "../action.ts";
import { action } from "../actions.ts";
import { A, O } from "../constants.ts";
import type { Node } from "../node.ts";
import { orderResourceActions } from "../orderings.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";

/** Whether a resource may move from its current node to the new one while it runs. */
export function canMigrate(resource: Resource, current: Node): boolean {
  return (
    resource.allowMigrate &&
    resource.managed &&
    !resource.failed &&
    !resource.startPending &&
    !current.unclean &&
    resource.assignedTo !== null &&
    !resource.assignedTo.unclean
  );
}

/** Turns the stop and start of a move into a live migration. */
export function createMigration(ws: WorkingSet, resource: Resource, current: Node): void {
  const target = resource.assignedTo!;
  const start = action(ws, resource, "start", target, true);
  const stop = action(ws, resource, "stop", current, true);
  const partial = resource.partialTarget !== null;
  const to = partial ? null : action(ws, resource, "migrate_to", current, true);
  const from = action(ws, resource, "migrate_from", target, true);
  start.flags |= A.migratable | A.pseudo;
  stop.flags |= A.migratable;
  from.flags |= A.migratable;
  const order = (first: string, then: string, flags: number) =>
    orderResourceActions(ws, resource, first, resource, then, flags);
  if (to === null) {
    from.needs = start.needs;
    order("monitor", "migrate_from", O.ordered);
  } else {
    to.flags |= A.migratable;
    to.needs = start.needs;
    order("monitor", "migrate_to", O.ordered);
    order("migrate_to", "migrate_from", O.ordered | O.unmigratableThenBlocks);
  }
  order("migrate_from", "stop", O.ordered | O.unmigratableThenBlocks);
  order("migrate_from", "start", O.ordered | O.unmigratableThenBlocks | O.firstElseThen);
  if (to !== null) {
    addMeta(to, current, target);
    // The target may be changed by it too, so history has to know while it is under way.
    if (!resource.isConnection) to.meta.set("record-pending", "true");
  }
  addMeta(from, current, target);
}

function addMeta(migration: Action, source: Node, target: Node): void {
  migration.meta.set("migrate_source", source.name);
  migration.meta.set("migrate_target", target.name);
}
