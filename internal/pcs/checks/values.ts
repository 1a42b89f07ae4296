import { parseBoolean, parseScore } from "../../base/mod.ts";
import { timeoutSeconds } from "../frame/options.ts";
import { formatList } from "../frame/text.ts";

/** What an option's value must be, and how a message names it. */
export interface ValueRule {
  test(value: string): boolean;
  /** A list of values, or words that follow "use". */
  allowed: string | readonly string[];
  /** The message is that the value is empty, whatever it is. */
  cannotBeEmpty?: boolean;
}

const INTEGER = /^[+-]?\d+$/;

/** Whether the text is an integer within bounds (null: unbounded). */
export function isInteger(text: string, min: number | null, max: number | null): boolean {
  if (!INTEGER.test(text)) return false;
  const value = Number(text);
  return (min === null || value >= min) && (max === null || value <= max);
}

export function oneOf(...values: string[]): ValueRule {
  return { test: (value) => values.includes(value), allowed: values };
}

export function integerIn(min: number, max: number): ValueRule {
  return { test: (value) => isInteger(value, min, max), allowed: `${min}..${max}` };
}

export const anInteger: ValueRule = {
  test: (value) => isInteger(value, null, null),
  allowed: "an integer",
};

export const nonNegative: ValueRule = {
  test: (value) => isInteger(value, 0, null),
  allowed: "a non-negative integer",
};

export const positive: ValueRule = {
  test: (value) => isInteger(value, 1, null),
  allowed: "a positive integer",
};

export const portNumber: ValueRule = {
  test: (value) => isInteger(value, 1, 65535),
  allowed: "a port number (1..65535)",
};

export const ipAddress: ValueRule = {
  test: (value) => isIpv4(value) || isIpv6(value),
  allowed: "an IP address",
};

export const pacemakerBoolean: ValueRule = {
  test: (value) => parseBoolean(value) !== null,
  allowed: `a pacemaker boolean value: ${formatList(["0", "1", "false", "n", "no", "off", "on", "true", "y", "yes"])}`,
};

export const scoreValue: ValueRule = {
  test: (value) => parseScore(value) !== null,
  allowed: "an integer or INFINITY or -INFINITY",
};

export const percentage: ValueRule = {
  test: (value) => /^\+?\d+%$/.test(value),
  allowed: "a non-negative integer followed by '%' (e.g. 0%, 50%, 200%, ...)",
};

export const timeInterval: ValueRule = {
  test: (value) => timeoutSeconds(value) !== null,
  allowed: "time interval (e.g. 1, 2s, 3m, 4h, ...)",
};

export const version: ValueRule = {
  test: (value) => /^\d+(\.\d+)*$/.test(value),
  allowed: "a version number (e.g. 1, 1.2, 1.23.45, ...)",
};

export const floatingPoint: ValueRule = {
  test: (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value),
  allowed: "a floating-point number",
};

/** Any text but none; `hint` is what the message tells to use. */
export function notEmpty(hint: string | readonly string[] = ""): ValueRule {
  return { test: (value) => value !== "", allowed: hint, cannotBeEmpty: true };
}

/** A number or a range of two rising numbers, as the parts of a date specification are. */
export function dateSpecPart(min: number | null, max: number | null): ValueRule {
  const allowed =
    min === null || max === null
      ? "an integer or integer-integer"
      : `${min}..${max} or ${min}..${max - 1}-${min + 1}..${max}`;
  const test = (value: string) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(value);
    if (match === null || !isInteger(match[1]!, min, max)) return false;
    if (match[2] === undefined) return true;
    return isInteger(match[2], min, max) && Number(match[1]) < Number(match[2]);
  };
  return { test, allowed };
}

export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256);
}

export function isIpv6(text: string): boolean {
  const [address = "", zone, ...more] = text.split("%");
  if (more.length > 0 || zone === "" || !address.includes(":")) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const embedded = last.includes(".");
  if (embedded && !isIpv4(last)) return false;
  const plain = embedded ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
