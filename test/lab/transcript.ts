/** Reading recorded transcripts, and taking out of a text what no two runs share. */

export interface Answer {
  stdout: string;
  stderr: string;
  exit: number;
}

export interface Step {
  /** node1, node2, … or host. */
  node: string;
  command: string;
  answer: Answer;
}

export function parseTranscript(text: string): Step[] {
  const steps: Step[] = [];
  let step: Step | undefined;
  let channel: "stdout" | "stderr" = "stdout";
  for (const line of text.split("\n")) {
    const head = /^(node\d+|host)# (.*)$/.exec(line);
    const tail = /^\[exit (\d+)\]$/.exec(line);
    if (step === undefined) {
      if (head === null) continue;
      step = {
        node: head[1] as string,
        command: head[2] as string,
        answer: { stdout: "", stderr: "", exit: 0 },
      };
      channel = "stdout";
    } else if (tail !== null) {
      step.answer.exit = Number(tail[1]);
      steps.push(step);
      step = undefined;
    } else if (line === "--- stderr") channel = "stderr";
    else step.answer[channel] += `${line}\n`;
  }
  return steps;
}

/** In this order; each replacement may use what the ones before left. */
const RULES: [RegExp, string][] = [
  // Dates, with and without a weekday or a zone.
  [
    /(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+ [\d:]{8} \d{4}/g,
    "DATE",
  ],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?(Z|[+-]\d\d:?\d\d))?/g, "DATE"],
  [/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+ \d\d:\d\d(:\d\d)?(\.\d+)?/g, "DATE"],
  [/\b1[67]\d{8}\b/g, "EPOCH"],
  // Which program, and which node happens to lead.
  [/3\.0\.0-(3\.0\.0|muster)/g, "VERSION"],
  [/(Current DC: |Designated Controller is: )node\d( \(\d\))?/g, "$1DC"],
  [/(<current_dc .*name=)"node\d" id="\d"/g, '$1"DC"'],
  [/is_dc="(true|false)"/g, 'is_dc="…"'],
  [/dc-uuid="\d"/g, 'dc-uuid="…"'],
  // Process ids, hashes, durations, counters.
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UUID"],
  [/\b[0-9a-f]{32,64}\b/g, "HASH"],
  [/\b(exec-time|queue-time|exec|queue)=("?)\d+(ms)?"?/g, "$1=$2T"],
  [/call-id="-?\d+"/g, 'call-id="N"'],
  [/call=\d+/g, "call=N"],
  [/\(\d+\)( \w+: |$)/g, "(N)$1"],
  [/transition-(key|magic)="[^"]*"/g, 'transition-$1="…"'],
  [/(crm-debug-origin|num_updates|epoch|update-client)="[^"]*"/g, '$1="…"'],
  [/\b(pid|PID)[=: ]+\d+/g, "$1 N"],
  [/pacemaker\.[\w.-]+\.\d+/g, "CLIENT"],
  [/\b(stonith_admin|pacemaker-controld)\.\d+/g, "$1.N"],
  [/\bcall="\d+"/g, 'call="N"'],
  [/^( *\* )\(\d+\) /gm, "$1(N) "],
  [/Ring ID: +[\da-f.]+/g, "Ring ID: R"],
  [/ran for \d+ms|after \d+(\.\d+)?m?s/g, "T"],
  [/\bin \d+(\.\d+)?m?s\b/g, "in T"],
];

/** The lines of a text without what differs from run to run; empty lines at the end do not count. */
export function normalised(text: string): string[] {
  let out = text;
  for (const [pattern, replacement] of RULES) out = out.replace(pattern, replacement);
  return out
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd());
}
