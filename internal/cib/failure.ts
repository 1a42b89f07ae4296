import { ExitCode } from "../base/mod.ts";

/** Why a CIB request was refused: exit code of the tools, text, and Pacemaker's negative errno. */
export interface CibFailure {
  code: ExitCode;
  message: string;
  legacy: number;
}

/** The refusals of CIB requests by name; texts and numbers are those that tools print and scripts test. */
export const CibFailures = {
  perm: fail(ExitCode.NOPERM, "Operation not permitted", -1),
  noEntry: fail(ExitCode.NOSUCH, "No such file or directory", -2),
  noObject: fail(ExitCode.NOSUCH, "No such device or address", -6),
  accessDenied: fail(ExitCode.INSUFFICIENT_PRIV, "Permission denied", -13),
  exists: fail(ExitCode.EXISTS, "File exists", -17),
  invalid: fail(ExitCode.SOFTWARE, "Invalid argument", -22),
  notSupported: fail(ExitCode.UNIMPLEMENT_FEATURE, "Operation not supported", -95),
  protocol: fail(ExitCode.PROTOCOL, "Protocol error", -71),
  oldData: fail(ExitCode.OLD, "Update was older than existing configuration", -205),
  diffFailed: fail(ExitCode.ERROR, "Application of update diff failed", -206),
  schemaValidation: fail(ExitCode.CONFIG, "Update does not conform to the configured schema", -203),
  transformFailed: fail(ExitCode.CONFIG, "Schema transform failed", -204),
  schemaUnchanged: fail(ExitCode.CONFIG, "Schema is already the latest available", -211),
} as const satisfies Record<string, CibFailure>;

function fail(code: ExitCode, message: string, legacy: number): CibFailure {
  return { code, message, legacy };
}
