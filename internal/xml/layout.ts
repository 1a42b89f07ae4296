/** Elements of one name that are alike have to be met so often before an expression pays. */
const WORTH_AN_EXPRESSION = 64;

/** Layouts that are tried for elements of one name. */
const KEPT = 4;

/**
 * The names of an element's attributes in order, as many elements share them: a history has
 * hundreds of thousands. One expression then reads a whole start tag that is written plainly, which
 * takes a third of the time that reading it piece by piece does.
 */
export class Layout {
  readonly names: readonly string[];
  /** Where each value is in what {@link read} returns. */
  readonly places: ReadonlyMap<string, number>;
  #expression: RegExp | null = null;
  #met = 0;

  constructor(names: readonly string[]) {
    this.names = names;
    this.places = new Map(names.map((name, i) => [name, i + 1]));
  }

  /**
   * Reads attributes and end of a start tag from `start`, just after the element's name. The values
   * are at their places, and behind them text that ends in `/` where the element is empty. Null where the tag has
   * other attributes, other white space or values that need decoding, or it does not pay yet.
   */
  read(source: string, start: number): string[] | null {
    const expression = this.#expression;
    if (expression === null) return null;
    expression.lastIndex = start;
    return expression.exec(source);
  }

  /** Counts an element that was read piece by piece. */
  meet(): void {
    this.#met += 1;
    if (this.#met === WORTH_AN_EXPRESSION) this.#expression = expressionFor(this.names);
  }

  /** Where the last tag that was read ends. */
  get end(): number {
    return this.#expression!.lastIndex;
  }

  /** Names and values in turn, from values as they were read. */
  flat(values: readonly string[]): string[] {
    const out: string[] = [];
    for (let i = 0; i < this.names.length; i++) out.push(this.names[i]!, values[i + 1]!);
    return out;
  }

  /** Whether attributes, names and values in turn, are those of this layout. */
  fits(attributes: readonly string[]): boolean {
    const { names } = this;
    if (attributes.length !== names.length * 2) return false;
    for (let i = 0; i < names.length; i++) if (names[i] !== attributes[i * 2]) return false;
    return true;
  }
}

/** Layouts of the elements of one name. */
export class Layouts {
  /** The name, as all of them have it. */
  readonly name: string;
  readonly #known: Layout[] = [];
  /** That of the element read piece by piece last. */
  latest: Layout | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** Reads a start tag as {@link Layout.read} does, by the layout that fits; null for none. */
  read(source: string, start: number): { layout: Layout; values: string[] } | null {
    for (const layout of this.#known) {
      const values = layout.read(source, start);
      if (values !== null) return { layout, values };
    }
    return null;
  }

  /** Takes note of attributes (names and values in turn) that were read piece by piece. */
  meet(attributes: readonly string[]): void {
    let layout = this.latest;
    if (layout?.fits(attributes) !== true) {
      layout = this.#known.find((each) => each.fits(attributes)) ?? null;
      if (layout === null) {
        layout = new Layout(attributes.filter((_, i) => i % 2 === 0));
        if (this.#known.length < KEPT) this.#known.push(layout);
      }
      this.latest = layout;
    }
    layout.meet();
  }
}

function expressionFor(names: readonly string[]): RegExp {
  const attributes = names.map(
    (name) => ` ${name.replaceAll(".", "\\.")}="([^"<&\\u0000-\\u001f]*)"`,
  );
  return new RegExp(`${attributes.join("")}( ?/|)>`, "y");
}
