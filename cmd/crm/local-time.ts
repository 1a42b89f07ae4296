import type { DateContext } from "../../internal/cib/mod.ts";

/** Seconds east of UTC of local time at a point in time, as TZ and the system say. */
export function localOffset(epochSeconds: number): number {
  return -new Date(epochSeconds * 1000).getTimezoneOffset() * 60;
}

/** Now, for reading dates: without a zone they are local. */
export function dateContext(): DateContext {
  const now = Math.floor(Date.now() / 1000);
  return { now, localOffset: localOffset(now) };
}
