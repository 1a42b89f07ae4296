/** A line that stays (` `), goes (`-`) or comes (`+`). */
export type LineEdit = [mark: " " | "-" | "+", line: string];

/**
 * What makes one list of lines the other: the longest common subsequence stays, found by a table,
 * since configuration files are short.
 */
export function lineEdits(before: readonly string[], after: readonly string[]): LineEdit[] {
  const width = after.length + 1;
  // Length of the longest common subsequence of what follows each pair of places.
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const edits: LineEdit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      edits.push([" ", before[i++]!]);
      j += 1;
    } else if (
      j === after.length ||
      (i < before.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      edits.push(["-", before[i++]!]);
    } else edits.push(["+", after[j++]!]);
  }
  return edits;
}
