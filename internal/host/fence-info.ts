import { parseAgentMetadata } from "../executor/mod.ts";
import type { FenceAgentInfo } from "../fencer/mod.ts";
import type { AgentHost } from "./agent-host.ts";

const TIMEOUT_MS = 30_000;

/**
 * What fence agents' meta-data says, for the fencer, which cannot wait: null at first, while the
 * agent is being asked, and for agents that give none.
 */
export function fenceAgentInfo(agents: AgentHost): (agent: string) => FenceAgentInfo | null {
  const known = new Map<string, FenceAgentInfo | null>();
  return (type) => {
    const info = known.get(type);
    if (info !== undefined) return info;
    known.set(type, null);
    const agent = { class: "stonith", provider: null, type };
    agents.start(
      { type: "run", run: "", agent, action: "meta-data", env: {}, timeoutMs: TIMEOUT_MS },
      (outcome) => {
        const read = outcome.outcome === "exited" ? readInfo(outcome.stdout) : null;
        // An agent that failed is asked again when it is needed again.
        if (read === null) known.delete(type);
        else known.set(type, read);
      },
    );
    return null;
  };
}

function readInfo(text: string): FenceAgentInfo | null {
  const metadata = parseAgentMetadata(text);
  if (metadata === null) return null;
  const on = metadata.actions.find((action) => action.name === "on");
  return {
    parameters: metadata.parameters.map((parameter) => parameter.name),
    actions: metadata.actions.map((action) => action.name),
    automaticUnfence: on?.automatic === true,
    onTarget: on?.onTarget === true,
  };
}
