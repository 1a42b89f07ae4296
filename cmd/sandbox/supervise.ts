import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { nodeRoot, type Sandbox, type SandboxNode } from "./layout.ts";
import { executable, type ProcessName, pidFile } from "./node-control.ts";
import { removePidFile, writePidFile } from "./process-table.ts";

/** How long a daemon may take to stop in order before it is killed; as the units have it. */
const STOP_TIMEOUT_MS = { engine: 60_000, ring: 10_000 };
/** A daemon that keeps dying is started again ever more slowly. */
const RESTART_DELAY_MS = { first: 50, most: 5_000, quietAfter: 10_000 };

/**
 * What systemd is on a machine: starts ring and engine, starts them again when they die, stops
 * engine before ring. Ends on SIGTERM.
 */
export async function supervise(sandbox: Sandbox, node: SandboxNode): Promise<number> {
  const root = nodeRoot(sandbox, node);
  writePidFile(pidFile(root, "supervisor"), process.pid);
  const ring = new Daemon(executable(sandbox), "ring", root);
  const engine = new Daemon(executable(sandbox), "engine", root);
  const stopped = new Promise<void>((resolve) => {
    process.on("SIGTERM", resolve);
    process.on("SIGINT", resolve);
  });
  ring.start();
  await waitForSocket(join(root, "run/muster/ring.sock"), stopped);
  engine.start();
  await stopped;
  await engine.stop(STOP_TIMEOUT_MS.engine);
  await ring.stop(STOP_TIMEOUT_MS.ring);
  removePidFile(pidFile(root, "supervisor"));
  return 0;
}

/** The engine reconnects by itself; this only spares it a first failed attempt. */
async function waitForSocket(path: string, stopped: Promise<void>): Promise<void> {
  let over = false;
  void stopped.then(() => {
    over = true;
  });
  for (let tries = 0; tries < 100 && !over && !existsSync(path); tries++) await Bun.sleep(20);
}

class Daemon {
  #executable: string;
  #name: Exclude<ProcessName, "supervisor">;
  #root: string;
  #child: Bun.Subprocess | null = null;
  #stopping = false;
  #delayMs = RESTART_DELAY_MS.first;

  constructor(executable: string, name: Exclude<ProcessName, "supervisor">, root: string) {
    this.#executable = executable;
    this.#name = name;
    this.#root = root;
  }

  start(): void {
    const log = openSync(join(this.#root, `var/log/${this.#name}.log`), "a");
    const startedAt = performance.now();
    this.#child = Bun.spawn([this.#executable, this.#name], {
      cwd: this.#root,
      env: process.env,
      stdin: "ignore",
      stdout: log,
      stderr: log,
      onExit: (child, code, signal) => this.#ended(child.pid, code, signal, startedAt),
    });
    closeSync(log);
    writePidFile(pidFile(this.#root, this.#name), this.#child.pid);
  }

  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    await child.exited;
    clearTimeout(late);
  }

  #ended(
    pid: number,
    code: number | null,
    signal: number | string | null,
    startedAt: number,
  ): void {
    removePidFile(pidFile(this.#root, this.#name));
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    console.log(`${new Date().toISOString()} ${this.#name} (pid ${pid}) ended: ${how}`);
    if (this.#stopping) return;
    const quiet = performance.now() - startedAt > RESTART_DELAY_MS.quietAfter;
    this.#delayMs = quiet
      ? RESTART_DELAY_MS.first
      : Math.min(this.#delayMs * 2, RESTART_DELAY_MS.most);
    setTimeout(() => {
      if (!this.#stopping) this.start();
    }, this.#delayMs);
  }
}
