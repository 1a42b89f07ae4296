import { errnoOf, errnoText } from "../../internal/host/errno-text.ts";

const ERRNO: Record<string, number> = {
  ENOENT: 2,
  EACCES: 13,
  ENOTDIR: 20,
  EISDIR: 21,
  ENOSPC: 28,
  EROFS: 30,
};

/** `No such file or directory`: what went wrong with a file. */
export function fileErrorText(error: unknown): string {
  return errnoText(errnoOf(error)) ?? String((error as Error).message);
}

/** The same with number and path, as Python prints it. */
export function numberedFileError(error: unknown, path: string): string {
  return `[Errno ${ERRNO[errnoOf(error)] ?? 5}] ${fileErrorText(error)}: '${path}'`;
}
