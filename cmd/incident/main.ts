import { hostname } from "node:os";
import { VERSION } from "../../internal/base/mod.ts";
import { rootPrefix } from "../../internal/host/paths.ts";
import { errOut, out } from "../io.ts";
import { collectPart } from "./collect.ts";
import { type Incident, IncidentError, type Part, readIncident, writeIncident } from "./file.ts";
import { replay } from "./replay.ts";

const USAGE = `muster incident: what happened, in one file

Usage: muster incident COMMAND

  save FILE      packs configuration history, scheduler inputs, and membership and operation events of
                 this node and of all others that answer (through pcsd). Secrets are removed.
  replay FILE    shows the timeline, decides every transition again with its reasons, and compares it
                 with what was done. Exit code 1 when some transition comes out otherwise.
  part           this node's own part, as JSON; what pcsd gives to the others

In a sandbox 'muster sandbox incident FILE' saves what all its nodes know.
`;

/** How long another node may take to pack its part. */
const PEER_MS = 60_000;

/** Parts of several nodes as one incident. */
export function incidentOf(parts: Part[], missing: Incident["missing"]): Incident {
  return { format: 1, version: VERSION, savedMs: Date.now(), parts, missing };
}

async function ownName(): Promise<string> {
  const { callEngine } = await import("../../internal/host/local-client.ts");
  const answer = await callEngine("info", {}).catch(() => null);
  return answer?.ok === true ? answer.value.nodeName : hostname();
}

async function peers(own: string): Promise<{ parts: Part[]; missing: Incident["missing"] }> {
  const { nodeAccess } = await import("../pcs/nodes.ts");
  const access = nodeAccess(PEER_MS);
  const parts: Part[] = [];
  const missing: Incident["missing"] = [];
  for (const [name, host] of await access.known()) {
    if (name === own) continue;
    const answer = await access.call(host, "remote/incident");
    if (!answer.ok) {
      missing.push({ node: name, why: "it does not answer, or refuses" });
      continue;
    }
    try {
      parts.push(JSON.parse(answer.body) as Part);
    } catch {
      missing.push({ node: name, why: "its answer is no part of an incident" });
    }
  }
  return { parts, missing };
}

async function save(path: string): Promise<number> {
  const own = await ownName();
  const others = await peers(own);
  const incident = incidentOf([collectPart(rootPrefix(), own), ...others.parts], others.missing);
  await writeIncident(path, incident);
  for (const line of savedLines(path, incident)) out(`${line}\n`);
  return 0;
}

/** What a save tells the user. */
export function savedLines(path: string, { parts, missing }: Incident): string[] {
  const inputs = parts.reduce((sum, part) => sum + part.inputs.length, 0);
  const names = parts.map((part) => part.node).join(", ");
  return [
    `saved ${path}: ${names}; ${inputs} scheduler inputs`,
    ...missing.map(({ node, why }) => `nothing from ${node}: ${why}`),
  ];
}

export async function main(argv: string[]): Promise<number> {
  const [verb, path] = argv;
  try {
    if (verb === "part") {
      out(`${JSON.stringify(collectPart(rootPrefix(), await ownName()))}\n`);
      return 0;
    }
    if (verb === "save" && path !== undefined) return await save(path);
    if (verb === "replay" && path !== undefined) {
      const { lines, same } = replay(await readIncident(path));
      out(`${lines.join("\n")}\n`);
      return same ? 0 : 1;
    }
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    errOut(`muster incident: ${error.message}\n`);
    return 1;
  }
  const asked = verb === "--help" || verb === "-h" || verb === "help";
  (asked ? out : errOut)(USAGE);
  return asked ? 0 : 1;
}
