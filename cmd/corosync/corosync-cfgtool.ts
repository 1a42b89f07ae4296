import { errOut, out } from "../io.ts";
import { ask, type QuorumAnswer, type StatusAnswer } from "./ask.ts";
import { getopt } from "./getopt.ts";

const USAGE = `corosync-cfgtool [[-i <interface ip>] [-b] -s] [-R] [-L] [-k nodeid] [-a nodeid] [-h] [-H]

A tool for displaying and configuring active parameters within corosync.
options:
	-i	Finds only information about the specified interface IP address or link id when used with -s..
	-s	Displays the status of the current links on this node.
	-n	Displays the status of the connected nodes and their links.
	-b	Displays the brief status of the current links on this node when used with -s.
	-R	Tell all instances of corosync in this cluster to reload corosync.conf.
	-L	Tell corosync to reopen all logging files.
	-k	Kill a node identified by node id.
	-a	Display the IP address(es) of a node
	-h	Print basic usage.
	-H	Shutdown corosync cleanly on this node.
		--force will shut down corosync regardless of daemon vetos
`;

type Action = "s" | "n" | "R" | "L" | "k" | "a" | "H";

export async function main(argv: string[], name: string): Promise<number> {
  if (argv.length === 0) {
    out(USAGE);
    return 0;
  }
  const parsed = getopt(name, argv, "i:snbrRLk:a:hH", { force: "F" });
  if (!parsed.ok) {
    errOut(parsed.message);
    return 1;
  }
  let action: Action | null = null;
  let brief = false;
  let node = 0;
  for (const { letter, argument } of parsed.options) {
    switch (letter) {
      case "h":
        out(USAGE);
        return 0;
      // Corosync takes it and shows all links the same.
      case "i":
        break;
      case "b":
        brief = true;
        break;
      case "k":
      case "a":
        node = /^\d+$/.test(argument) ? Number(argument) : 0;
        if (node === 0) {
          errOut("The nodeid was not valid, try a positive number\n");
          return 1;
        }
        action = letter;
        break;
      case "s":
      case "n":
      case "R":
      case "L":
      case "H":
        action = letter;
    }
  }
  switch (action) {
    case "s":
      return links(brief);
    case "n":
      return nodes();
    case "a":
      return addresses(node);
    case "R":
      return reload();
    case "L":
      return tell("reopen-logs", {}, "CS_ERR_LIBRARY");
    case "k":
      out(`Killing node ${node}\n`);
      return kill(node);
    case "H":
      out("Shutting down corosync\n");
      return tell("shutdown", {}, "2");
    case null:
      out(USAGE);
      return 0;
  }
}

function away(error: string): number {
  errOut(`Could not initialize corosync configuration API error ${error}\n`);
  return 1;
}

async function tell(op: string, parameters: Record<string, unknown>, error: string) {
  const answer = await ask<null>(op, parameters);
  if (answer.ok) return 0;
  if (answer.reason === "not-running") return away(error);
  errOut(`${answer.message}\n`);
  return 1;
}

async function kill(nodeId: number): Promise<number> {
  const answer = await ask<null>("kill", { nodeId, reason: "killed by administrator" });
  if (answer.ok) return 0;
  if (answer.reason === "not-running") return away("2");
  errOut(`Could not kill node (error = ${answer.message})\n`);
  return 1;
}

async function reload(): Promise<number> {
  out("Reloading corosync.conf...\n");
  const answer = await ask<null>("reload");
  if (answer.ok) {
    out("Done\n");
    return 0;
  }
  if (answer.reason === "not-running") return away("CS_ERR_LIBRARY");
  errOut(`ERROR from reload: ${answer.message} - see syslog for more information\n`);
  return 1;
}

async function links(brief: boolean): Promise<number> {
  const answer = await ask<StatusAnswer>("status");
  if (!answer.ok) return away("2");
  const { nodeId, transport } = answer.value;
  out(`Local node ID ${nodeId}, transport ${transport}\n`);
  for (const link of answer.value.links) {
    out(`LINK ID ${link.link} ${link.protocol}\n\taddr\t= ${link.address}\n`);
    if (brief) {
      out(`\tstatus\t= ${link.nodes.map((node) => briefStatus(node, nodeId)).join("")}\n`);
      continue;
    }
    out("\tstatus:\n");
    for (const node of link.nodes) {
      const state =
        node.nodeId === nodeId ? "localhost" : node.connected ? "connected" : "disconnected";
      out(`\t\tnodeid: ${String(node.nodeId).padStart(10, " ")}:\t${state}\n`);
    }
  }
  return 0;
}

/** One digit per node: enabled 1, connected 2; "n" for this node. */
function briefStatus(node: { nodeId: number; enabled: boolean; connected: boolean }, me: number) {
  if (node.nodeId === me) return "n";
  return String((node.enabled ? 1 : 0) + (node.connected ? 2 : 0));
}

async function nodes(): Promise<number> {
  const answer = await ask<StatusAnswer>("status");
  if (!answer.ok) return away("2");
  const { nodeId: me, transport, links: all } = answer.value;
  out(`Local node ID ${me}, transport ${transport}\n`);
  for (const { nodeId } of answer.value.nodes) {
    if (nodeId === me) continue;
    const own = all.flatMap((link) => {
      const node = link.nodes.find((entry) => entry.nodeId === nodeId);
      return node === undefined ? [] : [{ link, node }];
    });
    // Corosync leaves out who cannot be reached.
    if (!own.some(({ node }) => node.connected)) continue;
    out(`nodeid: ${nodeId} reachable\n`);
    for (const { link, node } of own) {
      const words = [node.enabled ? " enabled" : "", node.connected ? " connected" : ""].join("");
      const mtu = node.mtu > 0 ? ` mtu: ${node.mtu}` : "";
      out(
        `   LINK: ${link.link} ${link.protocol} (${link.address}->${node.address})${words}${mtu}\n`,
      );
    }
    out("\n");
  }
  return 0;
}

async function addresses(node: number): Promise<number> {
  const answer = await ask<QuorumAnswer>("quorum");
  if (!answer.ok) return away("2");
  const known = answer.value.names[node];
  if (known === undefined) {
    errOut(`Could not get node address for nodeid ${node}\n`);
    return 1;
  }
  out(`${known.addresses.join(" ")}\n`);
  return 0;
}
