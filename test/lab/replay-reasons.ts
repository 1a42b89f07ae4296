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
  /last-lrm-refresh|<node id="\d" uname="node\d"|^ +<\/node>$|\bzone\b|T1\trevoked|ticket id="T1"|<\/?tickets>|enable-acl|maintenance-mode.*false|stonith-enabled.*true|(rsc|op)_defaults|Resources Defaults|Operations Defaults|Meta Attrs: (rsc|op)_defaults|<(alerts|tags|acls)\/>|rack2|last-granted|instance_attributes id="nodes-\d"\/>|utilization id="nodes-1-utilization"\/>/;

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
  lines("programs that are not part of muster", /sbd|qdevice|device status|booth/),
  lines(
    "the original writes all of the sentence in small letters",
    /cluster setup/,
    /not known to pcs/,
  ),
  pairs("attributes in another order", attributesSorted),
  pairs("an attribute of ours in node_state", (text) =>
    attributesSorted(text).replace(/ quorum_seen="\d"/, ""),
  ),
  pairs("a tool is named without its path", (text) => text.replace("/usr/sbin/crm_mon", "crm_mon")),
  pairs("how long something took", (text) => text.replace(/ T$/, "")),
  pairs("another node was chosen, or asked", anyNode),
  lines(
    "looked at another moment: how often a device had failed by then",
    /(?:)/,
    /Pending Fencing|Fencing History:|(reboot of|fence_event).*(pending|failed)|events found/,
  ),
  lines(
    "looked at another moment: the recording before the next monitor, the answer after it",
    /^(pcs status|crm_mon|pcs resource failcount|crm_failcount|cibadmin -Q -o status)/,
    /\bd1\b|d1_|Failed Resource Actions|fail-count|[Ff]ailcounts|^ +node1: 1|node1:$|<\/?failures>|monitor 10000ms/,
  ),
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
