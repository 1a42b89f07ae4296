export * from "./calendar.ts";
export * from "./date-time.ts";
export { type DateStyle, formatDate, formatDuration } from "./format.ts";
export { type DateContext, parseDate, parseDuration, parseInterval } from "./parse.ts";
