import type { Action, Link } from "../action.ts";
import { O } from "../constants.ts";
import type { Resource } from "../resource.ts";
import type { WorkingSet } from "../working-set.ts";
import { isInput } from "./inclusion.ts";

/** Disables links that users must not ask for, and those that would close a loop; rules, 26.9, 27.4. */
export function disableInvalidLinks(ws: WorkingSet): void {
  for (let i = ws.actions.length - 1; i >= 0; i--) {
    const action = ws.actions[i]!;
    for (let k = action.before.length - 1; k >= 0; k--) {
      const link = action.before[k]!;
      if (isInvalid(ws, action, link)) link.flags = O.none;
    }
  }
}

function isInvalid(ws: WorkingSet, action: Action, link: Link): boolean {
  const input = link.action;
  if ((link.flags & O.guestAllowed) === 0 && input.resource !== null) {
    if (hosts(action.resource, input)) {
      const text = `Invalid ordering constraint between ${input.resource.id} and ${action.resource!.id}`;
      ws.messages.push({ level: "warning", text });
      return true;
    }
  }
  if (link.flags !== O.ifOnSameNodeOrTarget || action.task !== "migrate_to") return false;
  return action.resource !== null && leadsTo(action, link);
}

/** Whether the resource is the container of the guest node that an action is on. */
function hosts(resource: Resource | null, action: Action): boolean {
  return resource !== null && action.node?.connection?.launcher === resource;
}

/** Whether the inputs of a link lead back to the action that has it. */
function leadsTo(origin: Action, start: Link): boolean {
  const seen = new Set<Action>();
  const stack: { action: Action; link: Link }[] = [{ action: origin, link: start }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const input = next.link.action;
    if (seen.has(input) || !isInput(next.action, next.link)) continue;
    if (input === origin) return true;
    seen.add(input);
    for (const link of input.before) stack.push({ action: input, link });
  }
  return false;
}
