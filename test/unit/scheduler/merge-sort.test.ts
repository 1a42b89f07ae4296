import { describe, expect, test } from "bun:test";
import { mergeSort } from "../../../internal/scheduler/merge-sort.ts";

describe("mergeSort", () => {
  test("is stable", () => {
    const items = ["b1", "a1", "b2", "a2", "b3"];
    const byLetter = (a: string, b: string) => a.charCodeAt(0) - b.charCodeAt(0);
    expect(mergeSort(items.slice(), byLetter)).toEqual(["a1", "a2", "b1", "b2", "b3"]);
  });

  test("where a comparison is not transitive, the halves decide", () => {
    // Nought equals everything: it stays where its half leaves it and keeps others apart.
    const compare = (a: number, b: number) => (a === 0 || b === 0 ? 0 : a - b);
    expect(mergeSort([3, 0, 1], compare)).toEqual([3, 0, 1]);
    expect(mergeSort([0, 3, 1], compare)).toEqual([0, 1, 3]);
    expect(mergeSort([3, 2, 0, 1], compare)).toEqual([2, 3, 0, 1]);
  });
});
