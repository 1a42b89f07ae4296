import type { AgentHost } from "../../internal/host/agent-host.ts";

export const agents: AgentHost = {
  start(_, done) {
    queueMicrotask(() =>
      done({
        outcome: "failed",
        code: 0,
        stdout: "",
        stderr: "",
        error: "no agents yet",
        errno: "ENOENT",
        runMs: 0,
      }),
    );
    return () => undefined;
  },
};
