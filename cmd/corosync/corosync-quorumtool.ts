import { lookupService } from "node:dns/promises";
import { COROSYNC_VERSION } from "../../internal/base/mod.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { watchRing } from "../../internal/host/ring-control.ts";
import { errOut, out } from "../io.ts";
import { ask, type QuorumAnswer } from "./ask.ts";
import { getopt } from "./getopt.ts";
import { machineText, type Show, statusText } from "./quorum-text.ts";

const USAGE = `usage: 
corosync-quorumtool <options>

  options:

  -s             show quorum status
  -m             constantly monitor quorum status
  -l             list nodes
  -a             show all names or addresses for each node
  -p             when used with -s or -l, generates machine parsable output
  -v <votes>     change the number of votes for a node (*)
  -n <nodeid>    optional nodeid of node for -v
  -e <expected>  change expected votes for the cluster (*)
  -H             show nodeids in hexadecimal rather than decimal
  -i             show node IP addresses instead of the resolved name
  -o <a|n|i>     order by [a] IP address (default), [n] name, [i] nodeid
  -f             forcefully unregister a quorum device *DANGEROUS* (*)
  -h             show this help text
  -V             show version and exit

  (*) Starred items only work if votequorum is the quorum provider for corosync

`;

const EXIT_NOT_QUORATE = 2;

interface Command {
  what: "status" | "monitor" | "list" | "votes" | "expected" | "device";
  show: Show;
  machine: boolean;
  votes: number;
  node: number;
}

/** corosync-quorumtool: exit code 0 quorate, 2 not quorate, 1 failure. */
export async function main(argv: string[], name: string): Promise<number> {
  const parsed = getopt(name, argv, "VHaslpmfe:v:hin:o:");
  if (!parsed.ok) {
    errOut(parsed.message);
    out(USAGE);
    return 1;
  }
  const command: Command = {
    what: "status",
    show: { hex: false, addresses: false, all: false, order: "a" },
    machine: false,
    votes: 0,
    node: 0,
  };
  for (const { letter, argument } of parsed.options) {
    const done = apply(command, letter, argument);
    if (done !== null) return done;
  }
  return run(command);
}

/** An exit code when the option ends everything. */
function apply(command: Command, letter: string, argument: string): number | null {
  const { show } = command;
  switch (letter) {
    case "f":
      command.what = "device";
      break;
    case "a":
      show.all = true;
      break;
    case "s":
      command.what = "status";
      break;
    case "m":
      command.what = "monitor";
      break;
    case "l":
      command.what = "list";
      break;
    case "i":
      show.addresses = true;
      break;
    case "p":
      command.machine = true;
      break;
    case "H":
      show.hex = true;
      break;
    case "e":
      command.votes = number(argument);
      if (!(command.votes > 0)) {
        return refuse("New expected votes value was not valid, try a positive number");
      }
      command.what = "expected";
      break;
    case "n":
      command.node = number(argument);
      if (!(command.node > 0)) return refuse("The nodeid was not valid, try a positive number");
      break;
    case "v":
      command.votes = number(argument);
      if (!(command.votes >= 0)) {
        return refuse("New votes value was not valid, try a positive number or zero");
      }
      command.what = "votes";
      break;
    case "o":
      if (argument !== "a" && argument !== "i" && argument !== "n") {
        return refuse(
          "Invalid ordering option. valid orders are a(address), i(node ID) or n(name)",
        );
      }
      show.order = argument;
      break;
    case "h":
      out(USAGE);
      return 0;
    case "V":
      out(`corosync-quorumtool version: ${COROSYNC_VERSION}\n`);
      return 0;
  }
  return null;
}

function number(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function refuse(message: string): number {
  errOut(`${message}\n`);
  return 1;
}

async function run(command: Command): Promise<number> {
  const answer = await ask<QuorumAnswer>("quorum");
  if (!answer.ok) return refuse("Cannot initialize CMAP service");
  const quorum = answer.value;
  if (command.show.all && !command.show.addresses) await resolveNames(quorum);
  switch (command.what) {
    case "status":
    case "list":
      if (command.machine) out(machineText(quorum, command.show, command.what));
      else out(statusText(quorum, command.show, command.what));
      if (command.what === "list") return 0;
      return quorum.quorate ? 0 : EXIT_NOT_QUORATE;
    case "expected":
      return change(quorum, "expected-votes", { votes: command.votes }, (why) =>
        refuse(`Unable to set expected votes: ${why}`),
      );
    case "votes": {
      const nodeId = command.node || quorum.nodeId;
      return change(quorum, "votes", { nodeId, votes: command.votes }, (why) =>
        refuse(`Unable to set votes ${command.votes} for nodeid: ${nodeId}: ${why}`),
      );
    }
    case "device":
      if (quorum.provider === null) {
        return refuse("You cannot unregister quorum device, corosync is not using votequorum");
      }
      // None is registered; Corosync is content with that.
      return 0;
    case "monitor":
      return monitor(quorum, command.show);
  }
}

/** Each address by the name that the resolver has for it: -a without -i. */
async function resolveNames(quorum: QuorumAnswer): Promise<void> {
  const named = (address: string) =>
    lookupService(address, 0).then(
      ({ hostname }) => hostname,
      () => address,
    );
  for (const node of Object.values(quorum.names)) {
    node.addresses = await Promise.all(node.addresses.map(named));
  }
}

async function change(
  quorum: QuorumAnswer,
  op: string,
  parameters: Record<string, unknown>,
  failed: (why: string) => number,
): Promise<number> {
  if (quorum.provider === null) {
    const what = op === "votes" ? "node votes" : "expected votes";
    return refuse(`You cannot change ${what}, corosync is not using votequorum`);
  }
  const answer = await ask<null>(op, parameters);
  return answer.ok ? 0 : failed(answer.message);
}

/** Prints the status at once and after each change, until the ring goes away. */
async function monitor(quorum: QuorumAnswer, show: Show): Promise<number> {
  if (quorum.provider === null) return refuse("Quorum is not configured - cannot monitor");
  await watchRing(underRoot(Paths.ringSocket), "quorum-watch", {}, (value) => {
    const { ok, value: now } = value as { ok: boolean; value: Partial<QuorumAnswer> };
    if (ok) out(`${statusText({ ...quorum, ...now }, show, "status")}\n`);
  });
  return 0;
}
