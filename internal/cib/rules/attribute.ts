import type { Element } from "../../xml/mod.ts";
import type { RuleInput } from "./input.ts";

type Source = "literal" | "param" | "meta";

/** Whether a node attribute compares as an `expression` element asks. */
export function attributePasses(expression: Element, input: RuleInput): boolean {
  const attribute = expression.get("attribute");
  const operation = expression.get("operation")?.toLowerCase();
  const fault = (why: string) => {
    input.onFault?.(`Treating expression ${expression.id} as not passing because ${why}`);
    return false;
  };
  if (!expression.has("id")) return fault("it has no id");
  if (attribute === null) return fault("it has no attribute");
  if (operation === undefined) return fault("it has no operation");
  if (!OPERATIONS.has(operation)) return fault(`'${operation}' is not a valid operation type`);
  const name = expand(attribute, input.submatches);
  const actual = input.nodeAttribute?.(name) ?? null;
  const value = expression.get("value");
  const definition = operation === "defined" || operation === "not_defined";
  if (definition && value !== null)
    return fault(`value is not allowed when operation is ${operation}`);
  if (!definition && value === null) input.onFault?.(missingValue(expression, operation));
  if (operation === "defined") return actual !== null;
  if (operation === "not_defined") return actual === null;
  const reference = referenceValue(value, expression.get("value-source"), input);
  if (reference === undefined) return false;
  return compares(actual, reference, operation, expression.get("type"));
}

const OPERATIONS = new Set([
  ...["eq", "ne", "lt", "lte", "gt", "gte"],
  ...["defined", "not_defined"],
]);

function missingValue(expression: Element, operation: string): string {
  return `Treating expression ${expression.id} as not passing because value is required when operation is ${operation}`;
}

/** `%0` to `%9` in a name stand for what rsc-pattern matched. */
function expand(name: string, submatches: readonly (string | undefined)[] | undefined): string {
  if (submatches === undefined || !name.includes("%")) return name;
  return name.replace(/%(\d)/g, (whole, digit: string) =>
    Number(digit) < submatches.length ? (submatches[Number(digit)] ?? "") : whole,
  );
}

/** Undefined when value-source is no known word. */
function referenceValue(
  value: string | null,
  source: string | null,
  input: RuleInput,
): string | null | undefined {
  switch ((source?.toLowerCase() ?? "literal") as Source) {
    case "literal":
      return value;
    case "param":
      return (value === null ? null : input.resourceParameter?.(value)) ?? null;
    case "meta":
      return (value === null ? null : input.resourceMeta?.(value)) ?? null;
    default:
      return undefined;
  }
}

function compares(
  actual: string | null,
  reference: string | null,
  operation: string,
  type: string | null,
): boolean {
  const kind = comparisonKind(type, operation, actual, reference);
  if (kind === null) return false;
  const order = compareValues(actual, reference, kind);
  if (operation === "eq") return order === 0;
  if (operation === "ne") return order !== 0;
  if (actual === null || reference === null) return false;
  switch (operation) {
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
    default:
      return false;
  }
}

type Kind = "string" | "integer" | "number" | "version";

function comparisonKind(
  type: string | null,
  operation: string,
  actual: string | null,
  reference: string | null,
): Kind | null {
  const written = type?.toLowerCase();
  if (written === undefined) {
    if (!["lt", "lte", "gt", "gte"].includes(operation)) return "string";
    return actual?.includes(".") || reference?.includes(".") ? "number" : "integer";
  }
  const known = ["string", "integer", "number", "version"].includes(written);
  return known ? (written as Kind) : null;
}

function compareValues(a: string | null, b: string | null, kind: Kind): number {
  if (b === null) return a === null ? 0 : 1;
  if (a === null) return -1;
  if (kind === "version") return compareVersions(a, b);
  if (kind !== "string") {
    const parse = kind === "integer" ? leadingInteger : leadingNumber;
    const [x, y] = [parse(a), parse(b)];
    if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : 0;
  }
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** As strtoll reads it: white space and sign in front, anything behind; null without digits. */
function leadingInteger(text: string): bigint | null {
  const match = /^\s*([+-]?)(\d+)/.exec(text);
  if (match === null) return null;
  const value = BigInt(match[2]!) * (match[1] === "-" ? -1n : 1n);
  const limit = 2n ** 63n;
  return value >= limit || value < -limit ? null : value;
}

function leadingNumber(text: string): number | null {
  const match = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(text);
  if (match === null) return null;
  const value = Number(match[0]);
  return Number.isFinite(value) ? value : null;
}

/** Dotted numbers, part by part; a missing part counts as 0, text in a part as nothing. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a.split("."), b.split(".")];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const left = Number.parseInt(x[i] ?? "0", 10) || 0;
    const right = Number.parseInt(y[i] ?? "0", 10) || 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
