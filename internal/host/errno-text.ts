/** The system's words for errors, as programs of C print them. */
const ERRNO_TEXTS: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  ENOTDIR: "Not a directory",
  ENOEXEC: "Exec format error",
  EISDIR: "Is a directory",
  ENOMEM: "Cannot allocate memory",
  EAGAIN: "Resource temporarily unavailable",
  E2BIG: "Argument list too long",
  EROFS: "Read-only file system",
  ENOSPC: "No space left on device",
};

/** Words for a code such as ENOENT; undefined for one that is not known here. */
export function errnoText(code: string): string | undefined {
  return ERRNO_TEXTS[code];
}

/** The code of an error that the runtime threw for the system; empty when it is another. */
export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
