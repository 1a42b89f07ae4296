import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeFile, readCibText } from "../../../cmd/crm/cib-file.ts";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-cib-file-"));
  file = join(folder, "cib.xml");
  writeFileSync(file, "old");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("editing a CIB file", () => {
  test("replaces the text, keeps the mode, leaves nothing behind", () => {
    chmodSync(file, 0o640);
    changeFile(file, (text) => `${text} and new`);
    expect(readFileSync(file, "utf8")).toBe("old and new");
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(["cib.xml"]);
  });

  test("null leaves the file alone", () => {
    const before = statSync(file).ino;
    changeFile(file, () => null);
    expect(statSync(file).ino).toBe(before);
  });

  test("an error in between leaves the file as it was, and unlocked", () => {
    const fail = () => {
      throw new Error("interrupted");
    };
    expect(() => changeFile(file, fail)).toThrow("interrupted");
    expect(readFileSync(file, "utf8")).toBe("old");
    changeFile(file, () => "new");
    expect(readFileSync(file, "utf8")).toBe("new");
  });

  test("what a killed writer left is taken over", () => {
    writeFileSync(join(folder, ".cib.xml.new"), "half a fi");
    changeFile(file, () => "new");
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual(["cib.xml"]);
  });

  test("a symbolic link stays one", () => {
    const link = join(folder, "link");
    symlinkSync(file, link);
    changeFile(link, () => "new");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("new");
  });

  test("tells a missing file from one that cannot be read as a file", () => {
    expect(readCibText(join(folder, "nosuch"))).toBeNull();
    expect(readCibText(folder)).toBe("");
  });
});
