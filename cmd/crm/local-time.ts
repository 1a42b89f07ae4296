import type { DateContext } from "../../internal/cib/mod.ts";
import { localOffset } from "../../internal/host/time-zone.ts";

/** Now, for reading dates: without a zone they are local. */
export function dateContext(): DateContext {
  const now = Math.floor(Date.now() / 1000);
  return { now, localOffset: localOffset(now) };
}
