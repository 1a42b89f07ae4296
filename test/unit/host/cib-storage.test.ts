import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CibStorage, emptyCib } from "../../../internal/host/cib-storage.ts";
import type { Element } from "../../../internal/xml/mod.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cib-storage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function numbered(epoch: number): Element {
  return emptyCib().set("epoch", String(epoch));
}

function saved(...epochs: number[]): CibStorage {
  const storage = new CibStorage(folder);
  for (const epoch of epochs) storage.save(numbered(epoch), null);
  return storage;
}

describe("the CIB on disk", () => {
  test("nothing there: an empty configuration, nothing to remark", () => {
    const { cib, remarks } = new CibStorage(folder).load();
    expect([cib.get("epoch"), remarks]).toEqual(["0", []]);
  });

  test("what was saved is read again; older ones are kept by number", () => {
    const { cib, remarks } = saved(1, 2, 3).load();
    expect([cib.get("epoch"), remarks]).toEqual(["3", []]);
    const names = readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
    expect(names).toEqual([
      "cib-0.raw",
      "cib-0.raw.sig",
      "cib-1.raw",
      "cib-1.raw.sig",
      "cib.last",
      "cib.xml",
      "cib.xml.sig",
    ]);
    expect(readFileSync(join(folder, "cib.last"), "utf8")).toBe("2");
  });

  for (const [what, damage] of [
    ["cut off", (text: string) => text.slice(0, 100)],
    ["changed", (text: string) => text.replace('epoch="3"', 'epoch="9"')],
    ["empty", () => ""],
    ["something else", () => "<html/>"],
  ] as const) {
    test(`${what}: the newest good backup is taken, aloud, and the bad file kept`, () => {
      const storage = saved(1, 2, 3);
      const path = join(folder, "cib.xml");
      const bad = damage(readFileSync(path, "utf8"));
      writeFileSync(path, bad);
      const { cib, remarks } = storage.load();
      expect(cib.get("epoch")).toBe("2");
      expect(remarks.map((remark) => remark.level)).toEqual(["error", "error"]);
      expect(readFileSync(join(folder, "cib.auto.0"), "utf8")).toBe(bad);
    });
  }

  test("a damaged backup is passed over", () => {
    const storage = saved(1, 2, 3);
    writeFileSync(join(folder, "cib.xml"), "<cib");
    writeFileSync(join(folder, "cib-1.raw"), "garbage");
    expect(storage.load().cib.get("epoch")).toBe("1");
  });

  test("nothing usable: empty, and said so", () => {
    const storage = saved(1);
    writeFileSync(join(folder, "cib.xml"), "<cib");
    const { cib, remarks } = storage.load();
    expect(cib.get("epoch")).toBe("0");
    expect(remarks.at(-1)?.message).toContain("empty configuration");
  });

  test("power lost between content and digest: the content is good", () => {
    const storage = saved(1, 2);
    const signature = readFileSync(join(folder, "cib.xml.sig"), "utf8");
    writeFileSync(join(folder, "cib.xml.sig.next"), signature);
    writeFileSync(join(folder, "cib.xml.sig"), "0".repeat(32));
    const { cib, remarks } = storage.load();
    expect([cib.get("epoch"), remarks]).toEqual(["2", []]);
  });

  test("a CIB that was put there by hand, without a digest, is taken", () => {
    const storage = saved(4);
    rmSync(join(folder, "cib.xml.sig"));
    expect(storage.load().cib.get("epoch")).toBe("4");
  });

  test("what a copy stands on is kept with it, and with nothing else", () => {
    const storage = saved(1);
    expect(storage.load().ground).toBeNull();
    storage.save(numbered(2), [0, 1]);
    expect(storage.load().ground).toEqual([0, 1]);
    storage.save(numbered(3), [0, 1]);
    writeFileSync(join(folder, "cib.xml"), "<cib");
    expect(storage.load().ground).toEqual([0, 1]);
    // The same copy again, now with quorum.
    storage.save(numbered(3), null);
    expect(storage.load().ground).toBeNull();
  });

  test("a CIB that was changed by hand is its own ground", () => {
    const storage = saved(1);
    storage.save(numbered(2), [0, 1]);
    const path = join(folder, "cib.xml");
    writeFileSync(path, readFileSync(path, "utf8").replace('epoch="2"', 'epoch="7"'));
    rmSync(join(folder, "cib.xml.sig"));
    const { cib, ground } = storage.load();
    expect([cib.get("epoch"), ground]).toEqual(["7", null]);
  });
});
