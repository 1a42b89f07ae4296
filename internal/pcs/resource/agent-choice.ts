import { guessAgent, loadAgent } from "../agent/load.ts";
import { type AgentMetadata, isStonithAgent, voidMetadata } from "../agent/model.ts";
import {
  type AgentFailure,
  type AgentName,
  agentFailureReport,
  fullName,
  parseAgentName,
} from "../agent/name.ts";
import type { PcsContext } from "../frame/context.ts";
import { error, info, LibraryError } from "../frame/report.ts";

/** The agent that the user named, in full or by its type alone. Says which one it took. */
export async function findAgentName(context: PcsContext, text: string): Promise<AgentName> {
  if (text.includes(":")) {
    const name = parseAgentName(text);
    if (name === null) throw agentError({ kind: "bad-name", name: text });
    return name;
  }
  const guessed = await guessAgent(context.env.agents, text);
  if (!guessed.ok) throw agentError(guessed.error);
  context.report.add(
    info(`Assumed agent name '${fullName(guessed.value)}' (deduced from '${text}')`),
  );
  return guessed.value;
}

function agentError(failure: AgentFailure): LibraryError {
  return new LibraryError(agentFailureReport(failure));
}

/** Metadata of the agent for a new resource; one that is not installed may be forced. */
export async function chooseAgent(
  context: PcsContext,
  text: string,
  force: boolean,
): Promise<AgentMetadata> {
  let name: AgentName;
  try {
    name = await findAgentName(context, text);
  } catch (failure) {
    throw afterReport(context, failure);
  }
  if (isStonithAgent(name)) {
    context.report.add(
      error(
        "This command does not accept stonith resource. Use 'pcs stonith create' command instead.",
      ),
    );
    throw new LibraryError();
  }
  return agentMetadata(context, name, force);
}

/** The metadata, or that of an agent unknown when forced. */
export async function agentMetadata(
  context: PcsContext,
  name: AgentName,
  force: boolean,
): Promise<AgentMetadata> {
  const loaded = await loadAgent(context.env.agents, name);
  if (loaded.ok) return loaded.value;
  const report = agentFailureReport(loaded.error, isStonithAgent(name));
  if (force) {
    context.report.add({ ...report, severity: "warning" });
    return voidMetadata(name);
  }
  context.report.add({ ...report, force: "--force" });
  throw new LibraryError();
}

/** Reports first and fails then: these errors are followed by the closing line. */
function afterReport(context: PcsContext, failure: unknown): unknown {
  if (!(failure instanceof LibraryError)) return failure;
  context.report.all(failure.reports);
  return new LibraryError();
}
