/**
 * Fencing: devices, topology, requests between nodes, delays and history.
 *
 *   const fencer = new Fencer(options);
 *   const effects = fencer.step(event, nowMs);
 */
export * from "./types.ts";
