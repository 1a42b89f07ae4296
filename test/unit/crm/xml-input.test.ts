import { expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readXmlFile } from "../../../cmd/crm/xml-input.ts";

const MODULE = join(import.meta.dir, "../../../cmd/crm/xml-input.ts");
const TEXT = '<?xml version="1.0" encoding="ISO-8859-1"?><node uname="köln"/>';
const BYTES = Buffer.from(TEXT, "latin1");

test("a document is read in the encoding that it declares, from a file", () => {
  const path = join(mkdtempSync(join(tmpdir(), "muster-xml-")), "a.xml");
  writeFileSync(path, BYTES);
  expect(readXmlFile(path)).toEqual({ ok: true, value: TEXT });
  expect(readXmlFile(`${path}.gone`)).toBeNull();
});

test("and from standard input", () => {
  const script = `const { readXmlStdin } = await import(${JSON.stringify(MODULE)});
    process.stdout.write(JSON.stringify(readXmlStdin()));`;
  const run = Bun.spawnSync([process.execPath, "-e", script], { stdin: BYTES });
  expect(JSON.parse(run.stdout.toString())).toEqual({ ok: true, value: TEXT });
});
