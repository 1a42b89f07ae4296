import type { Noun, Route, Usage } from "./route.ts";

/** All usage entries of a noun, in the order of its table. */
export function usageEntries(route: Route): Usage[] {
  const own = route.usage ?? [];
  return [...own, ...Object.values(route.words ?? {}).flatMap(usageEntries)];
}

/**
 * The usage text of the words typed (`["resource", "group", "add"]`), of the whole noun when no
 * entry begins with them.
 */
export function showUsage(noun: Noun, typed: readonly string[]): string {
  const [name = "", ...words] = typed;
  const all = usageEntries(noun);
  const prefix = words.filter((word) => word !== "").join(" ");
  const chosen = all.filter(
    ({ synopsis }) => synopsis === prefix || synopsis.startsWith(`${prefix} `),
  );
  const heading = `\nUsage: pcs ${headingOf(noun, all, name, words)}`;
  const entries = prefix !== "" && chosen.length > 0 ? chosen : all;
  return `${heading}\n${entries.map(formatEntry).join("\n")}\n`;
}

/** Names the longest part of what was typed that an entry begins with. */
function headingOf(
  noun: Noun,
  entries: readonly Usage[],
  name: string,
  words: readonly string[],
): string {
  if (noun.heading !== undefined) return `${name} ${noun.heading}`;
  if (words.length === 0) return `${name} [commands]...`;
  let place = words.join(" ");
  while (place !== "" && !entries.some(({ synopsis }) => synopsis.startsWith(place))) {
    place = place.trim().split(/\s+/).slice(0, -1).join(" ");
  }
  return `${name} ${place}...`;
}

function formatEntry(usage: Usage): string {
  const synopsis = wrap(usage.synopsis, 76).map(
    (line, i) => (i === 0 ? "    " : "            ") + line,
  );
  const about = usage.about
    .split("\n")
    .flatMap((paragraph) => wrap(paragraph, 72).map((line) => `        ${line}`));
  return [...synopsis, ...about, ""].join("\n");
}

/** Breaks a text at spaces into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
