/** Which links a packet takes. */
import { expect, test } from "bun:test";
import { chooseLinks } from "../../../../cmd/ring/link-choice.ts";

const a = { priority: 1 };
const b = { priority: 2 };
const c = { priority: 2 };

test("passive takes the highest priority, of equal ones the first", () => {
  expect(chooseLinks([a, b, c], { mode: "passive", turn: 7, copies: 0 })).toEqual([b]);
  expect(chooseLinks([a], { mode: "passive", turn: 7, copies: 0 })).toEqual([a]);
});

test("active takes all, rr one after the other", () => {
  expect(chooseLinks([a, b, c], { mode: "active", turn: 7, copies: 0 })).toEqual([a, b, c]);
  expect(chooseLinks([a, b, c], { mode: "rr", turn: 7, copies: 0 })).toEqual([b]);
});

test("what is sent again takes every link, and each further copy the next", () => {
  expect(chooseLinks([a, b], { mode: "passive", turn: 0, copies: 1 })).toEqual([a, b]);
  expect(chooseLinks([a, b], { mode: "passive", turn: 0, copies: 3 })).toEqual([a, b, a]);
  expect(chooseLinks([a], { mode: "rr", turn: 0, copies: 3 })).toEqual([a, a, a]);
  expect(chooseLinks([], { mode: "active", turn: 0, copies: 3 })).toEqual([]);
});
