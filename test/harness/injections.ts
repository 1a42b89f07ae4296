import type { Injections } from "../../internal/status/mod.ts";

/** Nothing is injected: to be changed where a test injects something. */
export const NO_INJECTIONS: Injections = {
  quorum: null,
  watchdog: null,
  nodesUp: [],
  nodesDown: [],
  nodesFail: [],
  ticketsGrant: [],
  ticketsRevoke: [],
  ticketsStandby: [],
  ticketsActivate: [],
  operations: [],
};
