/** What a status report is to show, beyond its sections. */
export interface ShowOptions {
  brief?: boolean;
  cloneDetail?: boolean;
  nodeId?: boolean;
  /** Containers, addresses and connections of bundles, too. */
  implicit?: boolean;
  timing?: boolean;
  inactive?: boolean;
  byNode?: boolean;
  /** Set while writing the resources of one node: its name would say nothing. */
  belowNode?: boolean;
  description?: boolean;
  featureSet?: boolean;
  failedDetail?: boolean;
  pending?: boolean;
  /** Names of nodes to show; null for all. */
  onlyNodes?: ReadonlySet<string> | null;
  /** Ids of resources to show; null for all. */
  onlyResources?: ReadonlySet<string> | null;
}

/** Parts of a status report, in order of appearance. */
export const SECTIONS = [
  "stack",
  "dc",
  "times",
  "counts",
  "options",
  "maint-mode",
  "nodes",
  "resources",
  "attributes",
  "failcounts",
  "operations",
  "failures",
  "fencing-failed",
  "fencing-succeeded",
  "fencing-pending",
  "tickets",
  "bans",
] as const;

export type Section = (typeof SECTIONS)[number];

export function nodeSelected(name: string, options: ShowOptions): boolean {
  const only = options.onlyNodes;
  return only === null || only === undefined || only.has(name.toLowerCase());
}
