const ERRNO_TEXT: Record<string, string> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EISDIR: "Is a directory",
  ENOTDIR: "Not a directory",
  EROFS: "Read-only file system",
  ENOSPC: "No space left on device",
};

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
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return ERRNO_TEXT[code] ?? String((error as Error).message);
}

/** The same with number and path, as Python prints it. */
export function numberedFileError(error: unknown, path: string): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return `[Errno ${ERRNO[code] ?? 5}] ${fileErrorText(error)}: '${path}'`;
}
