/**
 * What an operation means: queues, timers, environments and exit codes for every class of agent.
 *
 *   const executor = new Executor(options);
 *   const effects = executor.step(event, nowMs);
 */
export { agentEnvironment, agentName, exitReasonOf, nativeAction } from "./environment.ts";
export { Executor } from "./executor.ts";
export { isConnection, unitName } from "./job.ts";
export { agentMetadata, needsMetadata, parseAgentMetadata } from "./metadata.ts";
export { judge, readableMs } from "./outcome.ts";
export * from "./types.ts";
