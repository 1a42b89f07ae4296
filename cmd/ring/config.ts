import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import {
  type ConfNode,
  type ConfSection,
  type CorosyncConfig,
  findLocalNode,
  parseConf,
  readConf,
} from "../../internal/corosync-conf/mod.ts";
import { errnoOf, errnoText } from "../../internal/host/errno-text.ts";
import { rootPrefix } from "../../internal/host/paths.ts";

/** A configuration that the ring can run on. */
export interface RingConfig {
  path: string;
  tree: ConfSection;
  settings: CorosyncConfig;
  me: ConfNode;
  /** Literal address by node id and link. */
  addresses: Map<number, Map<number, string>>;
}

/** What was wrong, as Corosync prints it; `logged` messages carry a time stamp and subsystem. */
export interface ConfigError {
  message: string;
  logged: boolean;
  exitCode: number;
}

const EXIT_CONFIG = 8;
const EXIT_LOGGING = 7;

/** Reads, checks and resolves a corosync.conf. */
export async function loadConfig(path: string): Promise<Result<RingConfig, ConfigError>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = errnoOf(error);
    return plain(`Can't read file ${path}: ${errnoText(code) ?? code}`);
  }
  const tree = parseConf(text);
  if (!tree.ok) return plain(`parser error: ${path}:${tree.error.line}: ${tree.error.message}`);
  const settings = readConf(tree.value);
  if (!settings.ok) {
    const { line, message, logging } = settings.error;
    if (logging === true) return err({ message, logged: false, exitCode: EXIT_LOGGING });
    return line === null ? logged(message) : plain(`parser error: ${path}:${line}: ${message}`);
  }
  const addresses = await resolveAll(settings.value);
  if (!addresses.ok) return logged(addresses.error);
  const me = localNode(settings.value, addresses.value);
  if (me === null) return logged("parse error in config: No valid name found for local host");
  return ok({ path, tree: tree.value, settings: settings.value, me, addresses: addresses.value });
}

function plain(message: string): { ok: false; error: ConfigError } {
  return err({ message, logged: false, exitCode: EXIT_CONFIG });
}

function logged(message: string): { ok: false; error: ConfigError } {
  return err({ message, logged: true, exitCode: EXIT_CONFIG });
}

/**
 * MUSTER_NODE or MUSTER_ROOT/etc/hostname name the node where several live on one machine; then
 * `bindnetaddr`, when it is exactly a node's address; then as Corosync does it.
 */
function localNode(
  settings: CorosyncConfig,
  addresses: Map<number, Map<number, string>>,
): ConfNode | null {
  const given = process.env["MUSTER_NODE"] ?? rootHostname();
  if (given !== null) {
    const named = findLocalNode(settings.nodes, given, []);
    if (named !== null) return named;
  }
  const bind = settings.links[0]?.bindAddress ?? null;
  const bound = settings.nodes.find((node) =>
    bind !== null ? [...(addresses.get(node.nodeId)?.values() ?? [])].includes(bind) : false,
  );
  if (bound !== undefined) return bound;
  const own = Object.values(networkInterfaces()).flatMap(
    (list) => list?.map((i) => i.address) ?? [],
  );
  const literal = settings.nodes.map((node) => ({
    ...node,
    addresses: new Map([...node.addresses, ...(addresses.get(node.nodeId) ?? [])]),
  }));
  const found = findLocalNode(literal, hostname(), own);
  return settings.nodes.find((node) => node.nodeId === found?.nodeId) ?? null;
}

function rootHostname(): string | null {
  if (rootPrefix() === "") return null;
  try {
    return readFileSync(`${rootPrefix()}/etc/hostname`, "utf8").trim() || null;
  } catch {
    return null;
  }
}

async function resolveAll(
  settings: CorosyncConfig,
): Promise<Result<Map<number, Map<number, string>>>> {
  const all = new Map<number, Map<number, string>>();
  for (const node of settings.nodes) {
    const links = new Map<number, string>();
    for (const [link, name] of node.addresses) {
      const address = await resolve(name, settings.ipVersion);
      if (address === null) {
        return err(`failed to parse bindnet address '${name}'`);
      }
      links.set(link, address);
    }
    all.set(node.nodeId, links);
  }
  return ok(all);
}

async function resolve(name: string, version: CorosyncConfig["ipVersion"]): Promise<string | null> {
  if (isIP(name.split("%")[0]!) !== 0) return name;
  try {
    const found = await lookup(name, { all: true });
    const of = (family: number) => found.find((entry) => entry.family === family)?.address ?? null;
    switch (version) {
      case "ipv4":
        return of(4);
      case "ipv6":
        return of(6);
      case "ipv4-6":
        return of(4) ?? of(6);
      case "ipv6-4":
        return of(6) ?? of(4);
    }
  } catch {
    return null;
  }
}
