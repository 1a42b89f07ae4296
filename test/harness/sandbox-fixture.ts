import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Cluster } from "./cluster.ts";

const root = resolve(import.meta.dir, "../..");
export const musterBinary = process.env["MUSTER_BINARY"] ?? join(root, "dist/muster");

/**
 * A cluster for one test, on loopback addresses of its own, removed at the end whatever happens.
 * `net` must differ between tests that run at the same time.
 */
export async function withCluster(
  options: { nodes?: number; net: number },
  body: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  if (!existsSync(musterBinary)) throw new Error(`${musterBinary} is missing: run 'npm run build'`);
  const scratch = mkdtempSync(join(tmpdir(), "muster-test-"));
  const cluster = new Cluster(musterBinary, join(scratch, "sandbox"), String(options.net));
  try {
    cluster.sandbox("up", "--nodes", String(options.nodes ?? 3), "--net", cluster.net);
    await body(cluster);
  } catch (error) {
    cluster.printLogs();
    throw error;
  } finally {
    cluster.sandbox("down");
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Waits until `holds` is true; throws with `what` when it is not within `timeoutMs`. */
export async function until(
  what: string,
  timeoutMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await Bun.sleep(100);
  }
}
