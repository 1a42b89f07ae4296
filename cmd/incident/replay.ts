import { type Decision, decisionsOf } from "./decisions.ts";
import type { Incident } from "./file.ts";

/** `Nov 28 17:05:12.861 host program [pid] text`, as our logs and the originals' begin. */
const LINE = /^(\w{3} +\d+ \d\d:\d\d:\d\d(?:\.\d+)?) \S+ (\S+) +(?:\[\d+\] )?(.*)$/;
/** What a timeline is about: who came and went, who decides, what was done and how it ended. */
const TELLING =
  /Lost |Quorum |Designated Controller|membership|joined|state is now|fenc|reboot of|Initiating|Result of|Transition|Engine of|Stopping|failed|Updating failcount|error:|warning:|clock|Calculated/i;

interface Moment {
  when: string;
  node: string;
  text: string;
}

/** Told lines of all nodes, by time; times of equal text order are kept in the order of the logs. */
function timeline(incident: Incident): Moment[] {
  const moments = incident.parts.flatMap((part) =>
    part.log.flatMap((line): Moment[] => {
      const match = LINE.exec(line);
      if (match === null || !TELLING.test(match[3]!)) return [];
      return [{ when: match[1]!, node: part.node, text: match[3]! }];
    }),
  );
  return moments.sort((a, b) => sortKey(a.when) - sortKey(b.when));
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Milliseconds in the year that the line's time stands for; logs have no year. */
function sortKey(when: string): number {
  const match = /^(\w{3}) +(\d+) (\d+):(\d+):(\d+)(?:\.(\d+))?/.exec(when);
  if (match === null) return 0;
  const [, month, day, hour, minute, second, fraction = "0"] = match;
  const days = (MONTHS.indexOf(month!) / 3) * 31 + Number(day);
  const seconds = ((days * 24 + Number(hour)) * 60 + Number(minute)) * 60 + Number(second);
  return seconds * 1000 + Number(`0.${fraction}`) * 1000;
}

/** The whole story as lines; `same` is false when some transition comes out otherwise now. */
export function replay(incident: Incident): { lines: string[]; same: boolean } {
  const names = incident.parts.map((part) => part.node).join(", ");
  const saved = new Date(incident.savedMs).toISOString();
  const lines = [`Incident saved at ${saved} by muster ${incident.version}, from ${names}`];
  for (const { node, why } of incident.missing) lines.push(`Nothing from ${node}: ${why}`);
  lines.push("", "Timeline");
  for (const { when, node, text } of timeline(incident)) {
    lines.push(`  ${when} ${node.padEnd(8)} ${text}`);
  }
  lines.push("", "Decisions");
  const decisions = incident.parts.flatMap(decisionsOf).sort((a, b) => a.savedMs - b.savedMs);
  for (const decision of decisions) lines.push(...told(decision));
  const differing = decisions.filter((each) => each.strange.length + each.absent.length > 0);
  const verdict = differing.length === 0 ? "the same transitions" : `${differing.length} differ`;
  lines.push("", `${decisions.length} scheduler runs replayed: ${verdict}`);
  return { lines, same: differing.length === 0 };
}

function told(decision: Decision): string[] {
  const { run, node, file, outcome, started, decided, summary, strange, absent } = decision;
  const end = outcome === null ? "its end is not in the log" : outcome;
  return [
    `  Transition ${run} of ${node} (${file}): ${end}; ${started.length} of ${decided.length} actions started`,
    ...summary.map((line) => `    ${line}`),
    ...strange.map((action) => `    DIFFERS: was started, is not decided now: ${action}`),
    ...absent.map((action) => `    DIFFERS: is decided now, was not started: ${action}`),
  ];
}
