/** Patterns of constraints and tools: what they mean, and that none can hold the cluster up. */
import { expect, test } from "bun:test";
import { PosixPattern } from "../../../internal/base/mod.ts";

function match(source: string, text: string): (string | undefined)[] | null {
  const pattern = PosixPattern.compile(source);
  if (!pattern.ok) throw new Error(pattern.error);
  return pattern.value.exec(text);
}

const FOUND: [string, string, (string | undefined)[] | null][] = [
  ["db", "my-db-1", ["db"]],
  ["^db$", "my-db", null],
  ["^(a|ab)(c|bcd)?$", "abcd", ["abcd", "a", "bcd"]],
  ["a|ab", "xab", ["ab"]],
  ["(x)?b", "ab", ["b", undefined]],
  ["^rsc-([0-9]+)-(.*)$", "rsc-12-web", ["rsc-12-web", "12", "web"]],
  ["^a{2,3}$", "aaa", ["aaa"]],
  ["^a{2}$", "aaa", null],
  ["^a{2,}$", "aaaaa", ["aaaaa"]],
  ["[[:digit:]]+", "node42", ["42"]],
  ["^[^]x]$", "]", null],
  ["^[]x]$", "]", ["]"]],
  ["^[a\\]$", "\\", ["\\"]],
  ["\\.", "a.b", ["."]],
  ["\\<db\\>", "a db b", ["db"]],
  ["\\<db\\>", "adb", null],
  ["^(a*)*$", "aaa", ["aaa", "aaa"]],
  ["", "x", [""]],
  ["a)", "a)", ["a)"]],
];

for (const [source, text, wanted] of FOUND) {
  test(`/${source}/ in '${text}'`, () => {
    expect(match(source, text)).toEqual(wanted);
  });
}

test("what is no pattern is refused in words", () => {
  for (const source of [
    "(a",
    "[a",
    "*a",
    "a{2",
    "a{3,2}",
    "[[:moon:]]",
    "a\\",
    "[z-a]",
    "(a)\\1",
  ]) {
    const pattern = PosixPattern.compile(source);
    expect([source, pattern.ok]).toEqual([source, false]);
  }
  expect(PosixPattern.compile("(((a{1000}){1000}){1000})")).toMatchObject({ ok: false });
  expect(PosixPattern.compile("(".repeat(100_000))).toMatchObject({ ok: false });
});

test("patterns that would keep one who backtracks busy for years", () => {
  const text = `${"a".repeat(200)}x`;
  for (const source of ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"]) {
    expect(match(source, text)).toBeNull();
  }
});
