import { type AgentMetadata, providesUnfencing } from "../agent/model.ts";
import { agentFailureReport } from "../agent/name.ts";
import { IdProvider } from "../cib/ids.ts";
import { resourcesOf } from "../cib/sections.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import { agentMetadata } from "../resource/agent-choice.ts";
import { parsePrimitive } from "../resource/create-arguments.ts";
import { createPrimitive } from "../resource/primitive.ts";
import { disable, isDisabledByMeta } from "../resource/tree.ts";
import { deprecateWait, expectState } from "../resource/wait.ts";

/** `stonith create ID AGENT [options] [op ...] [meta ...]`. */
export async function createVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const supported = [
    "--force",
    "--disabled",
    "--no-default-ops",
    "--agent-validation",
    "--wait",
    "-f",
  ];
  options.allowOnly(supported, "0.12");
  const [id, agentName, ...rest] = argv;
  if (id === undefined || agentName === undefined) throw new CommandLineError();
  const parts = parsePrimitive(rest);
  deprecateWait(context, options);
  const agent = await chooseFenceAgent(context, agentName, options.force);
  const meta = new Map(parts.meta);
  if (providesUnfencing(agent)) meta.set("provides", "unfencing");
  const wait = options.waitSeconds();
  context.requireWaitable(wait);
  const resources = resourcesOf(await context.cib());
  const ids = new IdProvider(resources);
  const device = await createPrimitive(context, resources, ids, {
    ...parts,
    meta,
    id,
    agent,
    noDefaultOps: options.has("--no-default-ops"),
    agentValidation: options.has("--agent-validation"),
    force: options.force,
    type: "stonith",
  });
  const disabled = options.has("--disabled");
  if (disabled) disable(device, ids);
  await context.pushCib(wait);
  if (wait >= 0) await expectState(context, [id], !(disabled || isDisabledByMeta(meta)));
}

async function chooseFenceAgent(
  context: PcsContext,
  type: string,
  force: boolean,
): Promise<AgentMetadata> {
  if (type.includes(":")) {
    context.report.add(agentFailureReport({ kind: "bad-name", name: type }, true));
    throw new LibraryError();
  }
  return agentMetadata(context, { standard: "stonith", provider: null, type }, force);
}
