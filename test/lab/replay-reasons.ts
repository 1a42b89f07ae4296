/**
 * Why an answer may differ from the recorded one without being wrong. A difference is explained when
 * every line of it is; whatever is left is to be looked at. Nothing is left out of what is printed.
 */
import type { Step } from "./transcript.ts";

/** A line that only the recording (-) or only the answer (+) has. */
export interface Differing {
  sign: "-" | "+";
  text: string;
}

interface Rule {
  reason: string;
  /** The lines that it does not explain. */
  rest: (step: Step, lines: Differing[]) => Differing[];
}

/** Lines of some commands; with a pattern only those that match. */
function lines(reason: string, command: RegExp, line: RegExp = /(?:)/): Rule {
  return {
    reason,
    rest: (step, all) =>
      command.test(step.command) ? all.filter(({ text }) => !line.test(text)) : all,
  };
}

/** Lines on one side that have a partner on the other when both are brought to the same form. */
function pairs(reason: string, form: (text: string) => string): Rule {
  return {
    reason,
    rest: (_, all) => {
      const partners = new Map<string, Differing[]>();
      for (const line of all) {
        const key = form(line.text);
        const waiting = partners.get(key) ?? [];
        const partner = waiting.findIndex(({ sign }) => sign !== line.sign);
        if (partner >= 0) waiting.splice(partner, 1);
        else waiting.push(line);
        partners.set(key, waiting);
      }
      const left = new Set([...partners.values()].flat());
      return all.filter((line) => left.has(line));
    },
  };
}

function attributesSorted(text: string): string {
  const open = /^(\s*<[\w-]+)((?: [\w:-]+="[^"]*")+)(.*)$/.exec(text);
  if (open === null) return text;
  const attributes = [...open[2]!.matchAll(/ [\w:-]+="[^"]*"/g)].map(([one]) => one).sort();
  return open[1] + attributes.join("") + open[3];
}

const anyNode = (text: string): string =>
  attributesSorted(text)
    .replace(/\bnode\d( node\d)*/g, "NODES")
    .replace(/ id="\d"/g, ' id="N"')
    .trim();

/** What the recorder's earlier runs left in the configuration (see the lab's README). */
const LEFT_OVER =
  /enable-acl|maintenance-mode.*false|stonith-enabled.*true|(rsc|op)_defaults|Resources Defaults|Operations Defaults|Meta Attrs: (rsc|op)_defaults|<(alerts|tags|acls)\/>|rack2|last-granted|instance_attributes id="nodes-\d"\/>|utilization id="nodes-1-utilization"\/>/;

const RULES: Rule[] = [
  {
    reason: "usage and descriptions in our own words",
    rest: (step, all) => (/^\s*Usage: pcs|^Usage: pcs/m.test(step.answer.stderr) ? [] : all),
  },
  lines(
    "usage and descriptions in our own words",
    /--help|describe|--list-options|--show-metadata|list-options|crm_\w+ -\?/,
  ),
  lines("agents of other packages", /resource agents|resource list|--list-agents|stonith list/),
  lines(
    "how the programs are built: processes, files, sockets, counters of their insides",
    /^(ps|ls|ss) |corosync-cmapctl/,
  ),
  lines("of this machine: sizes and numbers of files", /config (backup|checkpoint)/),
  pairs("attributes in another order", attributesSorted),
  pairs("another node was chosen, or asked", anyNode),
  lines("left in the configuration by the recorder's earlier runs", /(?:)/, LEFT_OVER),
];

/** Why the lines differ, and those that nothing explains. */
export function reasonsFor(
  step: Step,
  differing: Differing[],
): { reasons: string[]; left: Differing[] } {
  let left = differing;
  const reasons: string[] = [];
  for (const { reason, rest } of RULES) {
    const after = rest(step, left);
    if (after.length < left.length && !reasons.includes(reason)) reasons.push(reason);
    left = after;
  }
  return { reasons, left: left.filter(({ text }) => text.trim() !== "") };
}
