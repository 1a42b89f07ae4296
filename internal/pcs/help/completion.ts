import type { Route } from "../frame/route.ts";
import { nouns } from "../nouns/table.ts";

type Variables = (name: string) => string | null;

/**
 * Answer to a shell that asks what could stand at the cursor, one word a line; null when none asks.
 * The shell tells what was typed in COMP_WORDS, the words' lengths and which one the cursor is in.
 */
export async function completionAnswer(variable: Variables): Promise<string | null> {
  const [words, lengths, place] = ["COMP_WORDS", "COMP_LENGTHS", "COMP_CWORD"].map(variable);
  const wanted = variable("PCS_AUTO_COMPLETE")?.trim() ?? "";
  if (words == null || lengths == null || place == null || !/^\s*-?\d+\s*$/.test(place)) {
    return null;
  }
  if (wanted === "" || wanted === "0") return null;
  const typed = splitWords(words, lengths);
  const suggestions = typed === null ? [] : await suggest(typed, Number(place));
  return `${suggestions.join("\n")}\n`;
}

/** The words by their lengths; null when text and lengths do not fit. */
export function splitWords(text: string, lengths: string): string[] | null {
  const words: string[] = [];
  let at = 0;
  for (const length of lengths.split(" ")) {
    if (!/^\d+$/.test(length)) return null;
    const end = at + Number(length);
    if (end > text.length || (end < text.length && !/\s/.test(text[end]!))) return null;
    words.push(text.slice(at, end));
    at = end + 1;
  }
  return at > text.length ? words : null;
}

async function suggest(typed: readonly string[], place: number): Promise<string[]> {
  if (place < 1 || place > typed.length) return [];
  const offered = await wordsBehind(typed.slice(1, place));
  const begun = typed[place] ?? "";
  return offered.filter((word) => word.startsWith(begun)).sort();
}

/** What may follow these words. */
async function wordsBehind([noun, ...words]: readonly string[]): Promise<string[]> {
  if (noun === undefined) return Object.keys(nouns);
  let current: Route | undefined = Object.hasOwn(nouns, noun) ? await nouns[noun]!() : undefined;
  for (const word of words) {
    const below: Record<string, Route> = current?.words ?? {};
    current = Object.hasOwn(below, word) ? below[word] : undefined;
  }
  if (current === undefined) return [];
  if (current.complete !== undefined) return [...current.complete];
  return Object.entries(current.words ?? {})
    .filter(([word, { hidden }]) => hidden !== true && word !== current?.default)
    .map(([word]) => word);
}
