import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  addDays,
  addDuration,
  addMonths,
  addSeconds,
  formatDate,
  formatDuration,
  fromEpoch,
  isoWeek,
  parseDate,
  parseDuration,
  parseInterval,
  subtractDuration,
  toEpoch,
} from "../../../internal/cib/dates/mod.ts";

const context = { now: 1_714_990_000, localOffset: -18_000 };
const read = (text: string) => {
  const date = parseDate(text, context);
  return date === null ? null : formatDate(date, "calendar", true);
};

const epochs = fc.integer({ min: -60_000_000_000, max: 200_000_000_000 });

describe("dates", () => {
  test("calendar, ordinal and week forms", () => {
    expect(read("2024-02-29")).toBe("2024-02-29 00:00:00Z");
    expect(read("2024-060")).toBe("2024-02-29 00:00:00Z");
    expect(read("2024-W09-4")).toBe("2024-02-29 00:00:00Z");
    expect(read("2009-W01-1")).toBe("2008-12-29 00:00:00Z");
    expect(read("20240229T1030Z")).toBe("2024-02-29 10:30:00Z");
  });

  test("a time without zone is local, a numeric zone needs a space", () => {
    expect(read("2024-05-06 10:00")).toBe("2024-05-06 10:00:00 -05:00");
    expect(read("2024-05-06T10:00+02:00")).toBe("2024-05-06 10:00:00 -05:00");
    expect(read("2024-05-06 10:00 +02:00")).toBe("2024-05-06 10:00:00 +02:00");
    expect(read("T10:00Z")).toBe("2024-05-06 10:00:00Z");
  });

  test.each([
    "",
    "bad",
    "2023-02-29",
    "2023-366",
    "2024-W53-1",
    "2024-13-01",
    "202411",
    "0000-01-01",
    "2024-01-01 25:00",
    "2024-01-01 24:01",
    "2024-01-01 10:60",
    "2024-01-01 10:00 +25",
  ])("%p is refused", (text) => expect(parseDate(text, context)).toBeNull());

  test("epoch seconds, texts and week dates agree in both directions", () => {
    fc.assert(
      fc.property(epochs, (epoch) => {
        const date = fromEpoch(epoch);
        expect(toEpoch(date)).toBe(epoch);
        const iso = new Date(epoch * 1000).toISOString();
        expect(formatDate(date)).toBe(iso.replace("T", " ").replace(".000Z", "Z"));
        const { year, week, weekday } = isoWeek(date);
        const day = parseDate(`${year}-W${week}-${weekday}`, context)!;
        expect(toEpoch(day)).toBe(epoch - date.seconds);
        for (const style of ["calendar", "ordinal", "week"] as const) {
          expect(toEpoch(parseDate(formatDate(date, style), context)!)).toBe(epoch);
        }
      }),
    );
  });

  test("arithmetic: days and seconds are reversible, months keep the day or cut it", () => {
    fc.assert(
      fc.property(epochs, fc.integer({ min: -500_000, max: 500_000 }), (epoch, amount) => {
        const date = fromEpoch(epoch);
        expect(toEpoch(addSeconds(date, amount))).toBe(epoch + amount);
        expect(addDays(addDays(date, amount), -amount)).toEqual(date);
        const moved = formatDate(addMonths(date, amount % 1200)).slice(8, 10);
        expect(Number(moved)).toBeLessThanOrEqual(Number(formatDate(date).slice(8, 10)));
      }),
    );
  });

  test("a year keeps the ordinal day", () => {
    const year = parseDuration("P1Y")!;
    const march = parseDate("2020-03-01", context)!;
    expect(formatDate(addDuration(march, year))).toBe("2021-03-02 00:00:00Z");
    expect(formatDate(subtractDuration(march, year))).toBe("2019-03-02 00:00:00Z");
  });
});

describe("durations and intervals", () => {
  test("units and signs", () => {
    expect(parseDuration("P1Y2M3W4DT5H6M7S")).toEqual({
      years: 1,
      months: 2,
      days: 25,
      seconds: 18_367,
    });
    expect(parseDuration("P-1DT-1S")).toEqual({ years: 0, months: 0, days: -1, seconds: -1 });
    for (const bad of ["", "P", "PT", "1D", "P1", "PT1.5S", "P1X", "PT0S"]) {
      expect(parseDuration(bad)).toBeNull();
    }
  });

  test("text of a duration", () => {
    expect(formatDuration(parseDuration("P1Y1M1W1DT1H1M1S")!)).toBe(
      "   1 year  1 month  8 days 3661 seconds (1 hour 1 minute 1 seconds)",
    );
    expect(formatDuration(parseDuration("PT25H")!)).toBe("90000 seconds (25 hours)");
  });

  test("start/end, start/duration, duration/end", () => {
    const show = (text: string) => {
      const interval = parseInterval(text, context);
      return interval === null ? null : [interval.start, interval.end].map((d) => formatDate(d));
    };
    const january = ["2024-01-01 00:00:00Z", "2024-02-01 00:00:00Z"];
    expect(show("2024-01-01/2024-02-01")).toEqual(january);
    expect(show("2024-01-01/P1M")).toEqual(january);
    expect(show("P31D/2024-02-01")).toEqual(january);
    expect(show("P1D")).toEqual(["2024-05-06 10:06:40Z", "2024-05-07 10:06:40Z"]);
    for (const bad of ["2024-01-01", "P1D/P1D", "/2024-01-01", "bad/P1D"])
      expect(show(bad)).toBeNull();
  });
});
