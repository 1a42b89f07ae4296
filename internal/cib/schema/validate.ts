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

/**
 * Validates CIBs of one schema version. Subtrees found valid are remembered by identity, so an
 * instance that sees successive CIBs which share what did not change only looks at what did:
 * use it with documents that are not written to once they are made.
 */
export class SchemaValidator {
  readonly #forms = new Map<string, readonly Form[]>();
  readonly #source: SchemaSource;
  readonly #version: SchemaNumber;
  /** Elements known to be valid, by type. */
  readonly #valid = new Map<string, WeakSet<Element>>();
  readonly #marks = new WeakMap<Element, Marks>();
  readonly #book = new IdBook((element) => this.#marks.get(element));

  constructor(version: SchemaNumber) {
    this.#version = version;
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
    const wrong = this.#book.turnTo(cib);
    return wrong === null ? null : idFault(cib, wrong);
  }

  #element(element: Element, type: string): SchemaFault | null {
    let known = this.#valid.get(type);
    if (known === undefined) {
      known = new WeakSet();
      this.#valid.set(type, known);
    }
    if (known.has(element)) return null;
    let first: SchemaFault | null = null;
    for (const form of this.#formsOf(type)) {
      const fault = this.#form(element, form);
      if (fault === null) {
        known.add(element);
        return null;
      }
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
    const wrong = checkAttributes(element, form, marks) ?? this.#children(element, form);
    if (wrong === null && marks.ids.length + marks.references.length > 0) {
      this.#marks.set(element, marks);
    }
    return wrong;
  }

  #children(element: Element, form: Form): SchemaFault | null {
    const counts = form.children.map(() => 0);
    let part = 0;
    for (const child of element.children) {
      if (child instanceof Text) return { message: `Text in element ${element.name}`, element };
      if (!(child instanceof Element)) continue;
      const slot = form.children.findIndex((rule) => rule.types.has(child.name));
      const rule = form.children[slot];
      if (rule === undefined || rule.part < part || ++counts[slot]! > rule.most) {
        return unexpected(child);
      }
      part = rule.part;
      const fault = this.#element(child, rule.types.get(child.name)!);
      if (fault !== null) return fault;
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
    const [name, value] = [attributes[i]!, attributes[i + 1]!];
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
  return new SchemaValidator(number).check(cib);
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
