/**
 * Fencing: devices, topology, requests between nodes, delays and history.
 *
 *   const fencer = new Fencer(options);
 *   const effects = fencer.step(event, nowMs);
 */
export { levelsFor, readConfiguration } from "./configuration.ts";
export { Fencer } from "./fencer.ts";
export * from "./types.ts";
