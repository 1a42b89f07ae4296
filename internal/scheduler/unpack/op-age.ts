import type { Element } from "../../xml/mod.ts";

function integer(text: string | null, fallback: number): number {
  if (text === null || !/^\s*[+-]?\d+\s*$/.test(text)) return fallback;
  return Number(text);
}

interface Magic {
  uuid: string;
  transition: number;
}

function magicOf(op: Element): Magic | null {
  const match = /^(-?\d+):(-?\d+);(-?\d+):(-?\d+):(?:(-?\d+):)?(.*)$/.exec(
    op.get("transition-magic") ?? "",
  );
  if (match === null) return null;
  return { transition: Number(match[4]), uuid: match[6]! };
}

/**
 * Positive when `a` is newer than `b`, negative when older, 0 when neither is known. Call ids count
 * where both say that they ran on the same node, or neither says anything.
 */
export function compareAge(a: Element, b: Element): number {
  const nodeA = a.get("on_node");
  const nodeB = b.get("on_node");
  const sameNode = nodeA === nodeB || nodeA?.toLowerCase() === nodeB?.toLowerCase();
  if (sameNode && a.get("id") === b.get("id")) return 0;
  const callA = integer(a.get("call-id"), -1);
  const callB = integer(b.get("call-id"), -1);
  if (callA === -1 && callB === -1) return 0;
  if (sameNode && callA >= 0 && callA < callB) return -1;
  if (sameNode && callB >= 0 && callA > callB) return 1;
  if (callA >= 0 && callB >= 0 && (!sameNode || callA === callB)) {
    const changeA = integer(a.get("last-rc-change"), -1);
    const changeB = integer(b.get("last-rc-change"), -1);
    if (changeA >= 0 && changeA < changeB) return -1;
    if (changeB >= 0 && changeA > changeB) return 1;
    return 0;
  }
  return comparePending(a, b, callA, callB);
}

/** One of the two is pending: the transition that asked for it tells its age. */
function comparePending(a: Element, b: Element, callA: number, callB: number): number {
  const magicA = magicOf(a);
  const magicB = magicOf(b);
  if (magicA === null || magicB === null) return 0;
  if (magicA.uuid !== magicB.uuid || magicA.transition === magicB.transition) {
    if (callB === -1) return -1;
    if (callA === -1) return 1;
    return 0;
  }
  // Transition -1 is a shutdown, which always comes last.
  const a1 = magicA.transition;
  const b1 = magicB.transition;
  if ((a1 >= 0 && a1 < b1) || b1 === -1) return -1;
  if ((b1 >= 0 && a1 > b1) || a1 === -1) return 1;
  return 0;
}
