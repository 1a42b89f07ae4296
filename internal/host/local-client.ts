import { ExitCode } from "../base/mod.ts";
import type { LocalAnswer, LocalCommand, LocalRequest, WatchCall, WatchLine } from "../node/mod.ts";
import { Paths, underRoot } from "./paths.ts";

const ENOTCONN = -107;
const ETIME = -62;

/**
 * One question to the engine of this node. Never throws: an engine that is not there, hangs or
 * answers nonsense is a {@link LocalAnswer} with `ok: false`, code DISCONNECT or TIMEOUT.
 */
export async function callEngine<K extends LocalCommand>(
  command: K,
  request: LocalRequest<K>,
  options: { timeoutMs?: number; socketPath?: string } = {},
): Promise<LocalAnswer<K>> {
  try {
    const response = await fetch(`http://engine/v1/${command}`, {
      unix: options.socketPath ?? underRoot(Paths.engineSocket),
      method: "POST",
      body: JSON.stringify(request),
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(options.timeoutMs ?? 120_000),
    });
    return (await response.json()) as LocalAnswer<K>;
  } catch (error) {
    return refused<K>(error as Error);
  }
}

function refused<K extends LocalCommand>(error: Error): LocalAnswer<K> {
  if (error.name === "TimeoutError") {
    return { ok: false, error: { code: ExitCode.TIMEOUT, message: "Timeout", legacy: ETIME } };
  }
  const { message } = error;
  return { ok: false, error: { code: ExitCode.DISCONNECT, message, legacy: ENOTCONN } };
}

/**
 * Follows the engine's stream, calling `onLine` for each line, until the engine closes it (resolves
 * true), it cannot be reached (resolves false) or `signal` aborts (resolves true).
 */
export async function watchEngine(
  what: WatchCall,
  onLine: (line: WatchLine) => void,
  options: { signal?: AbortSignal; socketPath?: string } = {},
): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch("http://engine/v1/watch", {
      unix: options.socketPath ?? underRoot(Paths.engineSocket),
      method: "POST",
      body: JSON.stringify(what),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch {
    return options.signal?.aborted === true;
  }
  if (response.status !== 200 || response.body === null) return false;
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) if (line !== "") onLine(JSON.parse(line) as WatchLine);
    }
  } catch (error) {
    if (options.signal?.aborted !== true && error instanceof SyntaxError) throw error;
  }
  return true;
}
