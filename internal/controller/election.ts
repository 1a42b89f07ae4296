/** What decides who becomes DC; every member told the others at the last agreement on the CIB. */
export interface Candidate {
  nodeId: number;
  name: string;
  featureSet: string;
  /** It was the DC of its side until now. */
  isDc: boolean;
  /** Seconds that its engine has been up, at the time of telling. */
  ageS: number;
  /** It is on its way out: only DC when nobody else can be. */
  stopping: boolean;
}

/**
 * The DC among `candidates`, or null when there are none. All members know the same candidates at
 * the same point of the message order, so each computes the same DC and no votes are exchanged.
 * Order: staying before stopping, older feature set (a mixed cluster keeps the common set), a
 * sitting DC before others, longer up, then the name that sorts first.
 */
export function electDc(candidates: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (best === null || compare(candidate, best) < 0) best = candidate;
  }
  return best;
}

function compare(a: Candidate, b: Candidate): number {
  if (a.stopping !== b.stopping) return a.stopping ? 1 : -1;
  const version = compareVersions(a.featureSet, b.featureSet);
  if (version !== 0) return version;
  if (a.isDc !== b.isDc) return a.isDc ? -1 : 1;
  if (a.ageS !== b.ageS) return b.ageS - a.ageS;
  const left = a.name.toLowerCase();
  const right = b.name.toLowerCase();
  return left < right ? -1 : left > right ? 1 : a.nodeId - b.nodeId;
}

/** Dotted numbers, part by part; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
