import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { disk } from "../../../internal/host/disk.ts";
import { openLog } from "../../../internal/host/log.ts";
import { DiskError } from "../../../internal/ports/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-disk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a file is written whole, with its mode, and nothing is left aside", () => {
  const path = join(folder, "deep/er/cib.xml");
  disk.writeAtomic(path, "<cib/>", 0o640);
  disk.writeAtomic(path, "<cib epoch='1'/>", 0o640);
  expect(readFileSync(path, "utf8")).toBe("<cib epoch='1'/>");
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(folder, "deep/er"))).toEqual(["cib.xml"]);
});

test("absent files are null, other failures are named by their errno", () => {
  expect(disk.read(join(folder, "none"))).toBeNull();
  expect(disk.list(join(folder, "none"))).toEqual([]);
  expect(() => disk.remove(join(folder, "none"))).not.toThrow();
  writeFileSync(join(folder, "file"), "x");
  let caught: unknown;
  try {
    disk.writeAtomic(join(folder, "file/below"), "x");
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(DiskError);
  expect(["ENOTDIR", "EEXIST"]).toContain((caught as DiskError).code);
});

test("rename and remove", () => {
  disk.writeAtomic(join(folder, "a"), new Uint8Array([1, 2]));
  disk.rename(join(folder, "a"), join(folder, "b"));
  expect(disk.read(join(folder, "a"))).toBeNull();
  expect([...(disk.read(join(folder, "b")) ?? [])]).toEqual([1, 2]);
  disk.remove(join(folder, "b"));
  expect(disk.read(join(folder, "b"))).toBeNull();
});

test("log lines cannot be forged by what is logged", () => {
  const file = join(folder, "log/pacemaker.log");
  const log = openLog({
    program: "muster-engine",
    file,
    fileLevel: "info",
    errorLevel: null,
    nodeName: "n1",
  });
  log.write("notice", "agent said: a\nNov 23 error: forged\u0007");
  log.write("debug", "not of interest");
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(`n1 muster-engine [${process.pid}] notice: agent said: a Nov`);
});
