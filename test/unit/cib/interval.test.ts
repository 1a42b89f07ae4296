/** Times and intervals as the original reads them. */
import { describe, expect, test } from "bun:test";
import { parseIntervalMs, parseTimeMs } from "../../../internal/cib/mod.ts";

const TIMES: [string, number | null][] = [
  ["10", 10_000],
  [" 7s ", 7_000],
  ["5secs", 5_000],
  ["1m30s", 60_000],
  ["10  ms", 10],
  ["5 M", 300_000],
  ["5MS", 5],
  ["2hours", 7_200_000],
  ["1.5.2 m", 60_000],
  ["999us", 0],
  ["5000us", 5],
  ["+5s", 5_000],
  ["-0", 0],
  ["-5s", null],
  ["5x", null],
  ["0x10", null],
  ["s", null],
  ["", null],
];

describe("a number with unit", () => {
  for (const [text, ms] of TIMES) {
    test(`'${text}'`, () => {
      expect(parseTimeMs(text)).toBe(ms);
      expect(parseIntervalMs(text)).toBe(ms);
    });
  }

  test("an interval has 32 bits, a time has not", () => {
    expect(parseIntervalMs("50d0h")).toBeNull();
    expect(parseIntervalMs("4294968s")).toBe(4_294_967_295);
    expect(parseTimeMs("4294968s")).toBe(4_294_968_000);
  });
});

const DAY = 86_400_000;
const DURATIONS: [string, number | null][] = [
  ["PT1M30S", 90_000],
  ["PT:5M", 300_000],
  ["P1D", 0],
  ["P2D", DAY],
  ["P1W", 6 * DAY],
  ["P1M", 30 * DAY],
  ["P1Y", 0],
  ["P1M1M", 30 * DAY],
  ["P2Y", 4_294_967_000],
  ["P2147483647Y", 4_294_967_000],
  ["P1DT-5S", null],
  ["PT2147483647M", null],
  ["PT0S", null],
  ["PT1.5S", null],
  ["P", null],
];

describe("an ISO 8601 duration counts as a date from the first day of the first year", () => {
  for (const [text, ms] of DURATIONS) {
    test(text, () => expect(parseIntervalMs(text)).toBe(ms));
  }

  test("and is no time for a timeout", () => expect(parseTimeMs("PT5S")).toBeNull());
});
