import type { SchedulerPort } from "../../internal/host/engine-host.ts";
import type { Log } from "../../internal/ports/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import type { ScheduleDone, ScheduleJob } from "./scheduler-worker.ts";

/** Inside the executable, files keep their places below cmd/, and this module is at its root. */
const WORKER = import.meta.url.includes("$bunfs")
  ? "./engine/scheduler-worker.ts"
  : "./scheduler-worker.ts";

type Done = (run: number, graph: Element | null, error: string | null) => void;

export interface ThreadOptions {
  /** Where inputs are kept. */
  folder: string;
  log: Log;
}

/** The scheduler's thread, started again should it die. */
export function schedulerThread(options: ThreadOptions, done: Done): SchedulerPort {
  let worker: Worker | null = null;
  let running: number | null = null;
  const fail = (error: string): void => {
    worker?.terminate();
    worker = null;
    const run = running;
    running = null;
    if (run !== null) done(run, null, error);
  };
  const start = (): Worker => {
    const made = new Worker(new URL(WORKER, import.meta.url).href);
    made.onmessage = (event: MessageEvent<ScheduleDone>) => {
      running = null;
      const { run, input } = event.data;
      const where = input === null ? "" : `, saving inputs in ${input}`;
      options.log.write("notice", `Calculated transition ${run}${where}`);
      deliver(event.data, done);
    };
    made.onerror = (event) => fail(`the scheduler's thread died: ${event.message}`);
    return made;
  };
  return {
    run(run, cib, nowMs) {
      worker ??= start();
      running = run;
      const job: ScheduleJob = { run, cib: printXml(cib), nowMs, folder: options.folder };
      worker.postMessage(job);
    },
  };
}

function deliver({ run, graph, error }: ScheduleDone, done: Done): void {
  if (graph === null) {
    done(run, null, error);
    return;
  }
  const parsed = parseXml(graph);
  if (parsed.ok) done(run, parsed.value, null);
  else done(run, null, parsed.error.message);
}
