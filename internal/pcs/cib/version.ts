import type { Element } from "../../xml/mod.ts";
import { error, LibraryError } from "../frame/report.ts";

/** Schema version that the CIB says it was validated with. */
export function parseSchemaVersion(cib: Element): [number, number] {
  const match = /^pacemaker-(\d+)\.(\d+)(\.\d+)?$/.exec(cib.get("validate-with") ?? "");
  if (match === null) {
    throw new LibraryError(
      error(
        "Unable to determine cib schema version from value " +
          `'${cib.get("validate-with") ?? ""}' of attribute 'validate-with'`,
      ),
    );
  }
  return [Number(match[1]), Number(match[2])];
}
