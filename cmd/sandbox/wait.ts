import { nodeRoot, type Sandbox, SandboxError, type SandboxNode } from "./layout.ts";
import { executable, nodeEnvironment } from "./node-control.ts";

const FORM_TIMEOUT_MS = 60_000;

/** Waits until every node sees every other online and a DC is elected. */
export async function waitUntilFormed(sandbox: Sandbox): Promise<void> {
  const deadline = performance.now() + FORM_TIMEOUT_MS;
  let missing = sandbox.nodes;
  while (missing.length > 0) {
    if (performance.now() > deadline) {
      const names = missing.map((node) => node.name).join(", ");
      const logs = missing.map((node) => `${nodeRoot(sandbox, node)}/var/log`).join(", ");
      throw new SandboxError(`the cluster did not form on ${names}: see the logs in ${logs}`);
    }
    await Bun.sleep(100);
    missing = missing.filter((node) => !seesAllOnline(sandbox, node));
  }
}

function seesAllOnline(sandbox: Sandbox, node: SandboxNode): boolean {
  const asked = Bun.spawnSync([executable(sandbox), "crm_mon", "-1", "--output-as=xml"], {
    env: nodeEnvironment(sandbox, node),
    stderr: "ignore",
    timeout: 5_000,
  });
  if (asked.exitCode !== 0) return false;
  const text = asked.stdout.toString();
  const online = [...text.matchAll(/<node [^>]*\bonline="true"[^>]*>/g)];
  const settled = online.filter(([tag]) => !/\bpending="true"/.test(tag));
  return settled.length >= sandbox.nodes.length && /<current_dc [^>]*present="true"/.test(text);
}
