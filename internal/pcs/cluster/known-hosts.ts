import type { PcsContext } from "../frame/context.ts";
import { parseJson } from "../frame/json.ts";

const PATH = "/var/lib/pcsd/known-hosts";

/** Addresses that pcsd knows, by host name. */
export type KnownHosts = ReadonlyMap<string, string>;

/** Reads the hosts that this machine was authenticated to; warns when there is no such file. */
export async function readKnownHosts(context: PcsContext): Promise<KnownHosts> {
  const text = await context.env.systemFile(PATH);
  if (!text.ok) {
    context.report.warning(`Unable to read the known-hosts file: ${text.error}: '${PATH}'`);
    return new Map();
  }
  const hosts = new Map<string, string>();
  const parsed = parseJson(text.value);
  const known = member(parsed, "known_hosts");
  if (typeof known !== "object" || known === null) {
    context.report.warning("Unable to parse the known-hosts file");
    return hosts;
  }
  for (const [name, host] of Object.entries(known)) {
    const list = member(host, "dest_list");
    const address = Array.isArray(list) ? member(list[0], "addr") : undefined;
    if (typeof address === "string") hosts.set(name, address);
  }
  return hosts;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Address of a host, its own name when pcsd knows none; says which it took. */
export function knownAddress(context: PcsContext, hosts: KnownHosts, name: string): string {
  const address = hosts.get(name) ?? name;
  context.report.info(`No addresses specified for host '${name}', using '${address}'`);
  return address;
}
