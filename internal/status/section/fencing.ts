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
  times: TimeTexts,
  spacer: boolean,
): boolean {
  let needSpacer = spacer;
  let written = false;
  for (const { title, shown } of selectHistory(events, selection)) {
    const list = new LazyList(sink, title, needSpacer);
    for (const event of shown) list.item(eventLine(event, events, selection, times));
    if (list.close()) written = needSpacer = true;
  }
  return written;
}

function eventLine(
  event: FenceEvent,
  all: readonly FenceEvent[],
  selection: HistorySelection,
  times: TimeTexts,
): string {
  const state = { pending: "pending", success: "successful", failed: "failed" }[event.state];
  const reason = event.state === "failed" && event.exitReason ? ` (${event.exitReason})` : "";
  let line = `${event.action} of ${event.target} ${state}${reason}: `;
  if (event.delegate !== null) line += `delegate=${event.delegate}, `;
  line += `client=${event.client}, origin=${event.origin}`;
  if (event.state === "pending" || event.completedMs === null) return line;
  const label = selection.full
    ? "completed"
    : event.state === "failed"
      ? "last-failed"
      : "last-successful";
  line += `, ${label}='${times.short(Math.floor(event.completedMs / 1000))}'`;
  return laterSucceeded(event, all)
    ? `${line} (a later attempt from ${event.origin} succeeded)`
    : line;
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

/** The `fence_history` element. */
export function fencingXml(
  events: readonly FenceEvent[],
  selection: HistorySelection,
  times: TimeTexts,
): Element {
  const list = new Element("fence_history", { status: "0" });
  for (const { shown } of selectHistory(events, selection)) {
    for (const event of shown) list.append(eventXml(event, times));
  }
  return list;
}

function eventXml(event: FenceEvent, times: TimeTexts): Element {
  const element = new Element("fence_event", {
    action: event.action,
    target: event.target,
    client: event.client,
    origin: event.origin,
  });
  if (event.delegate !== null) element.set("delegate", event.delegate);
  element.set("status", event.state);
  if (event.exitReason) element.set("exit-reason", event.exitReason);
  if (event.completedMs !== null && event.state !== "pending") {
    element.set("completed", times.iso(Math.floor(event.completedMs / 1000)));
  }
  return element;
}
