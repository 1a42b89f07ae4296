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
  const reduced = selection.full ? sorted : newestSuccesses(sorted);
  const of = (state: FenceEvent["state"]) => reduced.filter((event) => event.state === state);
  const parts: { title: string; shown: FenceEvent[] }[] = [];
  if (selection.failed) parts.push({ title: "Failed Fencing Actions", shown: of("failed") });
  if (selection.succeeded) {
    parts.push({ title: "Fencing History", shown: reduced.filter((e) => e.state !== "failed") });
  } else if (selection.pending) {
    parts.push({ title: "Pending Fencing Actions", shown: of("pending") });
  }
  return parts;
}

/** Of the successes alike in target, action and origin the newest; all failures. */
function newestSuccesses(events: FenceEvent[]): FenceEvent[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    if (event.state !== "success") return true;
    const kind = [event.target, event.action, event.origin].join("\0");
    if (seen.has(kind)) return false;
    seen.add(kind);
    return true;
  });
}
