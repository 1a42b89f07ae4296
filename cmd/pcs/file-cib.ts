import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import {
  applyCibRequest,
  CibFailures,
  diffCib,
  upgradeCib,
  validateCib,
} from "../../internal/cib/mod.ts";
import { disk } from "../../internal/host/disk.ts";
import { FileLockedError, withFileLock } from "../../internal/host/file-lock.ts";
import type { CibStore } from "../../internal/pcs/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { errOut } from "../io.ts";
import { numberedFileError } from "./file-errors.ts";

/** What a file named with `-f` holds when it was not there. */
const EMPTY_CIB =
  '<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-3.1">\n' +
  "  <configuration>\n    <crm_config/>\n    <nodes/>\n    <resources/>\n    <constraints/>\n" +
  "  </configuration>\n  <status/>\n</cib>";

/**
 * The CIB in a file; made when there is none. A change is applied to what the file holds by then, so
 * that another's change is not lost, and replaces the file at once.
 */
export function fileCib(path: string): CibStore {
  // An upgrade reaches the file together with the change that asked for it.
  let upgraded = false;
  return {
    live: false,
    read: async () => {
      touch(path);
      return readCib(path);
    },
    write: async (before, after) => {
      const patch = diffCib(before, after, { attributeOrder: true });
      if (patch === null) return ok(null);
      patch.first("version")?.remove();
      return locked(path, () => update(path, patch, upgraded));
    },
    upgrade: async () => {
      upgraded = true;
      return upgradedCib(path);
    },
  };
}

function locked(path: string, work: () => Result<null, string>): Result<null, string> {
  try {
    // All writers meet at the file itself, whatever link led them to it.
    return withFileLock(realpathSync(path), work);
  } catch (error) {
    if (error instanceof FileLockedError) return err(error.message);
    return err(`Cannot write cib file '${path}': '${numberedFileError(error, path)}'`);
  }
}

function update(path: string, patch: Element, upgraded: boolean): Result<null, string> {
  const current = upgraded ? upgradedCib(path) : readCib(path);
  if (!current.ok) return current;
  const request = { operation: "apply_patch", input: patch } as const;
  const applied = applyCibRequest(current.value, request, {
    validate: (cib) => (validateCib(cib) === null ? null : CibFailures.schemaValidation),
  });
  if (!applied.ok) {
    return err(`Call failed: ${applied.error.message}\n`);
  }
  return applied.value.changed ? save(path, applied.value.cib) : ok(null);
}

/** What the file holds, in the newest schema. */
function upgradedCib(path: string): Result<Element, string> {
  const current = readCib(path);
  if (!current.ok) return current;
  const applied = applyCibRequest(current.value, { operation: "upgrade" }, { upgrade: upgradeCib });
  return applied.ok ? ok(applied.value.cib) : err(`Call failed: ${applied.error.message}`);
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
  const parsed = parseXml(text, { dropText: true });
  if (!parsed.ok || parsed.value.name !== "cib") return err("unable to get cib");
  if (validateCib(parsed.value) !== null) return err("unable to get cib");
  return ok(parsed.value);
}

function save(path: string, cib: Element): Result<null, string> {
  try {
    // A symbolic link stays one: what it points to is replaced.
    const file = realpathSync(path);
    disk.writeAtomic(file, printXml(cib, { pretty: true }), statSync(file).mode & 0o777);
    return ok(null);
  } catch (error) {
    return err(`Cannot write cib file '${path}': '${numberedFileError(error, path)}'`);
  }
}
