import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { faces } from "../faces.ts";
import { loadSandbox, nodeRoot, type Sandbox, SandboxError, writeSandbox } from "./layout.ts";
import { bootNode, isUp } from "./node-control.ts";
import { killNode, processesOfNode } from "./process-table.ts";
import { waitUntilFormed } from "./wait.ts";

/** Makes the sandbox and starts every node. Returns when the cluster has formed. */
export async function up(plan: Sandbox, say: (line: string) => void): Promise<void> {
  refuseIfUp(plan, say);
  await refuseIfPortsAreTaken(plan);
  writeSandbox(plan);
  linkFaces(plan);
  for (const node of plan.nodes) bootNode(plan, node);
  say(`started ${plan.nodes.map((node) => node.name).join(", ")} in ${plan.dir}`);
  await waitUntilFormed(plan);
  say("the cluster has formed: all nodes are online");
}

function refuseIfUp(plan: Sandbox, say: (line: string) => void): void {
  const old = loadOrNull(plan.dir, say);
  if (old === null) {
    if (existsSync(plan.dir) && !existsSync(join(plan.dir, "sandbox.json"))) {
      throw new SandboxError(
        `${plan.dir} exists and is no sandbox: name another folder with --dir, or remove it`,
      );
    }
    return;
  }
  const running = old.nodes.filter((node) => isUp(old, node)).map((node) => node.name);
  if (running.length > 0) {
    throw new SandboxError(
      `a sandbox is up in ${plan.dir} (${running.join(", ")}): 'muster sandbox down' ends it, ` +
        "--dir makes another beside it",
    );
  }
  say(`removing what a sandbox that is not running left in ${plan.dir}`);
  removeSandbox(old);
}

function loadOrNull(dir: string, say: (line: string) => void): Sandbox | null {
  try {
    return loadSandbox(dir);
  } catch (error) {
    say(`${(error as Error).message}; it is removed`);
    rmSync(dir, { recursive: true, force: true });
    return null;
  }
}

/** A bind that fails here would fail in the ring a moment later, and nobody would see why. */
async function refuseIfPortsAreTaken(plan: Sandbox): Promise<void> {
  for (const node of plan.nodes) {
    try {
      const socket = await Bun.udpSocket({ hostname: node.address, port: plan.port });
      socket.close();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new SandboxError(
        `cannot use UDP port ${plan.port} of ${node.address} (${code}): ` +
          "another sandbox or cluster has it; choose --port or --net",
      );
    }
  }
}

function linkFaces(plan: Sandbox): void {
  const bin = join(plan.dir, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "muster"));
  for (const [name, face] of Object.entries(faces)) {
    if (face.subcommand !== true) symlinkSync("muster", join(bin, name));
  }
}

/** Ends every process of the sandbox and removes its files. */
export function removeSandbox(sandbox: Sandbox): void {
  // A node that dies may be booted again by a fence agent of another: until all are quiet.
  for (let round = 0; round < 20; round++) {
    for (const node of sandbox.nodes) killNode(nodeRoot(sandbox, node));
    if (sandbox.nodes.every((node) => processesOfNode(nodeRoot(sandbox, node)).length === 0)) break;
  }
  rmSync(sandbox.dir, { recursive: true, force: true });
}
