import { shellQuote } from "./text.ts";

/** Words of a command, quoted for a shell. */
export function wordsToCommand(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}

/** `name=value` words of a command, quoted for a shell. */
export function pairsToCommand(pairs: Iterable<readonly [string, string]>): string {
  return [...pairs].map(([name, value]) => shellQuote(`${name}=${value}`)).join(" ");
}

/** Commands one after the other, each given as its lines. */
export function commandList(commands: readonly (readonly string[])[]): string {
  return commands.map((lines) => lines.join(" \\\n")).join(";\n");
}

/**
 * Lines broken at the width of the terminal, if there is one (40 columns at least); what is broken
 * off goes four columns further right than its line began.
 */
export function wrapForTerminal(lines: readonly string[], columns: number | null): string[] {
  if (columns === null) return [...lines];
  const width = Math.max(columns, 40);
  return lines.flatMap((line) => {
    if (line.length <= width) return [line];
    const lead = line.length - line.trimStart().length;
    const out: string[] = [];
    let current = " ".repeat(lead);
    let empty = true;
    for (const word of line.trim().split(/\s+/)) {
      if (!empty && current.length + 1 + word.length > width) {
        out.push(current);
        current = " ".repeat(lead + 4);
        empty = true;
      }
      current += empty ? word : ` ${word}`;
      empty = false;
    }
    out.push(current);
    return out;
  });
}
