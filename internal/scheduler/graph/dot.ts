import type { Action } from "../action.ts";
import { A, O } from "../constants.ts";
import type { WorkingSet } from "../working-set.ts";
import { shownKey } from "./element.ts";

/** The transition as a graph in the language of Graphviz; rules, section 30. */
export function dotText(ws: WorkingSet, all = false): string {
  const lines = [' digraph "g" {'];
  for (let i = ws.actions.length - 1; i >= 0; i--) {
    const line = nodeLine(ws.actions[i]!, all);
    if (line !== null) lines.push(line);
  }
  for (let i = ws.actions.length - 1; i >= 0; i--) addEdges(ws.actions[i]!, lines, all);
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

function nodeLine(action: Action, all: boolean): string | null {
  const font = action.pseudo ? "orange" : "black";
  let style = "dashed";
  let color: string;
  let fontColor = font;
  if (action.has(A.addedToGraph)) {
    style = "bold";
    color = "green";
  } else if (action.resource !== null && !action.resource.managed) {
    color = "red";
    fontColor = "purple";
    if (!all) return null;
  } else if (action.optional) {
    color = "blue";
    if (!all) return null;
  } else {
    color = "red";
  }
  action.flags |= A.shownInDot;
  return `"${actionName(action)}" [ style=${style} color="${color}" fontcolor="${fontColor}"]`;
}

function addEdges(action: Action, lines: string[], all: boolean): void {
  for (let i = action.before.length - 1; i >= 0; i--) {
    const link = action.before[i]!;
    const input = link.action;
    let style = "dashed";
    if (link.graphed) style = "bold";
    else if (link.flags === O.none || (link.flags & O.ifOnSameNodeOrTarget) !== 0) continue;
    else if (!all && !(action.has(A.shownInDot) && input.has(A.shownInDot))) continue;
    lines.push(`"${actionName(input)}" -> "${actionName(action)}" [ style = ${style}]`);
  }
}

/** The name that dot text and simulated transitions use. */
export function actionName(action: Action): string {
  const { node, resource, task } = action;
  const where = node === null ? "<none>" : node.name;
  if (task === "stonith") return `stonith '${action.meta.get("stonith_action") ?? ""}' ${where}`;
  if (action.pseudo) return action.key;
  if (resource === null) return `${task} ${where}`;
  const cancel = task === "cancel" || action.cancelTask !== null ? "Cancel " : "";
  return `${cancel}${shownKey(action)} ${where}`;
}
