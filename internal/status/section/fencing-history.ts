/** One fencing, as the fencers remember it. */
export interface FenceEvent {
  target: string;
  action: string;
  state: "pending" | "success" | "failed";
  client: string;
  origin: string;
  delegate: string | null;
  /** Milliseconds since 1970. */
  completedMs: number | null;
  exitReason: string | null;
}

export interface HistorySelection {
  failed: boolean;
  succeeded: boolean;
  pending: boolean;
  /** Every event, rather than the newest of each kind. */
  full: boolean;
}

/** Events by heading, newest first. */
export function selectHistory(
  events: readonly FenceEvent[],
  selection: HistorySelection,
): { title: string; shown: FenceEvent[] }[] {
  const sorted = [...events].sort(
    (a, b) => (b.completedMs ?? Infinity) - (a.completedMs ?? Infinity),
  );
  const reduced = selection.full ? sorted : newestOfEach(sorted);
  const of = (state: FenceEvent["state"]) => reduced.filter((event) => event.state === state);
  if (selection.failed && selection.succeeded && selection.pending) {
    return [{ title: "Fencing History", shown: [...of("pending"), ...done(reduced)] }];
  }
  const parts: { title: string; shown: FenceEvent[] }[] = [];
  if (selection.failed) parts.push({ title: "Failed Fencing Actions", shown: of("failed") });
  if (selection.succeeded) parts.push({ title: "Fencing History", shown: of("success") });
  if (selection.pending) parts.push({ title: "Pending Fencing Actions", shown: of("pending") });
  return parts;
}

function done(events: FenceEvent[]): FenceEvent[] {
  return events.filter((event) => event.state !== "pending");
}

function newestOfEach(events: FenceEvent[]): FenceEvent[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    const kind = [event.target, event.action, event.state, event.client, event.origin].join("\0");
    if (event.state !== "pending" && seen.has(kind)) return false;
    seen.add(kind);
    return true;
  });
}
