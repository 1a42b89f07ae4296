/**
 * Node attributes: transient and private values, dampening, and what is written to the CIB.
 *
 *   const attributes = new Attributes(options);
 *   const effects = attributes.step(event, nowMs);
 *   const values = attributes.query({ name, node });
 */
export { Attributes } from "./attributes.ts";
export * from "./types.ts";
