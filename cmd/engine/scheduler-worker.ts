/** The scheduler in a thread of its own: a large cluster must not keep the engine from its peers. */
import { upgradeCib } from "../../internal/cib/mod.ts";
import { schedule } from "../../internal/scheduler/mod.ts";
import { parseXml, printXml } from "../../internal/xml/mod.ts";

export interface ScheduleJob {
  run: number;
  cib: string;
  nowMs: number;
}

export interface ScheduleDone {
  run: number;
  /** XML text of the transition graph. */
  graph: string | null;
  error: string | null;
}

declare const self: Worker;

self.onmessage = (event: MessageEvent<ScheduleJob>) => {
  postMessage(decide(event.data));
};

function decide({ run, cib: text, nowMs }: ScheduleJob): ScheduleDone {
  try {
    const parsed = parseXml(text);
    if (!parsed.ok) return { run, graph: null, error: parsed.error.message };
    const upgraded = upgradeCib(parsed.value);
    if (!upgraded.ok) return { run, graph: null, error: JSON.stringify(upgraded.error) };
    const { graph } = schedule(upgraded.value, { nowMs });
    return { run, graph: printXml(graph), error: null };
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { run, graph: null, error: why };
  }
}
