import { Element, Text } from "../../xml/mod.ts";
import { IdBook, type IdFault, type Marks } from "./id-book.ts";
import { compileForm, type Form, type SchemaSource } from "./language.ts";
import { schemaSource } from "./table.ts";
import { isOfType } from "./types.ts";
import { SCHEMAS, type SchemaNumber } from "./versions.ts";

/** Why a document does not fit its schema. */
export interface SchemaFault {
  message: string;
  element: Element;
  /** The attribute does not belong there at all: another form of the element may have it. */
  foreign?: true;
}

/** What a check notes of the elements that it finds valid. */
interface Findings {
  /** Whether an element is known to be valid as a type. */
  has(element: Element, type: string): boolean;
  add(element: Element, type: string): void;
  /** Notes the ids of an element whose attributes are valid. */
  mark(element: Element, marks: Marks): void;
  /** How many were noted, to come back to with {@link forget}. */
  readonly noted: number;
  /** Forgets what was noted since: the form that was tried does not fit after all. */
  forget(noted: number): void;
  /** What is wrong with the ids of the whole document, in its order. */
  idFault(cib: Element): IdFault | null;
}

function isEmpty({ ids, references }: Marks): boolean {
  return ids.length === 0 && references.length === 0;
}

/** Findings on one document that is checked once. */
class FindingsOnce implements Findings {
  readonly #marks: Marks[] = [];

  has(): boolean {
    return false;
  }

  add(): void {}

  mark(_element: Element, marks: Marks): void {
    if (!isEmpty(marks)) this.#marks.push(marks);
  }

  get noted(): number {
    return this.#marks.length;
  }

  forget(noted: number): void {
    this.#marks.length = noted;
  }

  idFault(): IdFault | null {
    const known = new Set<string>();
    const repeated = new Set<string>();
    for (const { ids } of this.#marks) {
      for (const id of ids) {
        if (known.has(id)) repeated.add(id);
        else known.add(id);
      }
    }
    for (const { ids, references } of this.#marks) {
      const twice = ids.find((id) => repeated.has(id));
      if (twice !== undefined) return { kind: "duplicate", id: twice };
      const unknown = references.find((id) => !known.has(id));
      if (unknown !== undefined) return { kind: "unknown", id: unknown };
    }
    return null;
  }
}

/** Findings kept from one document to the next, which shares most of its elements with it. */
class FindingsKept implements Findings {
  /** Elements known to be valid, by type. */
  readonly #valid = new Map<string, WeakSet<Element>>();
  readonly #marks = new WeakMap<Element, Marks>();
  readonly #book = new IdBook((element) => this.#marks.get(element));
  readonly noted = 0;

  has(element: Element, type: string): boolean {
    return this.#valid.get(type)?.has(element) === true;
  }

  add(element: Element, type: string): void {
    let known = this.#valid.get(type);
    if (known === undefined) {
      known = new WeakSet();
      this.#valid.set(type, known);
    }
    known.add(element);
  }

  mark(element: Element, marks: Marks): void {
    // Of another form that was tried before, something may be noted.
    if (isEmpty(marks)) this.#marks.delete(element);
    else this.#marks.set(element, marks);
  }

  forget(): void {}

  idFault(cib: Element): IdFault | null {
    return this.#book.turnTo(cib);
  }
}

/**
 * Validates CIBs of one schema version. Subtrees found valid are remembered by identity, so an
 * instance that sees successive CIBs which share what did not change only looks at what did:
 * use it with documents that are not written to once they are made.
 */
export class SchemaValidator {
  readonly #forms = new Map<string, readonly Form[]>();
  readonly #source: SchemaSource;
  readonly #version: SchemaNumber;
  readonly #findings: Findings;

  /** `once`: for one check of one document, of which nothing is remembered. */
  constructor(version: SchemaNumber, once = false) {
    this.#version = version;
    this.#findings = once ? new FindingsOnce() : new FindingsKept();
    this.#source = schemaSource(version);
  }

  get version(): SchemaNumber {
    return this.#version;
  }

  /** The first fault found, or null. */
  check(cib: Element): SchemaFault | null {
    if (cib.name !== "cib") return unexpected(cib);
    const fault = this.#element(cib, "cib");
    if (fault !== null) return fault;
    const wrong = this.#findings.idFault(cib);
    return wrong === null ? null : idFault(cib, wrong);
  }

  #element(element: Element, type: string): SchemaFault | null {
    const findings = this.#findings;
    if (findings.has(element, type)) return null;
    let first: SchemaFault | null = null;
    for (const form of this.#formsOf(type)) {
      const { noted } = findings;
      const fault = this.#form(element, form);
      if (fault === null) {
        findings.add(element, type);
        return null;
      }
      findings.forget(noted);
      // What is wrong further down says more than that another form does not fit here.
      if (first === null || fault.element !== element || isCloser(fault, first)) first = fault;
    }
    return first;
  }

  /** Made ready when first met: a tool starts anew for each call. */
  #formsOf(type: string): readonly Form[] {
    let forms = this.#forms.get(type);
    if (forms === undefined) {
      forms = this.#source[type]!.map(compileForm);
      this.#forms.set(type, forms);
    }
    return forms;
  }

  #form(element: Element, form: Form): SchemaFault | null {
    if (form.open) return null;
    const marks: Marks = { ids: [], references: [] };
    const wrong = checkAttributes(element, form, marks);
    if (wrong !== null) return wrong;
    this.#findings.mark(element, marks);
    if (element.children.length === 0 && form.children.length === 0) return null;
    return this.#children(element, form);
  }

  #children(element: Element, form: Form): SchemaFault | null {
    const counts = form.children.map(() => 0);
    let part = 0;
    let name = "";
    let slot = -1;
    for (const child of element.children) {
      if (child instanceof Text) return { message: `Text in element ${element.name}`, element };
      if (!(child instanceof Element)) continue;
      // What stands in great number is of one name.
      if (child.name !== name) {
        name = child.name;
        slot = form.children.findIndex((rule) => rule.types.has(child.name));
      }
      const rule = form.children[slot];
      if (rule === undefined || rule.part < part || ++counts[slot]! > rule.most) {
        return unexpected(child);
      }
      part = rule.part;
      const fault = this.#element(child, rule.types.get(child.name)!);
      if (fault !== null) return fault;
    }
    if (form.some && counts.every((count) => count === 0)) {
      const first = [...(form.children[0]?.types.keys() ?? [])].join(" or ");
      return { message: `Expecting an element ${first} in ${element.name}`, element };
    }
    const missing = form.children.find((rule, slot) => counts[slot]! < rule.least);
    if (missing === undefined) return null;
    const wanted = [...missing.types.keys()].join(" or ");
    return { message: `Expecting an element ${wanted} in ${element.name}`, element };
  }
}

/** Of two forms that an element does not fit, the one with its attributes says more. */
function isCloser(fault: SchemaFault, than: SchemaFault): boolean {
  return than.element === fault.element && than.foreign === true && fault.foreign !== true;
}

function checkAttributes(element: Element, form: Form, marks: Marks): SchemaFault | null {
  const { attributes } = element;
  let required = 0;
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i]!;
    const value = attributes[i + 1]!;
    const rule = form.attributes.get(name);
    if (rule === undefined) {
      const message = `Invalid attribute ${name} for element ${element.name}`;
      return { message, element, foreign: true };
    }
    if (!rule.optional) required += 1;
    const allowed = rule.words === null ? isOfType(rule.type, value) : rule.words.includes(value);
    if (!allowed || form.except[name]?.includes(value) === true) {
      const message = `Element ${element.name} failed to validate attributes (${name})`;
      return { message, element };
    }
    if (rule.type === "ID") marks.ids.push(value);
    else if (rule.type === "IDREF") marks.references.push(value);
  }
  if (required === form.required.length) return null;
  const missing = form.required.find((name) => !element.has(name)) ?? "";
  return { message: `Element ${element.name} lacks attribute ${missing}`, element };
}

function unexpected(element: Element): SchemaFault {
  return { message: `Did not expect element ${element.name} there`, element };
}

function idFault(cib: Element, { kind, id }: IdFault): SchemaFault {
  const message =
    kind === "duplicate"
      ? `ID ${id} already defined`
      : `IDREF attribute references an unknown ID "${id}"`;
  return { message, element: cib.byId(id) ?? cib };
}

/** Number of the schema a `validate-with` names, null for one we do not know (or none). */
export function schemaNumber(validateWith: string | null): SchemaNumber | null {
  const name = /^pacemaker-(.*)$/.exec(validateWith ?? "")?.[1];
  return name !== undefined && Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name]! : null;
}

const validators = new Map<SchemaNumber, SchemaValidator>();

/** Checks a CIB against the schema that it names; an unknown schema is a fault, `none` fits all. */
export function validateCib(cib: Element): SchemaFault | null {
  if (cib.get("validate-with") === "none") return null;
  const number = schemaNumber(cib.get("validate-with"));
  if (number === null) {
    const message = `Unknown schema '${cib.get("validate-with") ?? ""}'`;
    return { message, element: cib };
  }
  // A fresh validator each time: these documents may be written to between two checks.
  return new SchemaValidator(number, true).check(cib);
}

/**
 * The first schema from the named one on that a document fits, null for none: whoever uses something
 * of a newer schema by hand and leaves the name alone means the newer one.
 */
export function fittingSchema(cib: Element): string | null {
  const named = schemaNumber(cib.get("validate-with"));
  if (named === null) return null;
  for (const [name, number] of Object.entries(SCHEMAS)) {
    if (number < named) continue;
    if (new SchemaValidator(number, true).check(cib) === null) return `pacemaker-${name}`;
  }
  return null;
}

/** As {@link validateCib}, for documents never written to in place: what is shared is not looked at. */
export function validateShared(cib: Element): SchemaFault | null {
  const number = schemaNumber(cib.get("validate-with"));
  if (number === null) return validateCib(cib);
  let validator = validators.get(number);
  if (validator === undefined) {
    validator = new SchemaValidator(number);
    validators.set(number, validator);
  }
  return validator.check(cib);
}
