/** Checks of option names and values, and the words pcs has for what is wrong with them. */
export * from "./reports.ts";
export * from "./values.ts";
