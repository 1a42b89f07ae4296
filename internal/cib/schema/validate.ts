import { Element, Text } from "../../xml/mod.ts";
import { compileForm, type Form, type SchemaSource } from "./language.ts";
import { SCHEMAS, type SchemaNumber, schemaSource } from "./table.ts";
import { isOfType } from "./types.ts";

/** Why a document does not fit its schema. */
export interface SchemaFault {
  message: string;
  element: Element;
}

/** Values of all attributes of type ID and IDREF at and below an element. */
interface Marks {
  ids: string[];
  references: string[];
}

interface Verdict {
  marks: Marks;
  fault: SchemaFault | null;
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
  readonly #valid = new Map<string, WeakMap<Element, Marks>>();

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
    const { marks, fault } = this.#element(cib, "cib");
    if (fault !== null) return fault;
    const ids = new Set(marks.ids);
    if (ids.size !== marks.ids.length) return duplicateId(cib, marks.ids);
    const lost = marks.references.find((id) => !ids.has(id));
    if (lost === undefined) return null;
    return { message: `IDREF attribute references an unknown ID "${lost}"`, element: cib };
  }

  #element(element: Element, type: string): Verdict {
    let known = this.#valid.get(type);
    if (known === undefined) {
      known = new WeakMap();
      this.#valid.set(type, known);
    }
    const before = known.get(element);
    if (before !== undefined) return { marks: before, fault: null };
    const forms = this.#formsOf(type);
    let fault: SchemaFault | null = null;
    for (const form of forms) {
      const verdict = this.#form(element, form);
      if (verdict.fault === null) {
        known.set(element, verdict.marks);
        return verdict;
      }
      // What is wrong further down says more than that another form does not fit here.
      if (fault === null || verdict.fault.element !== element) fault = verdict.fault;
    }
    return { marks: noMarks(), fault };
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

  #form(element: Element, form: Form): Verdict {
    const marks = noMarks();
    if (form.open) return { marks, fault: null };
    const wrong = checkAttributes(element, form, marks);
    if (wrong !== null) return { marks, fault: wrong };
    return { marks, fault: this.#children(element, form, marks) };
  }

  #children(element: Element, form: Form, marks: Marks): SchemaFault | null {
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
      const { marks: inner, fault } = this.#element(child, rule.types.get(child.name)!);
      if (fault !== null) return fault;
      for (const id of inner.ids) marks.ids.push(id);
      for (const id of inner.references) marks.references.push(id);
    }
    const missing = form.children.find((rule, slot) => counts[slot]! < rule.least);
    if (missing === undefined) return null;
    const wanted = [...missing.types.keys()].join(" or ");
    return { message: `Expecting an element ${wanted} in ${element.name}`, element };
  }
}

function noMarks(): Marks {
  return { ids: [], references: [] };
}

function checkAttributes(element: Element, form: Form, marks: Marks): SchemaFault | null {
  const { attributes } = element;
  let required = 0;
  for (let i = 0; i < attributes.length; i += 2) {
    const [name, value] = [attributes[i]!, attributes[i + 1]!];
    const rule = form.attributes.get(name);
    if (rule === undefined) {
      return { message: `Invalid attribute ${name} for element ${element.name}`, element };
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

function duplicateId(cib: Element, ids: readonly string[]): SchemaFault {
  const seen = new Set<string>();
  const twice = ids.find((id) => seen.size === seen.add(id).size) ?? "";
  return { message: `ID ${twice} already defined`, element: cib.byId(twice) ?? cib };
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
