import type { PcsContext } from "../frame/context.ts";
import { askAll, type Target, targets } from "./everywhere.ts";

const DEFAULT_TIMEOUT_S = 60 * 15;
const POLL_MS = 250;

/** What a node's `pacemaker_node_status` says when it takes part. */
function isStarted(body: string): boolean {
  try {
    const answer = JSON.parse(body) as { status?: string; data?: Record<string, boolean> };
    const data = answer.data ?? {};
    return answer.status === "success" && data["online"] === true && data["pending"] !== true;
  } catch {
    return false;
  }
}

/** Waits until nodes are online in the cluster; `names` null means this machine. */
export async function waitForStart(
  context: PcsContext,
  names: readonly string[] | null,
  waitSeconds: number,
): Promise<void> {
  if (context.dryRun) return;
  context.writeError("Waiting for node(s) to start...\n");
  const seconds = waitSeconds > 0 ? waitSeconds : DEFAULT_TIMEOUT_S;
  const rounds = Math.ceil((seconds * 1000) / POLL_MS);
  let left: Target[] = names === null ? [] : await targets(context, names);
  for (let round = 0; round < rounds; round++) {
    if (names === null) {
      if (await startedHere(context)) {
        context.writeError("Started\n");
        return;
      }
    } else {
      const answers = await askAll(
        context,
        left,
        "remote/pacemaker_node_status",
        () => ({}),
        () => {},
      );
      const started = left.filter((_, i) => {
        const answer = answers[i]!;
        return answer.ok && isStarted(answer.body);
      });
      for (const { name } of started) context.writeError(`${name}: Started\n`);
      left = left.filter((target) => !started.includes(target));
      if (left.length === 0) return;
    }
    await context.env.nodes.sleep(POLL_MS);
  }
  if (names === null) context.die("Waiting timeout");
  for (const { name } of left) context.writeError(`${name}: Waiting timeout\n`);
  context.die("unable to verify all nodes have started");
}

async function startedHere(context: PcsContext): Promise<boolean> {
  const name = (await context.env.tool(["crm_node", "-n"])).stdout.trim();
  const shown = await context.env.tool(["crm_mon", "-1", "--output-as=xml"]);
  const tag = [...shown.stdout.matchAll(/<node (name="[^"]*"[^>]*)>/g)]
    .map((match) => match[1]!)
    .find((text) => text.startsWith(`name="${name}"`));
  return tag !== undefined && / online="true"/.test(tag) && !/ pending="true"/.test(tag);
}
