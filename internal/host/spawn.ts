import { constants } from "node:os";
import { Limits } from "../base/mod.ts";
import type { Cancel, Spawn, SpawnRequest, SpawnResult } from "../ports/mod.ts";

/**
 * How long output is awaited after a process has ended: a grandchild that keeps the pipe (a daemon
 * started by an agent) must not hold up the result.
 */
const DRAIN_MS = 50;

/** Starts processes in groups of their own. */
export const spawn: Spawn = { run };

interface Capture {
  /** What was kept, at most Limits.agentOutputBytes. */
  text(): string;
  /** Settles at the end of the output, or when `stop` was called. */
  finished: Promise<void>;
  stop(): void;
}

type Child = Bun.Subprocess<"ignore" | Blob, "pipe", "pipe">;

function run(request: SpawnRequest, done: (result: SpawnResult) => void): Cancel {
  const begun = performance.now();
  const fail = (error: unknown): void => {
    const errno = (error as NodeJS.ErrnoException).code ?? "UNKNOWN";
    const message = error instanceof Error ? error.message : String(error);
    const runMs = performance.now() - begun;
    done({ outcome: "failed", code: 0, stdout: "", stderr: "", error: message, errno, runMs });
  };
  let child: Child;
  try {
    child = start(request);
  } catch (error) {
    // The caller has its cancel function before it hears of the end, as with a real process.
    queueMicrotask(() => fail(error));
    return () => undefined;
  }
  request.onStart?.(child.pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, request.timeoutMs);
  settle(child, begun, () => timedOut)
    .then((result) => {
      clearTimeout(timer);
      done(result);
    })
    .catch((error: unknown) => {
      clearTimeout(timer);
      fail(error);
    });
  return () => killGroup(child);
}

function start(request: SpawnRequest): Child {
  const open = (argv: string[]): Child =>
    Bun.spawn(argv, {
      env: request.env,
      cwd: "/",
      stdin: request.stdin === undefined ? "ignore" : new Blob([request.stdin]),
      stdout: "pipe",
      stderr: "pipe",
      detached: true,
      ...(request.user ?? {}),
    });
  try {
    return open(request.argv);
  } catch (error) {
    // A script without its first line: execvp, which the originals use, gives it to the shell.
    if ((error as NodeJS.ErrnoException).code !== "ENOEXEC") throw error;
    return open(["/bin/sh", ...request.argv]);
  }
}

async function settle(child: Child, begun: number, timedOut: () => boolean): Promise<SpawnResult> {
  const stdout = capture(child.stdout);
  const stderr = capture(child.stderr);
  await child.exited;
  const runMs = performance.now() - begun;
  let drain: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    drain = setTimeout(resolve, DRAIN_MS);
  });
  await Promise.race([Promise.all([stdout.finished, stderr.finished]), patience]);
  clearTimeout(drain);
  stdout.stop();
  stderr.stop();
  const texts = { stdout: stdout.text(), stderr: stderr.text(), runMs };
  if (timedOut()) return { outcome: "timeout", code: 0, ...texts };
  const signal = child.signalCode;
  if (signal !== null) return { outcome: "signalled", code: signalNumber(signal), ...texts };
  return { outcome: "exited", code: child.exitCode ?? 0, ...texts };
}

/** Reads a pipe to its end and keeps the beginning: a full pipe would block the process. */
function capture(stream: ReadableStream<Uint8Array>): Capture {
  const reader = stream.getReader();
  const kept: Uint8Array[] = [];
  let size = 0;
  const pump = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const room = Limits.agentOutputBytes - size;
      if (room <= 0) continue;
      const part = value.length > room ? value.subarray(0, room) : value;
      kept.push(part);
      size += part.length;
    }
  };
  return {
    text: () => Buffer.concat(kept).toString("utf8"),
    finished: pump().catch(() => undefined),
    stop: () => {
      reader.cancel().catch(() => undefined);
    },
  };
}

function killGroup(child: Child): void {
  // Once the child is reaped its number may belong to someone else; before, it is ours.
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

function signalNumber(signal: NodeJS.Signals | number): number {
  return typeof signal === "number" ? signal : constants.signals[signal];
}
