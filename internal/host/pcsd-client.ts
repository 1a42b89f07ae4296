/** Requests to the pcsd of another node, as pcs 0.12 makes them. */

export interface PcsdTarget {
  /** Addresses, tried in order until one connects. */
  destinations: { addr: string; port: number }[];
  /** Token of an earlier authentication. */
  token?: string;
}

/** The layer that failed, so that the user is told what to look at. */
export type PcsdFailure =
  | { layer: "name" | "tcp" | "tls" | "timeout" | "protocol"; message: string }
  | { layer: "authentication" | "permission" | "unsupported" | "refused"; message: string };

export type PcsdAnswer = { ok: true; body: string } | { ok: false; failure: PcsdFailure };

const TIMEOUT_MS = 60_000;
export const PCSD_PORT = 2224;

/** POST with a form when `form` has entries, else GET. Never throws. */
export async function callPcsd(
  target: PcsdTarget,
  path: string,
  form: Record<string, string> = {},
  timeoutMs: number = TIMEOUT_MS,
): Promise<PcsdAnswer> {
  let failure: PcsdFailure = { layer: "name", message: "the host has no address" };
  for (const destination of target.destinations) {
    const answer = await once(destination, target.token, path, form, timeoutMs);
    if (answer.ok) return answer;
    failure = answer.failure;
    if (failure.layer !== "name" && failure.layer !== "tcp") return answer;
  }
  return { ok: false, failure };
}

async function once(
  destination: { addr: string; port: number },
  token: string | undefined,
  path: string,
  form: Record<string, string>,
  timeoutMs: number,
): Promise<PcsdAnswer> {
  const host = destination.addr.includes(":") ? `[${destination.addr}]` : destination.addr;
  const posted = Object.keys(form).length > 0;
  try {
    const response = await fetch(`https://${host}:${destination.port}/${path}`, {
      method: posted ? "POST" : "GET",
      ...(posted ? { body: new URLSearchParams(form) } : {}),
      headers: token === undefined ? {} : { cookie: `token=${token}` },
      // As pcs does: the token is what authenticates, certificates are each node's own.
      tls: { rejectUnauthorized: false, checkServerIdentity: () => undefined },
      signal: AbortSignal.timeout(timeoutMs),
      // Node traffic never goes through a proxy of the environment.
      proxy: "",
      keepalive: false,
    });
    return judge(response.status, await response.text());
  } catch (error) {
    return { ok: false, failure: classify(error as NodeJS.ErrnoException, destination) };
  }
}

function judge(status: number, body: string): PcsdAnswer {
  const fail = (layer: PcsdFailure["layer"], message: string): PcsdAnswer => ({
    ok: false,
    failure: { layer, message },
  });
  if (status === 200) return { ok: true, body };
  if (status === 400) return fail("refused", body.trim());
  if (status === 401) return fail("authentication", "HTTP error: 401");
  if (status === 403) return fail("permission", "HTTP error: 403");
  if (status === 404) return fail("unsupported", "HTTP error: 404");
  return fail("protocol", `HTTP error: ${status}`);
}

function classify(
  error: NodeJS.ErrnoException,
  { addr, port }: { addr: string; port: number },
): PcsdFailure {
  const code = error.code ?? error.name;
  const where = `${addr}:${port}`;
  if (error.name === "TimeoutError")
    return { layer: "timeout", message: `${where} does not answer` };
  if (/ENOTFOUND|EAI_|DNS/i.test(code)) {
    return { layer: "name", message: `the name ${addr} cannot be resolved` };
  }
  if (/ConnectionRefused|ECONNREFUSED|FailedToOpenSocket|EHOSTUNREACH|ENETUNREACH/.test(code)) {
    return { layer: "tcp", message: `no connection to ${where}: ${error.message}` };
  }
  if (/CERT|SSL|TLS/i.test(code)) {
    return { layer: "tls", message: `TLS with ${where} failed: ${error.message}` };
  }
  return { layer: "protocol", message: `${where}: ${error.message}` };
}
