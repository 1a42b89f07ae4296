/** Pseudo-random numbers from a seed (xorshift128): the same seed gives the same run. */
export class SeededRandom {
  #state: Uint32Array;

  constructor(seed: number) {
    this.#state = new Uint32Array([seed ^ 0x9e3779b9, seed ^ 0x243f6a88, 0xb7e15162, 0x13198a2e]);
    for (let i = 0; i < 16; i++) this.uint32();
  }

  uint32(): number {
    const s = this.#state;
    let t = s[3]!;
    t ^= t << 11;
    t ^= t >>> 8;
    s[3] = s[2]!;
    s[2] = s[1]!;
    s[1] = s[0]!;
    s[0] = t ^ s[0]! ^ (s[0]! >>> 19);
    return s[0]!;
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + (this.uint32() % (high - low + 1));
  }

  uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.uint32().toString(16).padStart(8, "0"));
    const all = hex.join("");
    const parts = [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20)];
    return [...parts, all.slice(20)].join("-");
  }
}
