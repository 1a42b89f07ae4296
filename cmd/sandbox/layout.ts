import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Where a sandbox keeps its nodes.
 *
 *   DIR/sandbox.json          what `up` was asked for
 *   DIR/bin/                  a symlink to the executable for each face
 *   DIR/NODE/                 the node's MUSTER_ROOT: etc, var, run as on a machine
 *   DIR/NODE/run/muster/*.pid its processes: {"pid": …, "start": "…"} (see process-table.ts)
 *   DIR/NODE/run/muster/cut   addresses of peers that it neither hears nor reaches, one a line
 */
export interface Sandbox {
  dir: string;
  clusterName: string;
  nodes: SandboxNode[];
  port: number;
}

export interface SandboxNode {
  name: string;
  nodeId: number;
  address: string;
}

/** A refusal that the user can act on: printed without a stack trace, exit code 1. */
export class SandboxError extends Error {
  override name = "SandboxError";
}

export const MAX_NODES = 16;

export function defaultDir(): string {
  const own = process.env["MUSTER_SANDBOX"];
  return resolve(own ?? join(tmpdir(), `muster-sandbox-${process.getuid?.() ?? 0}`));
}

/** `net` is the second number of the loopback addresses: two sandboxes need two. */
export function planSandbox(dir: string, count: number, net: number, port: number): Sandbox {
  const nodes = Array.from({ length: count }, (_, i) => ({
    name: `node${i + 1}`,
    nodeId: i + 1,
    address: `127.${net}.0.${11 + i}`,
  }));
  return { dir, clusterName: "sandbox", nodes, port };
}

export function loadSandbox(dir: string): Sandbox | null {
  const file = join(dir, "sandbox.json");
  if (!existsSync(file)) return null;
  try {
    return { ...(JSON.parse(readFileSync(file, "utf8")) as Sandbox), dir };
  } catch {
    throw new SandboxError(`${file} is damaged: 'muster sandbox down' removes this sandbox`);
  }
}

export function requireSandbox(dir: string): Sandbox {
  const sandbox = loadSandbox(dir);
  if (sandbox !== null) return sandbox;
  throw new SandboxError(`there is no sandbox in ${dir}: 'muster sandbox up' makes one`);
}

export function requireNode(sandbox: Sandbox, name: string): SandboxNode {
  const node = sandbox.nodes.find((candidate) => candidate.name === name);
  if (node !== undefined) return node;
  const names = sandbox.nodes.map((candidate) => candidate.name).join(", ");
  throw new SandboxError(`'${name}' is no node of this sandbox: it has ${names}`);
}

export function nodeRoot(sandbox: Sandbox, node: SandboxNode): string {
  return join(sandbox.dir, node.name);
}

/** Writes the folders and the configuration that an administrator would have put on each machine. */
export function writeSandbox(sandbox: Sandbox): void {
  mkdirSync(sandbox.dir, { recursive: true, mode: 0o700 });
  for (const node of sandbox.nodes) {
    const root = nodeRoot(sandbox, node);
    for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "etc/corosync/corosync.conf"), corosyncConf(sandbox, node));
  }
  writeFileSync(join(sandbox.dir, "sandbox.json"), `${JSON.stringify(sandbox, null, 2)}\n`);
}

export const FOLDERS = [
  "etc/corosync",
  "etc/pacemaker",
  "var/lib/corosync",
  "var/lib/pacemaker/cib",
  "var/lib/pacemaker/pengine",
  "var/log/cluster",
  "var/log/pacemaker",
  "run/muster",
  "tmp",
];

/**
 * A corosync.conf as `pcs cluster setup` writes it, but for two things: all nodes live on one
 * machine, so bindnetaddr says which of the addresses is this node's own; and detection is quick,
 * since nothing but the loopback device lies between the nodes.
 */
function corosyncConf(sandbox: Sandbox, self: SandboxNode): string {
  const nodes = sandbox.nodes.map(
    (node) =>
      `    node {\n        ring0_addr: ${node.address}\n        name: ${node.name}\n` +
      `        nodeid: ${node.nodeId}\n    }\n`,
  );
  const twoNode = sandbox.nodes.length === 2 ? "    two_node: 1\n" : "";
  return `totem {
    version: 2
    cluster_name: ${sandbox.clusterName}
    transport: udpu
    token: 1000
    interface {
        linknumber: 0
        bindnetaddr: ${self.address}
        mcastport: ${sandbox.port}
    }
}

nodelist {
${nodes.join("\n")}}

quorum {
    provider: corosync_votequorum
${twoNode}}

logging {
    to_logfile: yes
    logfile: /var/log/cluster/corosync.log
    to_syslog: no
    timestamp: on
}
`;
}
