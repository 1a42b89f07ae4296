import { existsSync, readFileSync, statSync } from "node:fs";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import { disk } from "../../internal/host/disk.ts";
import type { CibStore } from "../../internal/pcs/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { errOut } from "../io.ts";
import { numberedFileError } from "./environment.ts";

/** What a file named with `-f` holds when it was not there. */
const EMPTY_CIB =
  '<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-3.1">\n' +
  "  <configuration>\n    <crm_config/>\n    <nodes/>\n    <resources/>\n    <constraints/>\n" +
  "  </configuration>\n  <status/>\n</cib>";

/** The CIB in a file; made when there is none. A change replaces the file at once. */
export function fileCib(path: string): CibStore {
  return {
    live: false,
    read: async () => {
      touch(path);
      return readCib(path);
    },
    write: async (_before, after) => {
      // TODO(frame): through applyCibRequest once internal/cib is there.
      const copy = after.clone();
      copy.set("epoch", String(Number(copy.get("epoch") ?? "0") + 1));
      copy.set("num_updates", "0");
      return save(path, printXml(copy, { pretty: true }));
    },
    upgrade: async () => readCib(path),
  };
}

function touch(path: string): void {
  if (existsSync(path)) return;
  try {
    disk.writeAtomic(path, EMPTY_CIB, 0o644);
  } catch (error) {
    errOut(`Error: Unable to write to file: '${path}': '${numberedFileError(error, path)}'\n`);
    process.exit(1);
  }
}

function readCib(path: string): Result<Element, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return err(`Cannot read cib file '${path}': '${numberedFileError(error, path)}'`);
  }
  const parsed = parseXml(text);
  if (!parsed.ok || parsed.value.name !== "cib") return err("unable to get cib");
  return ok(parsed.value);
}

function save(path: string, text: string): Result<null, string> {
  try {
    disk.writeAtomic(path, text, statSync(path).mode & 0o777);
    return ok(null);
  } catch (error) {
    return err(`Cannot write cib file '${path}': '${numberedFileError(error, path)}'`);
  }
}
