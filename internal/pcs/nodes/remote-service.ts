import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { explainFailure } from "./access.ts";
import { askAll, type Target, targets } from "./everywhere.ts";
import { parse, removeFile, sendFiles } from "./files.ts";
import { memberNames } from "./members.ts";
import { checkHosts } from "./setup.ts";

const AUTHKEY = "/etc/pacemaker/authkey";
const KEY_ID = "pacemaker authkey";
const KEY_TYPE = "pcmk_remote_authkey";
const KEY_BYTES = 256;

interface ActionAnswer {
  actions?: Record<string, { code: string; message: string }>;
}

/** Gives a remote or guest node the cluster's key and starts its daemon, now and at each boot. */
export async function prepareRemote(
  context: PcsContext,
  name: string,
  options: Options,
): Promise<void> {
  const skipOffline = options.has("--skip-offline");
  const nodes = await targets(context, [name]);
  await checkHosts(context, nodes, options.force);
  const known = await context.env.fileBytes(AUTHKEY);
  // A cluster that has no key yet gets one, on all members.
  const holders =
    known === null ? [...(await targets(context, await memberNames(context))), ...nodes] : nodes;
  const content = known ?? context.env.nodes.randomKey(KEY_BYTES);
  await sendFiles(context, holders, [{ id: KEY_ID, type: KEY_TYPE, content }]);
  await manage(context, nodes, ["enable", "start"], skipOffline);
}

/** Stops the daemons of nodes that are no remote or guest nodes any more, and takes the key away. */
export async function releaseRemotes(
  context: PcsContext,
  names: readonly string[],
  options: Options,
): Promise<void> {
  const skipOffline = options.has("--skip-offline");
  const known = await context.env.nodes.known();
  // The cluster is rid of them; that one cannot be reached must not look as if it were not.
  const nodes = names.flatMap((name) => {
    const host = known.get(name);
    if (host === undefined) context.report.warning(`${name}: the host is not known to pcs`);
    return host === undefined ? [] : [{ name, host }];
  });
  if (nodes.length === 0) return;
  await manage(context, nodes, ["disable", "stop"], skipOffline);
  await removeFile(context, nodes, { id: KEY_ID, type: KEY_TYPE }, (reason) =>
    complain(context, reason, skipOffline),
  );
}

async function manage(
  context: PcsContext,
  nodes: readonly Target[],
  commands: readonly string[],
  skipOffline: boolean,
): Promise<void> {
  const ids = commands.map((command) => `pacemaker_remote ${command}`);
  const what = ids.map((id) => `'${id}'`).join(", ");
  const where = nodes.map((node) => `'${node.name}'`).join(", ");
  context.report.info(`Requesting ${what} on ${where}`);
  const service = "pacemaker_remote";
  const body = Object.fromEntries(
    commands.map((command, at) => [ids[at], { type: "service_command", service, command }]),
  );
  const form = { data_json: JSON.stringify(body) };
  await askAll(
    context,
    nodes,
    "remote/manage_services",
    () => form,
    (target, answer) => {
      if (!answer.ok) {
        complain(context, explainFailure(target.name, answer), skipOffline);
        return;
      }
      const outcomes = parse<ActionAnswer>(answer.body)?.actions ?? {};
      for (const id of ids) {
        const outcome = outcomes[id];
        if (outcome?.code === "success") {
          context.report.info(`${target.name}: successful run of '${id}'`);
          continue;
        }
        const why = outcome?.message ?? "the node's answer is not understood";
        const text = `${target.name}: service command failed: ${id}: Operation failed: ${why}`;
        complain(context, text, skipOffline);
      }
    },
  );
  context.report.stopOnErrors();
}

function complain(context: PcsContext, text: string, skipOffline: boolean): void {
  if (skipOffline) context.report.warning(text);
  else context.report.error(text, "--skip-offline");
}
