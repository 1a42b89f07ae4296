import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeRoot, type Sandbox, type SandboxNode } from "./layout.ts";

/**
 * Cuts the network between two nodes: each drops what comes from and goes to the other's address
 * (`run/muster/cut`, read by the ring). Both ends are told, as with a pulled cable.
 */
export function cut(sandbox: Sandbox, node: SandboxNode, from: SandboxNode[]): void {
  for (const other of from) {
    if (other.name === node.name) continue;
    add(sandbox, node, other.address);
    add(sandbox, other, node.address);
  }
}

/** Mends every cut of the sandbox. */
export function heal(sandbox: Sandbox): void {
  for (const node of sandbox.nodes) writeFileSync(cutFile(sandbox, node), "");
}

export function cutAddresses(sandbox: Sandbox, node: SandboxNode): string[] {
  try {
    return readFileSync(cutFile(sandbox, node), "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

function add(sandbox: Sandbox, node: SandboxNode, address: string): void {
  const all = new Set([...cutAddresses(sandbox, node), address]);
  writeFileSync(cutFile(sandbox, node), [...all].map((line) => `${line}\n`).join(""));
}

function cutFile(sandbox: Sandbox, node: SandboxNode): string {
  return join(nodeRoot(sandbox, node), "run/muster/cut");
}
