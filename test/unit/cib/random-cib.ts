import fc from "fast-check";
import { Comment, Element } from "../../../internal/xml/mod.ts";

/** Random CIB-like documents: unique ids per document, so that elements can move between versions. */
export function cibPair(): fc.Arbitrary<[Element, Element]> {
  return fc.tuple(shape(), shape()).map(([a, b]) => [build(a, 1), build(b, 2)]);
}

interface Shape {
  name: string;
  value: string;
  children: (Shape | string)[];
}

function shape(): fc.Arbitrary<Shape[]> {
  const { tree } = fc.letrec<{ tree: Shape }>((tie) => ({
    tree: fc.record({
      name: fc.constantFrom("primitive", "group", "nvpair", "rule", "tag"),
      value: fc.constantFrom("", "1", "two", "<&\"'>", "a b"),
      children: fc.array(
        fc.oneof(
          { depthSize: "small", withCrossShrink: true },
          fc.constantFrom("x", "y"),
          tie("tree"),
        ),
        { maxLength: 5 },
      ),
    }),
  }));
  return fc.array(tree, { maxLength: 6 });
}

function build(shapes: Shape[], epoch: number): Element {
  const used = new Set<string>();
  const make = (s: Shape): Element => {
    const element = new Element(s.name);
    let id = `${s.name}${s.value.length}`;
    while (used.has(id)) id += "x";
    used.add(id);
    element.set("id", id).set("value", s.value);
    if (s.children.length > 3) element.set("extra", String(s.children.length));
    for (const c of s.children) element.append(typeof c === "string" ? new Comment(c) : make(c));
    return element;
  };
  const resources = new Element("resources", {}, shapes.map(make));
  const cib = { admin_epoch: "0", epoch: String(epoch), num_updates: "0" };
  return new Element("cib", cib, [
    new Element("configuration", {}, [resources]),
    new Element("status"),
  ]);
}
