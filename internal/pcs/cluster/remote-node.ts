import type { Element } from "../../xml/mod.ts";
import { unknownOptions } from "../checks/mod.ts";
import { IdProvider, idTaken } from "../cib/ids.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, forceable, LibraryError } from "../frame/report.ts";
import { chooseAgent } from "../resource/agent-choice.ts";
import { type PrimitiveArguments, parsePrimitive } from "../resource/create-arguments.ts";
import { dropReferences } from "../resource/group.ts";
import { createPrimitive, currentAttributes } from "../resource/primitive.ts";
import { isRemoteConnection, nodesInCib, REMOTE_AGENT } from "../resource/remote-nodes.ts";
import { knownAddress, readKnownHosts } from "./known-hosts.ts";
import {
  addedNode,
  removedNodes,
  requireFile,
  SPREADING,
  sayCorosyncSkipped,
} from "./special-nodes.ts";

/** `cluster node add-remote NODE [ADDRESS] [options] [op ...] [meta ...]`. */
export async function nodeAddRemote(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "--no-default-ops", ...SPREADING]);
  const [node, second, ...rest] = argv;
  if (node === undefined) throw new CommandLineError();
  const hasAddress =
    second !== undefined && !second.includes("=") && second !== "op" && second !== "meta";
  const parts = parsePrimitive(hasAddress ? rest : argv.slice(1));
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  await requireFile(context);
  const cib = await context.cib();
  sayCorosyncSkipped(context);
  const agent = await chooseAgent(context, REMOTE_AGENT, false);
  const address = hasAddress ? second : knownAddress(context, await readKnownHosts(context), node);
  checkRemote(
    context,
    cib,
    node,
    address,
    parts,
    agent.parameters.map((p) => p.name),
  );
  const instance = new Map(parts.instance);
  instance.set("server", address);
  await createPrimitive(context, resourcesOf(cib), new IdProvider(cib), {
    ...parts,
    instance,
    id: node,
    agent,
    noDefaultOps: options.has("--no-default-ops"),
    agentValidation: false,
    force: options.force,
    type: "resource",
  });
  await addedNode(context, node, options);
  await context.pushCib(wait);
}

function checkRemote(
  context: PcsContext,
  cib: Element,
  node: string,
  address: string,
  parts: PrimitiveArguments,
  parameters: readonly string[],
): void {
  const existing = nodesInCib(cib);
  if (existing.names.includes(node)) context.report.add(idTaken(node));
  if (address !== node && existing.addresses.includes(address))
    context.report.add(idTaken(address));
  if (parts.instance.has("server")) {
    const allowed = parameters.filter((name) => name !== "server").sort();
    context.report.add(unknownOptions(["server"], allowed, "resource"));
  }
  context.report.stopOnErrors();
}

/** `cluster node remove-remote NODE-or-RESOURCE`. */
export async function nodeRemoveRemote(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(SPREADING);
  const wanted = argv[0];
  if (wanted === undefined || argv.length > 1) throw new CommandLineError();
  await requireFile(context);
  const cib = await context.cib();
  const remotes = resourcesOf(cib)
    .descendants("primitive")
    .filter(isRemoteConnection)
    .filter((p) => p.id === wanted || currentAttributes(p).get("server") === wanted);
  if (remotes.length === 0) {
    throw new LibraryError(
      error(`remote node '${wanted}' does not appear to exist in configuration`),
    );
  }
  const ids = remotes.map((remote) => remote.id);
  if (ids.length > 1) {
    const list = ids.map((id) => `'${id}'`).join(", ");
    context.report.add(
      forceable(options.force, `more than one resource for '${wanted}' found: ${list}`),
    );
    context.report.stopOnErrors();
  }
  for (const remote of remotes) {
    context.report.info(`Removing resource: '${remote.id}'`);
    dropReferences(context, cib, remote.id, false);
    remote.remove();
  }
  await context.pushCib();
  await removedNodes(context, ids, options);
}
