/**
 * Sorts in place by halving and merging, in the very order of comparisons that GLib's list sort
 * has. Some comparisons here are not transitive (inactive instances all count as equal), so another
 * algorithm, though stable too, would give another result.
 */
export function mergeSort<T>(list: T[], compare: (a: T, b: T) => number): T[] {
  if (list.length < 2) return list;
  const half = list.length >> 1;
  const left = mergeSort(list.slice(0, half), compare);
  const right = mergeSort(list.slice(half), compare);
  let i = 0;
  let j = 0;
  for (let k = 0; k < list.length; k++) {
    const takeLeft = j >= right.length || (i < left.length && compare(left[i]!, right[j]!) <= 0);
    list[k] = takeLeft ? left[i++]! : right[j++]!;
  }
  return list;
}
