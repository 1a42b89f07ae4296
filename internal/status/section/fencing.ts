import { Element } from "../../xml/mod.ts";
import { LazyList, type Sink } from "../output/sink.ts";
import type { TimeTexts } from "../times.ts";
import type { FenceEvent } from "./fencing-history.ts";
import { type HistorySelection, selectHistory } from "./fencing-history.ts";

/** The fencing sections of a report; true when something was written. */
export function writeFencing(
  sink: Sink,
  events: readonly FenceEvent[],
  selection: HistorySelection,
  labelled: boolean,
  times: TimeTexts,
  spacer: boolean,
): boolean {
  const detail = { labelled, full: selection.full };
  let needSpacer = spacer;
  let written = false;
  for (const { title, shown } of selectHistory(events, selection)) {
    const list = new LazyList(sink, title, needSpacer);
    for (const event of shown) list.item(fenceEventText(event, events, detail, times));
    if (list.close()) written = needSpacer = true;
  }
  return written;
}

/** How much a line says of an event. */
export interface EventDetail {
  /** Labelled facts rather than a sentence. */
  labelled: boolean;
  /** Every event is shown: none is "the last" of its kind. */
  full: boolean;
}

const ACTIONS: Record<string, string> = { on: "unfencing", off: "turning off" };
const STATES = { pending: "pending", success: "successful", failed: "failed" };

/** One event as a line of text. */
export function fenceEventText(
  event: FenceEvent,
  all: readonly FenceEvent[],
  { labelled, full }: EventDetail,
  times: TimeTexts,
): string {
  const what = `${ACTIONS[event.action] ?? event.action} of ${event.target}`;
  const reason = event.state === "failed" && event.exitReason ? ` (${event.exitReason})` : "";
  const state = `${STATES[event.state]}${reason}`;
  const ended = event.state === "pending" ? null : event.completedMs;
  const time = ended === null ? null : times.precise(ended);
  const later = laterSucceeded(event, all)
    ? ` (a later attempt from ${event.origin} succeeded)`
    : "";
  if (!labelled) {
    const by = event.delegate === null ? "" : ` by ${event.delegate}`;
    const whose = `${by} for ${event.client}@${event.origin}`;
    const at = time === null ? "" : ` at ${time}`;
    return `${what}${whose} ${full ? "" : "last "}${state}${at}${later}`;
  }
  const delegate = event.delegate === null ? "" : `delegate=${event.delegate}, `;
  const label = full ? "completed" : event.state === "failed" ? "last-failed" : "last-successful";
  const at = time === null ? "" : `, ${label}='${time}'`;
  return `${what} ${state}: ${delegate}client=${event.client}, origin=${event.origin}${at}${later}`;
}

function laterSucceeded(event: FenceEvent, all: readonly FenceEvent[]): boolean {
  return (
    event.state === "failed" &&
    all.some(
      (other) =>
        other.state === "success" &&
        other.target === event.target &&
        other.action === event.action &&
        (other.completedMs ?? 0) > (event.completedMs ?? 0),
    )
  );
}

/** The `fence_history` element; null when nothing was fenced. */
export function fencingXml(
  events: readonly FenceEvent[],
  selection: HistorySelection,
  times: TimeTexts,
): Element | null {
  const list = new Element("fence_history");
  for (const { shown } of selectHistory(events, selection)) {
    for (const event of shown) list.append(fenceEventXml(event, times));
  }
  return list.elements().length === 0 ? null : list;
}

export function fenceEventXml(event: FenceEvent, times: TimeTexts): Element {
  const { action, target, client, origin, state } = event;
  const element = new Element("fence_event", { action, target, client, origin, status: state });
  if (state === "pending") return element.set("extended-status", "1");
  if (event.delegate !== null) element.set("delegate", event.delegate);
  if (event.completedMs !== null) element.set("completed", times.precise(event.completedMs));
  return event.exitReason ? element.set("exit-reason", event.exitReason) : element;
}
