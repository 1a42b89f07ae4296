import type { RunOutcome } from "../executor/mod.ts";
import type { NodeEffect } from "../node/mod.ts";
import type { Cancel } from "../ports/mod.ts";

/** An agent, a fence agent or a unit job that the node wants run. */
export type AgentRun = Extract<
  NodeEffect,
  { type: "run" | "run-fence" | "run-unit" | "run-alert" }
>;

/** Runs agents. `done` is called exactly once, never before `start` has returned. */
export interface AgentHost {
  start(run: AgentRun, done: (outcome: RunOutcome) => void): Cancel;
  /** Tells the name of each systemd unit whose state changes. */
  watchUnits?(onChange: (unit: string) => void): void;
}
