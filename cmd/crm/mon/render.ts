import { localOffset } from "../../../internal/host/time-zone.ts";
import {
  unpackConstraints,
  unpackStatus,
  type WorkingSet,
} from "../../../internal/scheduler/mod.ts";
import { countInstances, type StatusReport, timeTexts } from "../../../internal/status/mod.ts";
import type { MonitorRequest } from "./request.ts";
import type { Snapshot } from "./source.ts";

/** The report on a snapshot. */
export function reportOn(snapshot: Snapshot, request: MonitorRequest): StatusReport {
  const nowMs = Date.now();
  const seconds = Math.floor(nowMs / 1000);
  const { cib } = snapshot;
  const working = unpackStatus(cib, { nowMs, localOffset: localOffset(seconds) });
  const { sections } = request.choice;
  const counts = countInstances(working);
  // Tickets may stand in constraints alone, and bans are constraints.
  if (sections.has("bans") || sections.has("tickets")) unpackConstraints(working);
  const times = timeTexts(localOffset);
  return {
    working,
    sections,
    options: {
      ...request.options,
      pending: true,
      onlyNodes: selectedNodes(working, request.onlyNode),
      onlyResources: selectedResources(working, request.onlyResource),
    },
    facts: {
      lastUpdate: times.short(seconds),
      onNode: snapshot.onNode,
      daemonState: snapshot.daemonState,
      counts,
    },
    times,
    banPrefix: request.choice.banPrefix,
    fencing: snapshot.fencing,
    fullFencing: request.fullFencing,
  };
}

/** Lower-case names of the node that is asked for, or of those tagged so; null for all. */
function selectedNodes(working: WorkingSet, asked: string | null): ReadonlySet<string> | null {
  if (asked === null || asked === "*") return null;
  const node = working.findNode(asked);
  const ids = node === null ? (working.tags.get(asked) ?? [asked]) : [node.name];
  return new Set(ids.map((id) => (working.findNode(id)?.name ?? id).toLowerCase()));
}

function selectedResources(working: WorkingSet, asked: string | null): ReadonlySet<string> | null {
  if (asked === null || asked === "*") return null;
  const known = working.resourcesById.has(asked);
  return new Set(known ? [asked] : (working.tags.get(asked) ?? [asked]));
}
