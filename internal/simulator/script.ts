/** A line of the script that is not understood, with its number. */
export class ScriptError extends Error {}

/** Something done to a cluster at a moment, undone after `forMs` if that is given. */
export interface Step {
  atMs: number;
  /** The command, and its arguments. */
  words: readonly string[];
  forMs: number | null;
}

export interface Script {
  seed: number;
  /** A fenced machine is powered on again after this long; null: never. */
  rebootMs: number | null;
  twoNode: boolean;
  /** The ring as it ships, packet by packet. */
  packets: boolean;
  endMs: number;
  steps: Step[];
}

/** `seed N`, `reboot MS`, `two-node`, `packets`, then `at MS: COMMAND [for MS]` in order, and `at MS: end`. */
export function parseScript(text: string, commands: ReadonlySet<string>): Script {
  const script: Script = {
    ...{ seed: 1, rebootMs: null, twoNode: false },
    ...{ packets: false, endMs: 0, steps: [] },
  };
  for (const [index, raw] of text.split("\n").entries()) {
    const words = raw
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    const [first, second] = words;
    if (first === "") continue;
    if (first === "seed") script.seed = Number(second);
    else if (first === "reboot") script.rebootMs = Number(second);
    else if (first === "two-node") script.twoNode = true;
    else if (first === "packets") script.packets = true;
    else parseStep(script, words, commands, index + 1);
  }
  if (script.endMs === 0) throw new ScriptError("no end");
  return script;
}

function parseStep(
  script: Script,
  line: string[],
  commands: ReadonlySet<string>,
  number: number,
): void {
  const [at, when = "", ...rest] = line;
  const atMs = Number(when.replace(/:$/, ""));
  const last = script.steps.at(-1)?.atMs ?? 0;
  if (at !== "at" || !(atMs >= last)) {
    throw new ScriptError(`line ${number}: at MS: COMMAND, in order`);
  }
  const timed = rest.at(-2) === "for" && /^\d+$/.test(rest.at(-1)!);
  const words = timed ? rest.slice(0, -2) : rest;
  const [command = ""] = words;
  if (command === "end") script.endMs = atMs;
  else if (!commands.has(command)) throw new ScriptError(`line ${number}: no command ${command}`);
  else script.steps.push({ atMs, words, forMs: timed ? Number(rest.at(-1)) : null });
}

export function printStep({ atMs, words, forMs }: Step): string {
  return `at ${atMs}: ${words.join(" ")}${forMs === null ? "" : ` for ${forMs}`}`;
}

/** The text that {@link parseScript} reads. */
export function printScript(script: Script): string {
  const head = [`seed ${script.seed}`];
  if (script.rebootMs !== null) head.push(`reboot ${script.rebootMs}`);
  if (script.twoNode) head.push("two-node");
  if (script.packets) head.push("packets");
  return [...head, ...script.steps.map(printStep), `at ${script.endMs}: end`, ""].join("\n");
}
