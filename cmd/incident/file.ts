import { writeFile } from "node:fs/promises";

/** What one node knows of an incident. */
export interface Part {
  node: string;
  /** The configuration now, and the numbered backups, oldest first. XML. */
  cib: string | null;
  history: { file: string; savedMs: number; xml: string }[];
  /** What the scheduler was asked, oldest first; only on nodes that were DC. */
  inputs: { file: string; savedMs: number; xml: string }[];
  /** Lines of the engine's and the ring's log, oldest first. */
  log: string[];
}

export interface Incident {
  format: 1;
  version: string;
  savedMs: number;
  parts: Part[];
  /** Nodes that did not answer, and why. */
  missing: { node: string; why: string }[];
}

/** A refusal that the user can act on. */
export class IncidentError extends Error {
  override name = "IncidentError";
}

/** A file is JSON under zstd; larger ones than this are nobody's. */
const LARGEST = 512 * 1024 * 1024;

export async function writeIncident(path: string, incident: Incident): Promise<void> {
  const bytes = Bun.zstdCompressSync(Buffer.from(JSON.stringify(incident)), { level: 9 });
  // Bun.write gives the mode of others their part. A file that is there already keeps its own.
  await writeFile(path, bytes, { mode: 0o600 });
}

export async function readIncident(path: string): Promise<Incident> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new IncidentError(`${path} does not exist`);
  if (file.size > LARGEST) throw new IncidentError(`${path} is too large for an incident file`);
  try {
    const text = Buffer.from(Bun.zstdDecompressSync(await file.bytes())).toString();
    const incident = JSON.parse(text) as Incident;
    if (incident.format === 1) return incident;
  } catch {
    throw new IncidentError(`${path} is no incident file, or damaged`);
  }
  throw new IncidentError(`${path} is of a newer format: use a newer muster`);
}
