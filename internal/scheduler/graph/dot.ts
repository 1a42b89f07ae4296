import type { Action } from "../action.ts";
import { A, O } from "../constants.ts";
import { notifyKey } from "../notify/pseudo-actions.ts";
import type { WorkingSet } from "../working-set.ts";
import { historyKey } from "./element.ts";

/** The name an action goes by in the dot text. */
export function actionName(action: Action): string {
  const resource = action.resource;
  const node = action.node?.name ?? (action.pseudo ? null : "<none>");
  const at = node === null ? "" : ` ${node}`;
  if (action.task === "stonith") return `stonith '${action.meta.get("stonith_action") ?? ""}'${at}`;
  if (resource === null) return node === null ? action.key : `${action.task}${at}`;
  let key = action.key;
  const notice = action.task === "notify" || action.task === "notified";
  if (notice && resource.historyId !== null) {
    const type = action.meta.get("notify_key_type") ?? "";
    key = notifyKey(resource.historyId, type, action.meta.get("notify_key_operation") ?? "");
  } else if (resource.historyId !== null) {
    key = historyKey(action, resource.historyId);
  }
  return `${action.task === "cancel" ? "Cancel " : ""}${key}${at}`;
}

/** The text of `crm_simulate -D`. */
export function dotText(ws: WorkingSet, all: boolean): string {
  const out: string[] = [' digraph "g" {\n'];
  const newest = ws.actions.slice().reverse();
  for (const action of newest) writeNode(out, action, all);
  for (const action of newest) writeEdges(out, action, all);
  out.push("}\n");
  return out.join("");
}

function writeNode(out: string[], action: Action, all: boolean): void {
  const font = action.pseudo ? "orange" : "black";
  let style = "dashed";
  let color = "black";
  if (action.has(A.addedToGraph)) {
    style = "bold";
    color = "green";
  } else if (action.resource !== null && !action.resource.managed) {
    color = "red";
    if (!all) return;
    out.push(`"${actionName(action)}" [ style=${style} color="${color}" fontcolor="purple"]\n`);
    action.flags |= A.shownInDot;
    return;
  } else if (action.optional) {
    color = "blue";
    if (!all) return;
  } else {
    color = "red";
  }
  action.flags |= A.shownInDot;
  out.push(`"${actionName(action)}" [ style=${style} color="${color}" fontcolor="${font}"]\n`);
}

function writeEdges(out: string[], action: Action, all: boolean): void {
  for (const link of action.before) {
    let style = "dashed";
    if (link.graphed) {
      style = "bold";
    } else {
      if (link.flags === O.none) continue;
      const shown = link.action.has(A.shownInDot) && action.has(A.shownInDot);
      if (!all && (!shown || link.flags === O.ifOnSameNodeOrTarget)) continue;
    }
    out.push(`"${actionName(link.action)}" -> "${actionName(action)}" [ style = ${style}]\n`);
  }
}
