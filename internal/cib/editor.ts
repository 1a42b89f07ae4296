import { assert } from "../base/mod.ts";
import { Element, type Node } from "../xml/mod.ts";

/**
 * Changes a document by copying only the elements from the root to each change; everything else is
 * shared with the document it was made from. A change to a CIB of megabytes so costs microseconds.
 *
 * An element has one parent, so {@link commit} hands shared elements over to the new document: the
 * old one can still be read downward (children, attributes, printing, diffing) but `parent`,
 * `root` and `ancestor` of shared elements then lead into the new one. Without commit nothing of
 * the old document changes.
 */
export class Editor {
  readonly #original: Element;
  #root: Element;
  readonly #copies = new Map<Element, Element>();
  readonly #own = new Set<Element>();

  constructor(root: Element) {
    this.#original = root;
    this.#root = root;
  }

  /** The document as changed so far. Its shared elements still name their old parents. */
  get root(): Element {
    return this.#root;
  }

  get changed(): boolean {
    return this.#root !== this.#original;
  }

  /** The element of the changed document that stands for `element` (itself, when untouched). */
  current(element: Element): Element {
    return this.#copies.get(element) ?? element;
  }

  /** A version of the element that may be written to, reached from the changed root. */
  editable(element: Element): Element {
    if (this.#own.has(element)) return element;
    const known = this.#copies.get(element);
    if (known !== undefined) return known;
    const copy = new Element(element.name, element.attributes.slice());
    copy.children = element.children.slice();
    this.#copies.set(element, copy);
    this.#own.add(copy);
    if (element.parent === null) {
      assert(element === this.#root, `<${element.name}> is in no document being edited`);
      this.#root = copy;
      return copy;
    }
    const parent = this.editable(element.parent);
    parent.children[parent.children.indexOf(element)] = copy;
    copy.parent = parent;
    return copy;
  }

  /** Puts a parentless node (not one of the document) at `index`, by default last. */
  insert(parent: Element, node: Node, index?: number): void {
    assert(node.parent === null, "an inserted node must be free");
    const target = this.editable(parent);
    target.children.splice(index ?? target.children.length, 0, node);
    node.parent = target;
    if (node instanceof Element) this.#own.add(node);
  }

  /** Takes a node out; the node itself stays as it is. */
  remove(node: Node): void {
    const at = this.#parentOf(node);
    const target = this.editable(at);
    const standing = node instanceof Element ? this.current(node) : node;
    const index = target.children.indexOf(standing);
    assert(index >= 0, "the removed node is no longer in the document");
    target.children.splice(index, 1);
    if (node instanceof Element && this.#own.has(node)) node.parent = null;
  }

  /** Puts a free node in the place of another. */
  replace(node: Element, by: Element): void {
    const parent = this.#parentOf(node);
    const target = this.editable(parent);
    const index = target.children.indexOf(this.current(node));
    assert(index >= 0, "the replaced node is no longer in the document");
    target.children[index] = by;
    by.parent = target;
    this.#own.add(by);
  }

  /** Moves a node to another place below its parent; `index` counts without the node itself. */
  move(node: Node, index: number): void {
    const target = this.editable(this.#parentOf(node));
    const standing = node instanceof Element ? this.current(node) : node;
    const from = target.children.indexOf(standing);
    assert(from >= 0, "the moved node is no longer in the document");
    target.children.splice(from, 1);
    target.children.splice(index, 0, standing);
  }

  /** The document becomes another one altogether. */
  setRoot(root: Element): void {
    this.#root = root;
    this.#own.add(root);
  }

  /** Ends the editing: parents of shared elements lead into the new document from here on. */
  commit(): Element {
    for (const element of this.#own) {
      for (const child of element.children) child.parent = element;
    }
    return this.#root;
  }

  /** Whether the node (as found now) still hangs below the changed root. */
  has(node: Element): boolean {
    let current: Element = this.current(node);
    for (;;) {
      if (current === this.#root) return true;
      const parent: Element | null = current.parent;
      if (parent === null) return false;
      const standing = this.current(parent);
      if (!standing.children.includes(current)) return false;
      current = standing;
    }
  }

  #parentOf(node: Node): Element {
    assert(node.parent !== null, "the root has no parent");
    return node.parent;
  }
}
