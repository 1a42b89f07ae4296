import { assert } from "../base/mod.ts";
import type { Layout } from "./layout.ts";

/** Character data between elements. */
export class Text {
  parent: Element | null = null;
  text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A comment; kept, since administrators write them into the CIB. */
export class Comment {
  parent: Element | null = null;
  text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Node = Element | Text | Comment;

const NOTHING: readonly Node[] = [];

/**
 * A mutable XML element. Attributes keep document order and are held flat
 * (name, value, name, value …): elements have few, and a flat array is smaller
 * and quicker to scan than a map per element. A parsed element that is one of very many alike
 * has its names in a {@link Layout} that all of them share, until somebody writes to it.
 */
export class Element {
  parent: Element | null = null;
  children: Node[] = [];
  name: string;
  #layout: Layout | null;
  /** Flat; of an element with a layout: values as the layout has them. */
  #attributes: string[];

  constructor(
    name: string,
    attributes: Record<string, string> | string[] = [],
    children: readonly Node[] = NOTHING,
    layout: Layout | null = null,
  ) {
    this.name = name;
    this.#layout = layout;
    if (Array.isArray(attributes)) {
      this.#attributes = attributes;
    } else {
      this.#attributes = [];
      for (const key in attributes) this.#attributes.push(key, attributes[key]!);
    }
    for (const child of children) this.append(child);
  }

  /** Names and values in turn. May be written to. */
  get attributes(): string[] {
    const layout = this.#layout;
    if (layout !== null) {
      this.#attributes = layout.flat(this.#attributes);
      this.#layout = null;
    }
    return this.#attributes;
  }

  get(name: string): string | null {
    const list = this.#attributes;
    const layout = this.#layout;
    if (layout !== null) {
      const at = layout.places.get(name);
      return at === undefined ? null : list[at]!;
    }
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1]!;
    return null;
  }

  /** What elements with attributes of the same names share; null where the names stand alone. */
  get layout(): Layout | null {
    return this.#layout;
  }

  /** The value at a place of the element's layout, which it must have. */
  at(place: number): string {
    return this.#attributes[place]!;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  /** The `id` attribute, or the empty string. */
  get id(): string {
    return this.get("id") ?? "";
  }

  set(name: string, value: string): this {
    const list = this.attributes;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        list[i + 1] = value;
        return this;
      }
    }
    list.push(name, value);
    return this;
  }

  /** Removes the attribute; false when there was none. */
  unset(name: string): boolean {
    const list = this.attributes;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        list.splice(i, 2);
        return true;
      }
    }
    return false;
  }

  attributeNames(): string[] {
    return this.attributes.filter((_, i) => i % 2 === 0);
  }

  *entries(): IterableIterator<[string, string]> {
    for (let i = 0; i < this.attributes.length; i += 2) {
      yield [this.attributes[i]!, this.attributes[i + 1]!];
    }
  }

  append<T extends Node>(child: T): T {
    assert(child.parent === null, `node ${nodeName(child)} already has a parent`);
    child.parent = this;
    this.children.push(child);
    return child;
  }

  insert<T extends Node>(index: number, child: T): T {
    assert(child.parent === null, `node ${nodeName(child)} already has a parent`);
    child.parent = this;
    this.children.splice(index, 0, child);
    return child;
  }

  /** Takes a child out of this element. */
  removeChild(child: Node): void {
    const index = this.children.indexOf(child);
    assert(index >= 0, `${nodeName(child)} is no child of ${this.name}`);
    this.children.splice(index, 1);
    child.parent = null;
  }

  /** Takes this element out of its parent, if it has one. */
  remove(): this {
    this.parent?.removeChild(this);
    return this;
  }

  replaceWith(other: Node): void {
    const parent = this.parent;
    assert(parent !== null, `${this.name} has no parent to be replaced in`);
    assert(other.parent === null, `node ${nodeName(other)} already has a parent`);
    parent.children[parent.children.indexOf(this)] = other;
    other.parent = parent;
    this.parent = null;
  }

  /** Child elements, all or those of one name, in order. A fresh array: safe to mutate under. */
  elements(name?: string): Element[] {
    const out: Element[] = [];
    for (const child of this.children) {
      if (child instanceof Element && (name === undefined || child.name === name)) out.push(child);
    }
    return out;
  }

  /** First child element, of one name if given. */
  first(name?: string): Element | null {
    for (const child of this.children) {
      if (child instanceof Element && (name === undefined || child.name === name)) return child;
    }
    return null;
  }

  /** First child of that name with that id. */
  child(name: string, id: string): Element | null {
    for (const child of this.children) {
      if (child instanceof Element && child.name === name && child.id === id) return child;
    }
    return null;
  }

  /** First child of that name, created at the end when missing. */
  ensure(name: string): Element {
    return this.first(name) ?? this.append(new Element(name));
  }

  /** This element and all elements below it, in document order. */
  *walk(): IterableIterator<Element> {
    yield this;
    for (const child of this.children) if (child instanceof Element) yield* child.walk();
  }

  /** Descendants (not self) of one name, in document order. */
  descendants(name: string): Element[] {
    const out: Element[] = [];
    for (const element of this.walk())
      if (element !== this && element.name === name) out.push(element);
    return out;
  }

  /** First descendant or self with that id (and name if given). */
  byId(id: string, name?: string): Element | null {
    for (const element of this.walk()) {
      if ((name === undefined || element.name === name) && element.get("id") === id) return element;
    }
    return null;
  }

  /** The nearest ancestor (not self) of that name. */
  ancestor(name: string): Element | null {
    let current = this.parent;
    while (current !== null && current.name !== name) current = current.parent;
    return current;
  }

  get root(): Element {
    return this.parent === null ? this : this.parent.root;
  }

  /** All character data below this element, joined. */
  get text(): string {
    let out = "";
    for (const child of this.children) {
      if (child instanceof Text) out += child.text;
      else if (child instanceof Element) out += child.text;
    }
    return out;
  }

  /** A deep copy without a parent. */
  clone(): Element {
    const copy = new Element(this.name, this.attributes.slice());
    for (const child of this.children) copy.append(cloneNode(child));
    return copy;
  }
}

export function cloneNode(node: Node): Node {
  if (node instanceof Element) return node.clone();
  return node instanceof Text ? new Text(node.text) : new Comment(node.text);
}

function nodeName(node: Node): string {
  return node instanceof Element ? `<${node.name} id="${node.id}">` : "text";
}
