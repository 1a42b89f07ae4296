/** The scheduler in a thread of its own: a large cluster must not keep the engine from its peers. */
import { upgradeCib } from "../../internal/cib/mod.ts";
import { SchedulerInputs } from "../../internal/host/scheduler-inputs.ts";
import { schedule } from "../../internal/scheduler/mod.ts";
import { parseXml } from "../../internal/xml/mod.ts";

export interface ScheduleJob {
  run: number;
  cib: string;
  nowMs: number;
  /** Where inputs are kept. */
  folder: string;
}

export interface ScheduleDone {
  run: number;
  /** XML text of the transition graph. */
  graph: string | null;
  error: string | null;
  /** The file that the input was kept in. */
  input: string | null;
}

declare const self: Worker;

self.onmessage = (event: MessageEvent<ScheduleJob>) => {
  const { run, cib, nowMs, folder } = event.data;
  const { graph, error } = decide(cib, nowMs);
  const kind = error === null ? "input" : "error";
  const input = new SchedulerInputs(folder).save(kind, cib);
  const done: ScheduleDone = { run, graph, error, input };
  postMessage(done);
};

function decide(text: string, nowMs: number): Pick<ScheduleDone, "graph" | "error"> {
  try {
    const parsed = parseXml(text);
    if (!parsed.ok) return { graph: null, error: parsed.error.message };
    const upgraded = upgradeCib(parsed.value);
    if (!upgraded.ok) return { graph: null, error: upgraded.error.message };
    const decoder = new TextDecoder();
    let graph = "";
    for (const piece of schedule(upgraded.value, { nowMs }).graphText(false)) {
      graph += decoder.decode(piece, { stream: true });
    }
    return { graph: graph + decoder.decode(), error: null };
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { graph: null, error: why };
  }
}
