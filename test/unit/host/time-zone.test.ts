import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { offsetIn } from "../../../internal/host/time-zone.ts";

const ZONES = "/usr/share/zoneinfo";

/** What the runtime says, which has tables of its own. */
function expected(zone: string, epochSeconds: number): number {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  const parts = format.formatToParts(epochSeconds * 1000);
  const name = parts.find(({ type }) => type === "timeZoneName")!.value;
  const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?/.exec(name) ?? [];
  const size = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return sign === "-" ? -size : size;
}

/** A file of version 2: an empty block of version 1, then times with the index of their type. */
function zoneFile(
  changes: [time: number, type: number][],
  offsets: number[],
  rule: string,
): Buffer {
  const head = (times: number, types: number): Buffer => {
    const bytes = Buffer.alloc(44);
    bytes.write("TZif2");
    bytes.writeUInt32BE(times, 32);
    bytes.writeUInt32BE(types, 36);
    return bytes;
  };
  const times = changes.map(([time]) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(time));
    return bytes;
  });
  const types = offsets.map((offset) => {
    const bytes = Buffer.alloc(6);
    bytes.writeInt32BE(offset);
    return bytes;
  });
  const indices = Buffer.from(changes.map(([, type]) => type));
  const parts = [head(0, 0), head(changes.length, offsets.length), ...times, indices, ...types];
  return Buffer.concat([...parts, Buffer.from(`\n${rule}\n`)]);
}

describe("files of time zones", () => {
  test("before, between and after the changes", () => {
    const changes: [number, number][] = [
      [100, 1],
      [200, 0],
    ];
    const file = zoneFile(changes, [3600, 7200], "CET-1");
    const at = [99, 100, 199, 200, 5000].map((time) => offsetIn(file, time));
    expect(at).toEqual([3600, 7200, 7200, 3600, 3600]);
  });

  test("a rule that goes on, an older version, a cut file and something else are not read", () => {
    const file = zoneFile([[100, 1]], [3600, 7200], "CET-1CEST,M3.5.0,M10.5.0/3");
    expect([offsetIn(file, 99), offsetIn(file, 100)]).toEqual([3600, null]);
    for (let size = 0; size < file.length; size++)
      expect(offsetIn(file.subarray(0, size), 99)).toBeNull();
    expect(offsetIn(Buffer.from("Europe/Berlin"), 99)).toBeNull();
    const old = Buffer.from(file);
    old[4] = 0;
    expect(offsetIn(old, 99)).toBeNull();
  });

  test.skipIf(!existsSync(`${ZONES}/Europe/Berlin`))("those of this machine", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Asia/Kolkata",
      "Australia/Lord_Howe",
      "UTC",
    ];
    for (const zone of zones) {
      const file = readFileSync(`${ZONES}/${zone}`);
      let known = 0;
      // A day and some hours apart, from 1975 to 2030.
      for (let time = 157_766_400; time < 1_893_456_000; time += 9_000_000) {
        const offset = offsetIn(file, time);
        if (offset === null) continue;
        known += 1;
        expect([zone, time, offset]).toEqual([zone, time, expected(zone, time)]);
      }
      expect(known).toBeGreaterThan(100);
    }
  });
});
