import { newNodeAction } from "../actions.ts";
import { A } from "../constants.ts";
import type { WorkingSet } from "../working-set.ts";

/** Remote nodes whose maintenance changed are told of it with the graph; rules, 26.11. */
export function maintenanceUpdate(ws: WorkingSet): void {
  const changed = ws.nodes.filter(
    (node) => node.isRemote && node.maintenance !== node.remoteMaintenance,
  );
  if (changed.length === 0) return;
  const action = newNodeAction(ws, "maintenance_nodes", "maintenance_nodes", null, false);
  action.flags |= A.pseudo | A.alwaysInGraph;
}
