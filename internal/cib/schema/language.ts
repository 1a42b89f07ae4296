/**
 * The notation of our CIB schema. An element type is a list of forms, of which one must fit. A form
 * has attributes and children, each written as words:
 *
 *     attributes  `name` any text, `name:type`, `name=a|b` one of some words; a `?` ends optional ones
 *     children    `name` once, `name?`, `name*`, `name+`; `a|b` either; `name:type` with a type of
 *                 another name; `;` between parts that must come in that order
 */
export interface FormSource {
  attributes?: string;
  children?: string;
  /** There has to be at least one child, whichever. */
  some?: boolean;
  /** Anything at all is allowed inside and as attributes. */
  open?: boolean;
  /** Words that the attributes of these names must not be. */
  except?: Record<string, readonly string[]>;
}

export interface AttributeRule {
  name: string;
  optional: boolean;
  type: string;
  words: readonly string[] | null;
}

export interface ChildRule {
  /** Element name to type name. */
  types: ReadonlyMap<string, string>;
  least: number;
  most: number;
  part: number;
}

export interface Form {
  attributes: ReadonlyMap<string, AttributeRule>;
  required: readonly string[];
  children: readonly ChildRule[];
  some: boolean;
  open: boolean;
  except: Record<string, readonly string[]>;
}

export type SchemaSource = Record<string, readonly FormSource[]>;

export function compileForm(source: FormSource): Form {
  const attributes = new Map<string, AttributeRule>();
  for (const word of words(source.attributes)) {
    const optional = word.endsWith("?");
    const body = optional ? word.slice(0, -1) : word;
    const [name, kind] = splitAt(body);
    const listed = kind !== "" && body[name.length] === "=";
    const rule = { name, optional, type: listed || kind === "" ? "text" : kind };
    attributes.set(name, { ...rule, words: listed ? kind.split("|") : null });
  }
  const required = [...attributes.values()].filter((rule) => !rule.optional);
  const parts = (source.children ?? "").split(";");
  return {
    attributes,
    required: required.map((rule) => rule.name),
    children: parts.flatMap((part, index) => words(part).map((word) => childRule(word, index))),
    some: source.some === true,
    open: source.open === true,
    except: source.except ?? {},
  };
}

function childRule(word: string, part: number): ChildRule {
  const mark = /[?*+]$/.exec(word)?.[0] ?? "";
  const types = new Map<string, string>();
  for (const choice of word.slice(0, word.length - mark.length).split("|")) {
    const [name, type] = splitAt(choice);
    types.set(name, type === "" ? name : type);
  }
  const many = mark === "*" || mark === "+";
  return { types, least: mark === "?" || mark === "*" ? 0 : 1, most: many ? Infinity : 1, part };
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(" ").filter((word) => word !== "");
}

/** What stands before and after the first `:` or `=`. */
function splitAt(text: string): [string, string] {
  const colon = text.indexOf(":");
  const equals = text.indexOf("=");
  const at = colon < 0 ? equals : equals < 0 ? colon : Math.min(colon, equals);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
