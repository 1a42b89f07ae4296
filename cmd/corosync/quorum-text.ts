import type { QuorumAnswer } from "./ask.ts";

export interface Show {
  hex: boolean;
  addresses: boolean;
  /** All names or addresses of each node. */
  all: boolean;
  order: "a" | "i" | "n";
}

type Node = QuorumAnswer["nodes"][number];

/** What corosync-quorumtool -s (or -l: the table alone) prints. */
export function statusText(
  q: QuorumAnswer,
  show: Show,
  what: "status" | "list",
  machine = false,
): string {
  const table = tableText(q, show, machine);
  if (what === "list") return table;
  const id = show.hex ? `0x${q.nodeId.toString(16).padStart(8, "0")}` : String(q.nodeId);
  const blocked = q.totalVotes < q.neededVotes && !q.quorate ? "Activity blocked" : " ";
  const voting =
    q.provider === null
      ? ""
      : `
Votequorum information
----------------------
Expected votes:   ${q.expectedVotes}
Highest expected: ${q.highestExpected}
Total votes:      ${q.totalVotes}
Quorum:           ${q.neededVotes} ${blocked}
Flags:            ${q.flags.map((flag) => `${flag} `).join("")}
`;
  return `Quorum information
------------------
Date:             ${dateText(new Date())}
Quorum provider:  ${q.provider ?? "Not configured"}
Nodes:            ${q.members.length}
Node ID:          ${id}
Ring ID:          ${ringText(q)}
Quorate:          ${q.quorate ? "Yes" : "No"}
${voting}${table}`;
}

function ringText(q: QuorumAnswer): string {
  return `${q.ring.rep.toString(16)}.${q.ring.seq.toString(16)}`;
}

/** ctime(3) in the C locale. */
function dateText(now: Date): string {
  const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const day = String(now.getDate()).padStart(2, " ");
  return `${days[now.getDay()]} ${months[now.getMonth()]} ${day} ${time} ${now.getFullYear()}`;
}

function shown(q: QuorumAnswer): Node[] {
  return q.members.map(
    (nodeId) =>
      q.nodes.find((node) => node.nodeId === nodeId) ?? { nodeId, votes: 0, device: "NR" },
  );
}

function label(q: QuorumAnswer, show: Show, node: Node): string {
  const known = q.names[node.nodeId];
  if (known === undefined) return "";
  if (show.all) return known.addresses.join(", ");
  return show.addresses ? known.address : known.name;
}

function inOrder(q: QuorumAnswer, show: Show): Node[] {
  const nodes = shown(q);
  if (show.order !== "n") return nodes;
  return nodes.sort((a, b) => (label(q, show, a) < label(q, show, b) ? -1 : 1));
}

function idText(show: Show, nodeId: number): string {
  return show.hex ? `0x${nodeId.toString(16).padStart(8, "0")}` : String(nodeId).padStart(10, " ");
}

/** `NR`: no quorum device is registered. */
const NO_DEVICE = "NR";

function tableText(q: QuorumAnswer, show: Show, machine: boolean): string {
  const device = q.device !== null || (machine && q.provider !== null);
  const rows = inOrder(q, show).map((node) => {
    const votes = q.provider === null ? "        " : String(node.votes).padStart(10, " ");
    const letters = device
      ? ` ${(q.device === null ? NO_DEVICE : node.device).padStart(10, " ")}`
      : "";
    const local = node.nodeId === q.nodeId ? " (local)" : "";
    return `${idText(show, node.nodeId)} ${votes}${letters} ${label(q, show, node)}${local}\n`;
  });
  const head =
    q.provider === null
      ? "    Nodeid      "
      : `    Nodeid      Votes${device ? "    Qdevice" : ""}`;
  const last =
    q.device === null
      ? ""
      : `${idText(show, 0)} ${String(q.device.casts ? q.device.votes : 0).padStart(10, " ")}` +
        `            Qdevice${q.device.casts ? "" : ` (votes ${q.device.votes})`}\n`;
  return (
    "\nMembership information\n----------------------\n" + `${head} Name\n${rows.join("")}${last}`
  );
}

/** The form for programs: -p. */
export function machineText(q: QuorumAnswer, show: Show, what: "status" | "list"): string {
  return statusText(q, show, what, true);
}
