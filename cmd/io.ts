import { AsyncLocalStorage } from "node:async_hooks";
import { readSync, writeSync } from "node:fs";

/** Text for standard output and standard error of a face that runs inside another one. */
export interface Captured {
  stdout: string;
  stderr: string;
}

const capture = new AsyncLocalStorage<Captured>();

/** Runs a face's work with what it prints kept in `captured` instead of written. */
export function capturing<T>(captured: Captured, work: () => Promise<T>): Promise<T> {
  return capture.run(captured, work);
}

/**
 * Output and input of the faces. `process.stdout` and `process.stdin` cost 11 ms at start-up, so the
 * file descriptors are used directly. A reader that went away ends the program, as SIGPIPE would.
 */
export function out(text: string): void {
  const kept = capture.getStore();
  if (kept === undefined) writeAll(1, text);
  else kept.stdout += text;
}

export function errOut(text: string): void {
  const kept = capture.getStore();
  if (kept === undefined) writeAll(2, text);
  else kept.stderr += text;
}

function writeAll(fd: number, text: string): void {
  let bytes = Buffer.from(text, "utf8");
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EAGAIN") {
        Bun.sleepSync(1);
        continue;
      }
      if (code === "EPIPE") process.exit(141);
      throw error;
    }
  }
}

/** Everything on standard input, at most `limitBytes`; null when there is more. */
export function readStdin(limitBytes: number): string | null {
  return readStdinBytes(limitBytes)?.toString("utf8") ?? null;
}

/** As {@link readStdin}, before it is taken for text. */
export function readStdinBytes(limitBytes: number): Buffer | null {
  const chunks: Buffer[] = [];
  let total = 0;
  const buffer = Buffer.alloc(65536);
  for (;;) {
    let count = 0;
    try {
      count = readSync(0, buffer, 0, buffer.length, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EAGAIN") {
        Bun.sleepSync(1);
        continue;
      }
      if (code === "EOF") break;
      throw error;
    }
    if (count === 0) break;
    total += count;
    if (total > limitBytes) return null;
    chunks.push(Buffer.from(buffer.subarray(0, count)));
  }
  return Buffer.concat(chunks);
}
