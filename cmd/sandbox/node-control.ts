import { existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nodeRoot, type Sandbox, type SandboxNode } from "./layout.ts";
import { killNode, NODE_VARIABLE, processesOfNode, readPidFile } from "./process-table.ts";

export const PROCESSES = ["supervisor", "ring", "engine"] as const;
export type ProcessName = (typeof PROCESSES)[number];

export function pidFile(root: string, name: ProcessName): string {
  return join(root, "run/muster", `${name}.pid`);
}

/** The environment in which a node's programs and the commands typed on it run. */
export function nodeEnvironment(sandbox: Sandbox, node: SandboxNode): Record<string, string> {
  const path = process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin";
  return {
    PATH: `${join(sandbox.dir, "bin")}:${path}`,
    HOME: process.env["HOME"] ?? "/",
    LANG: process.env["LANG"] ?? "C.UTF-8",
    MUSTER_ROOT: nodeRoot(sandbox, node),
    MUSTER_SANDBOX: sandbox.dir,
  };
}

export function isUp(sandbox: Sandbox, node: SandboxNode): boolean {
  return readPidFile(pidFile(nodeRoot(sandbox, node), "supervisor")) !== null;
}

/** Powers a node on: its supervisor starts the ring and the engine. Needs a node that is off. */
export function bootNode(sandbox: Sandbox, node: SandboxNode): void {
  const root = nodeRoot(sandbox, node);
  killNode(root); // leftovers of a supervisor that was killed alone
  // As on a machine, /run is empty after a boot.
  rmSync(join(root, "run"), { recursive: true, force: true });
  mkdirSync(join(root, "run/muster"), { recursive: true });
  const log = openSync(join(root, "var/log/supervisor.log"), "a");
  const child = Bun.spawn([executable(sandbox), "sandbox", "supervise", node.name], {
    cwd: root,
    env: { ...nodeEnvironment(sandbox, node), [NODE_VARIABLE]: root },
    stdin: "ignore",
    stdout: log,
    stderr: log,
    detached: true,
  });
  child.unref();
}

/** Powers a node off without warning. Its disk stays. Returns how many processes died. */
export function cutPower(sandbox: Sandbox, node: SandboxNode): number {
  return killNode(nodeRoot(sandbox, node));
}

/** Asks a node to shut down in order; false when it is still running after `timeoutMs`. */
export async function stopNode(
  sandbox: Sandbox,
  node: SandboxNode,
  timeoutMs: number,
): Promise<boolean> {
  const root = nodeRoot(sandbox, node);
  const supervisor = readPidFile(pidFile(root, "supervisor"));
  if (supervisor !== null) process.kill(supervisor.pid, "SIGTERM");
  for (let waited = 0; waited < timeoutMs; waited += 50) {
    if (processesOfNode(root).length === 0) return true;
    await Bun.sleep(50);
  }
  return false;
}

/** The executable that the sandbox was made with. */
export function executable(sandbox: Sandbox): string {
  const own = join(sandbox.dir, "bin/muster");
  return existsSync(own) ? own : process.execPath;
}
