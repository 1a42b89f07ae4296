import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import { error, LibraryError } from "../frame/report.ts";
import { clusterStateXml } from "../status/crm-mon.ts";
import { localNodeName } from "./cluster-nodes.ts";

const FLAGS = [
  "online",
  "standby",
  "standby_onfail",
  "maintenance",
  "pending",
  "unclean",
  "shutdown",
  "expected_up",
  "is_dc",
];

/** `node pacemaker-status`: the state of this node as JSON, for pcsd. */
export async function nodePacemakerStatus(context: PcsContext): Promise<void> {
  const name = await localNodeName(context);
  if (name === null) {
    context.print(pythonJson({ offline: true }));
    return;
  }
  const state = await clusterStateXml(context);
  const node = state
    .first("nodes")
    ?.elements("node")
    .find((one) => one.get("name") === name);
  if (node === undefined) {
    throw new LibraryError(error(`Node '${name}' does not appear to exist in configuration`));
  }
  const text = ["id", "name", "type"].map((key) => [key, node.get(key)]);
  const flags = FLAGS.map((key) => [key, node.get(key) === "true"]);
  const running = ["resources_running", Number(node.get("resources_running"))];
  context.print(
    pythonJson({ offline: false, ...Object.fromEntries([...text, ...flags, running]) }),
  );
}
