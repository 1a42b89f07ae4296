import { err, ok, type Result } from "../base/mod.ts";
import { type ConfSection, newSection } from "./tree.ts";

export type ConfSyntaxErrorKind =
  | "missing-closing-brace"
  | "unexpected-closing-brace"
  | "missing-section-name"
  | "extra-after-opening-brace"
  | "extra-around-closing-brace"
  | "no-section-nor-option"
  | "line-too-long"
  | "too-deep";

export interface ConfSyntaxError {
  kind: ConfSyntaxErrorKind;
  /** From 1. */
  line: number;
  /** Corosync's own words. */
  message: string;
}

const MESSAGES: Record<ConfSyntaxErrorKind, string> = {
  "missing-closing-brace": "Missing closing brace",
  "unexpected-closing-brace": "Unexpected closing brace",
  "missing-section-name": "Missing section name before opening bracket '{'",
  "extra-after-opening-brace": "Extra characters after opening bracket '{'",
  "extra-around-closing-brace": "Extra characters before or after closing bracket '}'",
  "no-section-nor-option": "Line is not opening or closing section or key value",
  "line-too-long": "Line too long",
  "too-deep": "Start of section makes total cmap path too long",
};

/** Corosync reads lines into a buffer of this size. */
const LONGEST_LINE_BYTES = 2046;
/** Corosync bounds the whole path of a key; nothing sensible nests deeper. */
const DEEPEST = 32;

type Refusal = { ok: false; error: ConfSyntaxError };

/** The section tree of a corosync.conf, or the first syntax error. Knows no option by name. */
export function parseConf(text: string): Result<ConfSection, ConfSyntaxError> {
  const root = newSection("");
  const open: ConfSection[] = [root];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [index, raw] of lines.entries()) {
    const number = index + 1;
    if (raw.length > LONGEST_LINE_BYTES) return refuse("line-too-long", number);
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const refusal = readLine(line, number, open);
    if (refusal !== null) return refusal;
  }
  if (open.length > 1) return refuse("missing-closing-brace", Math.max(lines.length, 1));
  return ok(root);
}

function readLine(line: string, number: number, open: ConfSection[]): Refusal | null {
  const current = open.at(-1)!;
  const brace = line.indexOf("{");
  if (brace >= 0) {
    if (line.slice(brace + 1).trim() !== "") return refuse("extra-after-opening-brace", number);
    const name = line.slice(0, brace).trim();
    if (name === "") return refuse("missing-section-name", number);
    if (open.length > DEEPEST) return refuse("too-deep", number);
    const section = newSection(name);
    current.sections.push(section);
    open.push(section);
    return null;
  }
  const colon = line.indexOf(":");
  if (colon >= 0) {
    const name = line.slice(0, colon).trim();
    current.options.push({ name, value: line.slice(colon + 1).trim(), line: number });
    return null;
  }
  if (line.includes("}")) {
    if (line !== "}") return refuse("extra-around-closing-brace", number);
    if (open.length === 1) return refuse("unexpected-closing-brace", number);
    open.pop();
    return null;
  }
  return refuse("no-section-nor-option", number);
}

function refuse(kind: ConfSyntaxErrorKind, line: number): Refusal {
  return err({ kind, line, message: MESSAGES[kind] });
}
