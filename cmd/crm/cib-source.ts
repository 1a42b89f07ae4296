import { homedir } from "node:os";
import { join } from "node:path";
import { ExitCode, err, ok, type Result } from "../../internal/base/mod.ts";
import type { CibFailure, CibRequest } from "../../internal/cib/mod.ts";
import type { CibCall, CibReply } from "../../internal/node/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";

/** Outcome of a request: the answer's XML, if it has any, and whether the CIB became another. */
export interface CibAnswer {
  output: Element | null;
  changed: boolean;
}

/** Why not, and what is to be shown of it. */
export type CibRefusal = CibFailure & { output: Element | null };

export type CibResult = Result<CibAnswer, CibRefusal>;
export type CibTextResult = Result<string | null, CibRefusal>;

/** The CIB a tool works on: a file, a shadow copy, or that of the running cluster. */
export interface CibSource {
  kind: "file" | "live";
  request(request: CibRequest): Promise<CibResult>;
  /** The same, with the answer's XML as text laid out for reading; null when there is none. */
  requestText(request: CibRequest): Promise<CibTextResult>;
}

const NOT_CONNECTED: CibFailure = {
  code: ExitCode.DISCONNECT,
  message: "Transport endpoint is not connected",
  legacy: -107,
};

/** Opens what CIB_file or CIB_shadow name, else the cluster's CIB; the failure is why it cannot be. */
export async function openCib(): Promise<Result<CibSource, CibFailure>> {
  const path = cibPath();
  if (path === null) return openLive();
  // The running cluster is asked far more often: what only files need is not loaded for it.
  const { openFile } = await import("./cib-on-file.ts");
  return openFile(path);
}

/** The file to work on, from the environment; null for the running cluster. */
export function cibPath(): string | null {
  const file = process.env["CIB_file"];
  if (file !== undefined && file !== "") return file;
  const shadow = process.env["CIB_shadow"];
  return shadow === undefined || shadow === "" ? null : shadowPath(shadow);
}

/** Where a shadow copy of that name is kept. */
export function shadowPath(name: string): string {
  const folder = process.env["CIB_shadow_dir"];
  return join(folder ?? join(homedir(), ".cib"), `shadow.${name}`);
}

async function openLive(): Promise<Result<CibSource, CibFailure>> {
  const { existsSync } = await import("node:fs");
  const { Paths, underRoot } = await import("../../internal/host/paths.ts");
  if (!existsSync(underRoot(Paths.engineSocket))) return err(NOT_CONNECTED);
  return ok({ kind: "live", request: requestLive, requestText: requestLiveText });
}

/** What the engine answers, not parsed. */
async function askLive(request: CibRequest): Promise<Result<CibReply, CibRefusal>> {
  const { callEngine } = await import("../../internal/host/local-client.ts");
  const { input, user: _user, stamp: _stamp, nodePath: _nodePath, ...rest } = request;
  const call: CibCall = rest;
  if (input !== undefined) call.input = printXml(input);
  const answer = await callEngine("cib", call);
  if (answer.ok) return ok(answer.value);
  const { code, message, legacy } = answer.error;
  const failure = code === ExitCode.DISCONNECT ? NOT_CONNECTED : { code, message, legacy };
  return err({ ...(failure as CibFailure), output: null });
}

/** The engine lays its answers out already. */
async function requestLiveText(request: CibRequest): Promise<CibTextResult> {
  const answer = await askLive(request);
  return answer.ok ? ok(answer.value.output) : answer;
}

async function requestLive(request: CibRequest): Promise<CibResult> {
  const answer = await askLive(request);
  if (!answer.ok) return answer;
  const { output, changed } = answer.value;
  const parsed = output === null ? null : parseXml(output);
  const element = parsed?.ok === true ? parsed.value : null;
  if (request.nodePath !== true || element === null) return ok({ output: element, changed });
  // Paths are worked out here: the answer holds the matches without what is around them.
  const { callEngine } = await import("../../internal/host/local-client.ts");
  const whole = await callEngine("cib", { operation: "query" });
  const text = whole.ok ? whole.value.output : null;
  const cib = text === null ? null : parseXml(text);
  if (cib?.ok !== true) return err({ ...NOT_CONNECTED, output: null });
  const { applyCibRequest } = await import("../../internal/cib/mod.ts");
  return applyCibRequest(cib.value, request);
}
