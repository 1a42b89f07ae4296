/** JSON as the originals print it on one line: `", "` and `": "`, other than ASCII escaped. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([k, v]) => `${quoted(k)}: ${pythonJson(v)}`);
    return `{${pairs.join(", ")}}`;
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** The same over several lines, two spaces a level. */
export function pythonJsonPretty(value: unknown, depth = 0): string {
  const inner = "  ".repeat(depth + 1);
  const block = (open: string, items: string[], close: string) =>
    items.length === 0
      ? open + close
      : `${open}\n${items.map((i) => inner + i).join(",\n")}\n${"  ".repeat(depth)}${close}`;
  if (Array.isArray(value)) {
    const items = value.map((item) => pythonJsonPretty(item, depth + 1));
    return block("[", items, "]");
  }
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value);
    const items = pairs.map(([k, v]) => `${quoted(k)}: ${pythonJsonPretty(v, depth + 1)}`);
    return block("{", items, "}");
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

function quoted(text: string): string {
  const encode = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, encode);
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
