import { lineEdits } from "../frame/line-edits.ts";

/** Lines that went (`- `) and that came (`+ `), in order; lines that stay are left out. */
export function lineDiff(before: string, after: string): string[] {
  const [a, b] = [before, after].map((text) => (text === "" ? [] : text.split("\n"))) as [
    string[],
    string[],
  ];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  return lineEdits(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
    .filter(([mark]) => mark !== " ")
    .map(([mark, line]) => `${mark} ${line}`);
}
