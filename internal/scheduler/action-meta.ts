const NONE: ReadonlyMap<string, string> = new Map();

/**
 * Meta attributes of one action. What the configuration gives is the same for many actions and is
 * shared; what is added for this one lies over it.
 */
export class ActionMeta {
  readonly base: ReadonlyMap<string, string>;
  /** Names and values in turn, or null. */
  #own: string[] | null = null;

  constructor(base: ReadonlyMap<string, string> = NONE) {
    this.base = base;
  }

  get(name: string): string | undefined {
    const own = this.#own;
    if (own !== null) {
      for (let i = 0; i < own.length; i += 2) if (own[i] === name) return own[i + 1];
    }
    return this.base.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(name: string, value: string): void {
    const own = this.#own;
    if (own === null) {
      this.#own = [name, value];
      return;
    }
    for (let i = 0; i < own.length; i += 2) {
      if (own[i] !== name) continue;
      own[i + 1] = value;
      return;
    }
    own.push(name, value);
  }

  /** Names and values in order of first appearance, as a map has it. */
  forEach(visit: (name: string, value: string) => void): void {
    const own = this.#own;
    if (own === null) {
      for (const [name, value] of this.base) visit(name, value);
      return;
    }
    for (const name of this.base.keys()) visit(name, this.get(name)!);
    for (let i = 0; i < own.length; i += 2) {
      if (!this.base.has(own[i]!)) visit(own[i]!, own[i + 1]!);
    }
  }

  /** Equal for certain; false may still mean equal. */
  sameAs(other: ActionMeta): boolean {
    if (this.base !== other.base) return false;
    const a = this.#own;
    const b = other.#own;
    if (a === null || b === null) return a === b;
    return a.length === b.length && a.every((text, i) => text === b[i]);
  }
}
