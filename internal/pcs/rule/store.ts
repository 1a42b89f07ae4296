import { Element } from "../../xml/mod.ts";
import { type IdProvider, sanitizeId } from "../cib/ids.ts";
import { parseSchemaVersion } from "../cib/version.ts";
import type {
  AttributeExpression,
  BoolExpression,
  DateRangeExpression,
  OperationExpression,
  ResourceExpression,
  RuleExpression,
} from "./expression.ts";

/** Appends a rule to its holder; the score is the caller's to set. Ids follow from the parent's. */
export function appendRule(
  holder: Element,
  rule: BoolExpression,
  ids: IdProvider,
  ruleId: string | null = null,
): Element {
  const root = holder.root;
  const schema = root.name === "cib" ? parseSchemaVersion(root) : ([4, 0] as const);
  const writer = new Writer(ids, schema);
  const element = writer.bool(holder, rule, ruleId);
  element.unset("score");
  return element;
}

class Writer {
  readonly #ids: IdProvider;
  readonly #schema: readonly [number, number];

  constructor(ids: IdProvider, schema: readonly [number, number]) {
    this.#ids = ids;
    this.#schema = schema;
  }

  #before(major: number, minor: number): boolean {
    return this.#schema[0] < major || (this.#schema[0] === major && this.#schema[1] < minor);
  }

  #id(parent: Element, suffix: string): string {
    return this.#ids.allocate(sanitizeId(`${parent.id}-${suffix}`));
  }

  bool(parent: Element, rule: BoolExpression, id: string | null = null): Element {
    const element = parent.append(
      new Element("rule", { id: id ?? this.#id(parent, "rule"), "boolean-op": rule.operator }),
    );
    // Older schemas demand a score of every rule, though none but the top one's counts.
    if (this.#before(3, 9)) element.set("score", "0");
    for (const child of rule.children) this.#part(element, child);
    return element;
  }

  #part(parent: Element, part: RuleExpression): void {
    switch (part.kind) {
      case "bool":
        this.bool(parent, part);
        return;
      case "date": {
        const element = this.#expression(parent, "date_expression");
        element.set("operation", part.operator);
        element.set(part.operator === "gt" ? "start" : "end", part.date);
        return;
      }
      case "date-range":
        this.#range(parent, part);
        return;
      case "date-spec": {
        const element = this.#expression(parent, "date_expression").set("operation", "date_spec");
        const spec = new Element("date_spec", Object.fromEntries(part.parts));
        element.append(spec.set("id", this.#id(element, "datespec")));
        return;
      }
      case "attribute":
        this.#attribute(parent, part);
        return;
      case "op":
        this.#operation(parent, part);
        return;
      case "resource":
        this.#resource(parent, part);
        return;
    }
  }

  #expression(parent: Element, name: string): Element {
    return parent.append(new Element(name, { id: this.#id(parent, "expr") }));
  }

  #range(parent: Element, part: DateRangeExpression): void {
    const element = this.#expression(parent, "date_expression").set("operation", "in_range");
    if (part.start !== null) element.set("start", part.start);
    if (part.duration !== null) {
      const duration = new Element("duration", Object.fromEntries(part.duration));
      element.append(duration.set("id", this.#id(element, "duration")));
    } else if (part.end !== null) element.set("end", part.end);
  }

  #attribute(parent: Element, part: AttributeExpression): void {
    const element = this.#expression(parent, "expression");
    element.set("attribute", part.name).set("operation", part.operator);
    if (part.value !== null && part.value !== "") element.set("value", part.value);
    if (part.type === null) return;
    // Schemas before 3.5 know integers by the name "number" only.
    const old = part.type === "integer" && this.#before(3, 5);
    element.set("type", old ? "number" : part.type);
  }

  #operation(parent: Element, part: OperationExpression): void {
    const id = this.#id(parent, `op-${part.name}`);
    const element = parent.append(new Element("op_expression", { id, name: part.name }));
    if (part.interval !== null) element.set("interval", part.interval);
  }

  #resource(parent: Element, part: ResourceExpression): void {
    const names = [part.standard, part.provider, part.type].filter((n) => n !== null);
    const id = this.#id(parent, `rsc-${names.join("-")}`);
    const element = parent.append(new Element("rsc_expression", { id }));
    if (part.standard !== null) element.set("class", part.standard);
    if (part.provider !== null) element.set("provider", part.provider);
    if (part.type !== null) element.set("type", part.type);
  }
}
