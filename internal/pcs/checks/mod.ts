/** Checks of option names and values, and the words pcs has for what is wrong with them. */
export { type AddRemove, checkAddRemove } from "./add-remove.ts";
export * from "./reports.ts";
export * from "./values.ts";
