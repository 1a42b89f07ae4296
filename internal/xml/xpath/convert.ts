import type { XValue } from "./evaluate.ts";
import { stringValue, type XNode } from "./nodes.ts";

export function toText(value: XValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return numberText(value);
  return value.length === 0 ? "" : stringValue(value[0]!);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return String(value === 0 ? 0 : value);
}

export function toNumber(value: XValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = toText(value).trim();
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}

export function toBoolean(value: XValue): boolean {
  if (Array.isArray(value) || typeof value === "string") return value.length > 0;
  return typeof value === "number" ? value !== 0 && !Number.isNaN(value) : value;
}

/** `=`, `!=`, `<`, `<=`, `>`, `>=`: true of a node-set when it is true of one of its nodes. */
export function compare(operator: string, a: XValue, b: XValue): boolean {
  if (typeof a === "boolean" || typeof b === "boolean") {
    return compareAtoms(operator, toBoolean(a), toBoolean(b));
  }
  const left = atoms(a);
  const right = atoms(b);
  return left.some((x) => right.some((y) => compareAtoms(operator, x, y)));
}

function atoms(value: XNode[] | string | number): (string | number)[] {
  return Array.isArray(value) ? value.map(stringValue) : [value];
}

function compareAtoms(operator: string, a: string | number | boolean, b: typeof a): boolean {
  if (operator === "=" || operator === "!=") {
    const numeric = typeof a === "number" || typeof b === "number";
    const same = numeric ? toNumber(a) === toNumber(b) : a === b;
    return same === (operator === "=");
  }
  const [x, y] = [toNumber(a), toNumber(b)];
  switch (operator) {
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    default:
      return x >= y;
  }
}
