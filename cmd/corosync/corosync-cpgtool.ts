import { errOut, out } from "../io.ts";
import { ask, type QuorumAnswer } from "./ask.ts";
import { getopt } from "./getopt.ts";

const USAGE = (name: string) => `${name} [-d delimiter] [-e] [-n] [-h]

A tool for displaying cpg groups and members.
options:
	-d	Delimiter between fields.
	-e	Don't escape unprintable characters in group name.
	-n	Display only all existing group names.
	-h	Display this help.
`;

interface Member {
  nodeId: number;
  pid: number;
  group: string;
}

export async function main(argv: string[], name: string): Promise<number> {
  const parsed = getopt(name, argv, "hd:ne");
  if (!parsed.ok) {
    errOut(parsed.message);
    return 1;
  }
  let delimiter: string | null = null;
  let namesOnly = false;
  let escaping = true;
  for (const { letter, argument } of parsed.options) {
    if (letter === "h") {
      out(USAGE(name));
      return 0;
    }
    if (letter === "d") delimiter = argument.slice(0, 1);
    if (letter === "n") namesOnly = true;
    if (letter === "e") escaping = false;
  }
  const groups = await ask<Member[]>("groups");
  const quorum = await ask<QuorumAnswer>("quorum");
  if (!groups.ok || !quorum.ok) {
    errOut("Could not initialize corosync cpg API error 2\n");
    return 1;
  }
  const printable = (group: string) => (escaping ? escaped(group) : group);
  const names = [...new Set(groups.value.map((member) => member.group))].sort();
  if (namesOnly) {
    out(names.map((group) => `${printable(group)}\n`).join(""));
    return 0;
  }
  if (delimiter !== null) out(`GRP_NAME${delimiter}PID${delimiter}NODEID\n`);
  else out(`Group Name\t${"PID".padStart(10)}\t${"Node ID".padStart(10)}\n`);
  for (const group of names) {
    if (delimiter === null) out(`${printable(group)}\n`);
    for (const member of groups.value.filter((m) => m.group === group)) {
      if (delimiter !== null) {
        out(`${printable(group)}${delimiter}${member.pid}${delimiter}${member.nodeId}\n`);
        continue;
      }
      const address = quorum.value.names[member.nodeId]?.address ?? "";
      const pid = String(member.pid).padStart(10);
      out(`\t\t${pid}\t${String(member.nodeId).padStart(10)} (${address})\n`);
    }
  }
  return 0;
}

function escaped(text: string): string {
  return text.replace(
    /[^\x20-\x7e]|\\/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
