import { readdirSync } from "node:fs";
import { join } from "node:path";
import { schedule } from "../../../internal/scheduler/mod.ts";
import { Element } from "../../../internal/xml/mod.ts";
import type { ToolOutput } from "../output.ts";
import { readInput } from "./input.ts";

/** Schedules each CIB of a folder `repeat` times and tells how long it took. */
export async function profile(folder: string, repeat: number, output: ToolOutput): Promise<void> {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".xml") && !name.startsWith("."));
    // The last in the alphabet first, as the original walks them.
    names.sort().reverse();
  } catch {
    return;
  }
  const timings = new Element("timings");
  output.info("Timings:");
  for (const name of names) {
    const path = join(folder, name);
    const cib = await readInput({ kind: "file", path }, (line) => output.err(line));
    const saved = Number(cib.get("execution-date") ?? 0);
    const start = performance.now();
    for (let i = 0; i < repeat; i++) {
      schedule(cib, { nowMs: saved > 0 ? saved * 1000 : Date.now() });
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(2);
    output.info(`  * Testing ${path} ... ${seconds} secs`);
    timings.append(new Element("timing", { file: path, duration: seconds }));
  }
  output.add(timings);
}
