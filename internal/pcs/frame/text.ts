/** Code point order, which is how the originals sort names. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `'a', 'b'`: quoted, sorted. */
export function formatList(items: Iterable<string>, separator = ", "): string {
  return quoteItems([...items].sort(byCodePoint)).join(separator);
}

/** `'a', 'b' and 'c'`: quoted, sorted, with an own separator before the last. */
export function formatListLast(items: Iterable<string>, last: string): string {
  const quoted = quoteItems([...items].sort(byCodePoint));
  if (quoted.length < 2) return quoted.join("");
  return quoted.slice(0, -1).join(", ") + last + quoted[quoted.length - 1];
}

/** `a, b`: as they come, without quotes. */
export function quoteItems(items: Iterable<string>): string[] {
  return [...items].map((item) => `'${item}'`);
}

/** The template with the value in place of `{}`, or nothing when there is no value. */
export function formatOptional(value: string | null | undefined, template = "{} "): string {
  return value === null || value === undefined || value === ""
    ? ""
    : template.replaceAll("{}", value);
}

const PLURALS: Record<string, string> = {
  is: "are",
  has: "have",
  does: "do",
  it: "they",
  property: "properties",
};

type Countable = number | { readonly length: number } | { readonly size: number };

/** The word itself for exactly one item, else its plural (or the one given). */
export function plural(items: Countable, word: string, other = ""): string {
  const count = typeof items === "number" ? items : "size" in items ? items.size : items.length;
  if (Math.abs(count) === 1) return word;
  if (other !== "") return other;
  return PLURALS[word] ?? (/(s|x|o|ch|sh)$/.test(word) ? `${word}es` : `${word}s`);
}

/** Each line that is not empty, further right. */
export function indent(lines: readonly string[], step = 2): string[] {
  const pad = " ".repeat(step);
  return lines.map((line) => (line === "" ? line : pad + line));
}

/** Puts quotes around a text that holds one of `special`. */
export function quote(text: string, special: string): string {
  if (![...special].some((char) => text.includes(char))) return text;
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replaceAll('"', '\\"')}"`;
}

/** `name=value` as the text outputs write it. */
export function formatPair(name: string, value: string): string {
  return `${quote(name, "= ")}=${quote(value, "= ")}`;
}

/** Quotes a word for a POSIX shell when it needs it. */
export function shellQuote(word: string): string {
  if (word !== "" && !/[^\w@%+=:,./-]/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** Lines without the blank ones and without white space around them, joined. */
export function joinLines(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .join("\n");
}
