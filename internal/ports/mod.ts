/**
 * The interfaces to the world. Pure rooms never see these: they take events and give effects.
 * `host` makes them real, `simulator` makes them up.
 */

/** Cancels what it was returned for; calling it again does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds on a clock that never steps; fractions allowed. */
  monotonicMs(): number;
  /** Milliseconds since 1970 on the wall clock; may step. */
  wallMs(): number;
  /** Calls back once after `delayMs` (0 or more). */
  timer(delayMs: number, callback: () => void): Cancel;
}

export interface Random {
  /** An unsigned 32-bit number. */
  uint32(): number;
}

export interface Disk {
  /** Null when the file does not exist; throws {@link DiskError} otherwise. */
  read(path: string): Uint8Array | null;
  /** Write aside, fsync, rename, fsync the folder: old or new content after a crash, never a mix. */
  writeAtomic(path: string, content: Uint8Array | string, mode?: number): void;
  remove(path: string): void;
  rename(from: string, to: string): void;
  list(folder: string): string[];
}

export class DiskError extends Error {
  override name = "DiskError";
  /** The errno's name: ENOSPC, EIO … */
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export interface SpawnRequest {
  argv: string[];
  env: Record<string, string>;
  stdin?: string;
  /** Run as this user and group; absent: as ourselves. */
  user?: { uid: number; gid: number };
  /** The whole process group gets SIGKILL when it is over. */
  timeoutMs: number;
  /** Called with the process's number once it runs. */
  onStart?: (pid: number) => void;
}

export interface SpawnResult {
  outcome: "exited" | "signalled" | "timeout" | "failed";
  /** Exit status, signal number, or 0. */
  code: number;
  stdout: string;
  stderr: string;
  /** Why it could not be started, for `failed`, and the errno's name (ENOENT, EACCES …). */
  error?: string;
  errno?: string;
  runMs: number;
}

export interface Spawn {
  /** Starts a process in a group of its own; `done` is called exactly once. Cancel kills the group. */
  run(request: SpawnRequest, done: (result: SpawnResult) => void): Cancel;
}

export type LogLevel = "error" | "warning" | "notice" | "info" | "debug";

export interface Log {
  write(level: LogLevel, message: string): void;
}
export * from "./ring.ts";
