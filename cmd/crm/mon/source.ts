import { existsSync } from "node:fs";
import { ExitCode } from "../../../internal/base/mod.ts";
import { upgradeCib } from "../../../internal/cib/mod.ts";
import { callEngine } from "../../../internal/host/local-client.ts";
import { Paths, underRoot } from "../../../internal/host/paths.ts";
import type { FenceEvent } from "../../../internal/status/mod.ts";
import { type Element, parseXml } from "../../../internal/xml/mod.ts";
import { cibPath, openCib } from "../cib-source.ts";

/** Everything that one report is made from. */
export interface Snapshot {
  cib: Element;
  /** Name of this node; null when reading a file. */
  onNode: string | null;
  daemonState: string | null;
  fencing: FenceEvent[] | null;
}

export type SnapshotResult =
  | { ok: true; value: Snapshot }
  | { ok: false; message: string; code: number };

/** The cluster as it is now, from a file or from the running engine. */
export async function takeSnapshot(): Promise<SnapshotResult> {
  if (cibPath() !== null) return fromFile();
  if (!existsSync(underRoot(Paths.engineSocket))) {
    const message = "Connection to cluster failed: Connection refused";
    return { ok: false, message, code: ExitCode.DISCONNECT };
  }
  return fromEngine();
}

async function fromFile(): Promise<SnapshotResult> {
  const source = await openCib();
  const answer = source.ok ? await source.value.request({ operation: "query" }) : source;
  const output = answer.ok ? answer.value.output : null;
  const upgraded = output === null ? null : upgradeCib(output);
  if (upgraded?.ok === true) {
    const value = { cib: upgraded.value, onNode: null, daemonState: null, fencing: null };
    return { ok: true, value };
  }
  const why = answer.ok ? "Update does not conform to the configured schema" : answer.error.message;
  // A file that cannot be used is reported, but is no failure: a later one may be usable.
  return { ok: false, message: `Could not connect to the CIB: ${why}`, code: ExitCode.OK };
}

async function fromEngine(): Promise<SnapshotResult> {
  const [cib, info, fencing] = await Promise.all([
    callEngine("cib", { operation: "query" }),
    callEngine("info", {}),
    callEngine("fenceHistory", {}),
  ]);
  const parsed = cib.ok && cib.value.output !== null ? parseXml(cib.value.output) : null;
  const upgraded = parsed?.ok === true ? upgradeCib(parsed.value) : null;
  if (upgraded?.ok !== true) {
    const why = cib.ok ? "No such object" : cib.error.message;
    const message = `Connection to cluster failed: ${why}`;
    return { ok: false, message, code: ExitCode.DISCONNECT };
  }
  const value: Snapshot = {
    cib: upgraded.value,
    onNode: info.ok ? info.value.nodeName : null,
    daemonState: info.ok ? "running" : null,
    fencing: fencing.ok ? fencing.value.entries : [],
  };
  return { ok: true, value };
}
