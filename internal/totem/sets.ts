/** Sets of node ids as ascending arrays: small, comparable, and in token order. */

export type NodeSet = readonly number[];

export function sorted(ids: Iterable<number>): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}

export function union(a: NodeSet, b: NodeSet): NodeSet {
  return b.every((id) => a.includes(id)) ? a : sorted([...a, ...b]);
}

export function minus(a: NodeSet, b: NodeSet): number[] {
  return a.filter((id) => !b.includes(id));
}

export function sameSet(a: NodeSet, b: NodeSet): boolean {
  return a.length === b.length && isSubset(a, b);
}

export function isSubset(a: NodeSet, b: NodeSet): boolean {
  return a.every((id) => b.includes(id));
}
