import { builtinAgents } from "../../agents/mod.ts";
import type { AgentHost } from "../../internal/host/agent-host.ts";
import { createAgentHost } from "../../internal/host/agent-runner.ts";
import { systemdUnits } from "../../internal/host/systemd.ts";

/** The agents of this machine, with those of the executable where none is installed. */
export function machineAgents(): AgentHost {
  return createAgentHost(builtinAgents, systemdUnits());
}
