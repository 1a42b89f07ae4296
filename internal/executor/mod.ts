/**
 * What an operation means: queues, timers, environments and exit codes for every class of agent.
 *
 *   const executor = new Executor(options);
 *   const effects = executor.step(event, nowMs);
 */
export * from "./types.ts";
