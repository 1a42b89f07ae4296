import { type Element, parseXml } from "../../xml/mod.ts";
import type { PcsContext } from "../frame/context.ts";
import { lineEdits } from "../frame/line-edits.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { cibLines } from "./show.ts";

type Arguments = [context: PcsContext, argv: string[], options: Options];

/** Where the cluster keeps earlier versions of its configuration. */
const FOLDER = "/var/lib/pacemaker/cib";

/** `config checkpoint [list]`. */
export async function checkpointList(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const files = await context.env.systemFolder(FOLDER);
  if (!files.ok) return context.die(`unable to list checkpoints: ${files.error}`);
  const checkpoints = files.value
    .flatMap(({ name, changedMs }) => {
      const number = /^cib-(\d+)\.raw$/.exec(name)?.[1];
      return number === undefined ? [] : [{ number, changedMs }];
    })
    .sort((a, b) => a.changedMs - b.changedMs);
  if (checkpoints.length === 0) context.writeError("No checkpoints available\n");
  for (const { number, changedMs } of checkpoints) {
    context.print(`checkpoint ${number}: date ${localTime(changedMs)}`);
  }
}

function localTime(ms: number): string {
  const time = new Date(Math.round(ms / 1000) * 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

/** `config checkpoint view N`. */
export async function checkpointView(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly([]);
  const [number] = argv;
  if (number === undefined || argv.length > 1) throw new CommandLineError();
  const lines = await checkpointLines(context, number);
  if (lines === null) return context.die("unable to read the checkpoint");
  context.print(lines.join("\n"));
}

/** `config checkpoint diff A B`, each a number or `live`. */
export async function checkpointDiff(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [first, second] = argv;
  if (first === undefined || second === undefined || argv.length > 2) throw new CommandLineError();
  if (first === second) return context.die("cannot diff a checkpoint against itself");
  const problems: string[] = [];
  const read = async (which: string): Promise<string[]> => {
    const lines =
      which === "live" ? await liveLines(context) : await checkpointLines(context, which);
    if (lines !== null) return lines;
    problems.push(
      which === "live"
        ? "unable to read live configuration"
        : `unable to read checkpoint '${which}'`,
    );
    return [];
  };
  const [before, after] = [await read(first), await read(second)];
  if (problems.length > 0) return context.die(problems.join("\n"));
  const label = (which: string) =>
    which === "live" ? "live configuration" : `checkpoint ${which}`;
  context.print(
    `Differences between ${label(first)} (-) and ${label(second)} (+):`,
    ...differences(before, after),
  );
}

/** `config checkpoint restore N`. */
export async function checkpointRestore(...[context, argv, options]: Arguments): Promise<void> {
  options.allowOnly(["-f"]);
  const [number] = argv;
  if (number === undefined || argv.length > 1) throw new CommandLineError();
  const stored = await readCheckpoint(context, number);
  const configuration = typeof stored === "string" ? null : stored.first("configuration");
  if (typeof stored === "string" || configuration === null) {
    return context.die(
      `unable to read the checkpoint: ${typeof stored === "string" ? stored : "no CIB"}`,
    );
  }
  const cib = await context.cib();
  const current = cib.first("configuration");
  if (current === null) cib.append(configuration.clone());
  else current.replaceWith(configuration.clone());
  await context.pushCibPlainly();
}

async function readCheckpoint(context: PcsContext, number: string): Promise<Element | string> {
  const text = await context.env.systemFile(`${FOLDER}/cib-${number}.raw`);
  if (!text.ok) return text.error;
  const parsed = parseXml(text.value);
  return parsed.ok ? parsed.value : parsed.error.message;
}

async function checkpointLines(context: PcsContext, number: string): Promise<string[] | null> {
  const cib = await readCheckpoint(context, number);
  return typeof cib === "string" ? null : cibLines(cib, context.env.columns);
}

async function liveLines(context: PcsContext): Promise<string[] | null> {
  const lines = cibLines(await context.cib(), context.env.columns);
  return lines.length === 0 ? null : lines;
}

/** Lines of both texts, each marked: `  ` in both, `- ` only before, `+ ` only after. */
export function differences(before: readonly string[], after: readonly string[]): string[] {
  return lineEdits(before, after).map(([mark, line]) => `${mark} ${line}`.trimEnd());
}
