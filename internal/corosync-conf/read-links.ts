import { err, ok, type Result } from "../base/mod.ts";
import { linkNumberOf } from "./keys.ts";
import type { ConfNode, LinkSettings, Transport } from "./model.ts";
import { type ConfSection, optionValue, sectionsNamed } from "./tree.ts";

const MOST_LINKS = 8;
const DEFAULT_PORT = 5405;

/** Every link in use: those of the node list and those with an `interface` section, ascending. */
export function readLinks(
  root: ConfSection,
  transport: Transport,
  nodes: ConfNode[],
  tokenMs: number,
): Result<LinkSettings[]> {
  const sections = new Map<number, ConfSection>();
  for (const totem of sectionsNamed(root, "totem")) {
    for (const section of sectionsNamed(totem, "interface")) {
      const link = linkNumberOf(section);
      if (link < MOST_LINKS) sections.set(link, section);
    }
  }
  const numbers = new Set<number>(nodes.flatMap((node) => [...node.addresses.keys()]));
  if (nodes.length === 0) for (const link of sections.keys()) numbers.add(link);
  if (transport !== "knet" && numbers.size > 1) {
    return err(`${numbers.size} is too many configured interfaces for non-Knet transport.`);
  }
  const shape = checkShape(nodes, numbers);
  if (shape !== null) return err(shape);
  const links: LinkSettings[] = [];
  for (const link of [...numbers].sort((a, b) => a - b)) {
    links.push(readLink(link, sections.get(link), transport, tokenMs));
  }
  return ok(links);
}

function checkShape(nodes: ConfNode[], numbers: Set<number>): string | null {
  if (numbers.size < 2) return null;
  if (nodes.some((node) => node.addresses.size !== nodes[0]!.addresses.size)) {
    return "Not all nodes have the same number of links";
  }
  if (nodes.some((node) => node.name === null)) {
    return "for a multi-link configuration, all nodes must have a 'name' attribute";
  }
  return null;
}

function readLink(
  link: number,
  section: ConfSection | undefined,
  transport: Transport,
  tokenMs: number,
): LinkSettings {
  const text = (name: string) => (section === undefined ? null : optionValue(section, name));
  const number = (name: string, fallback: number) => Number(text(name) ?? "") || fallback;
  const pongCount = number("knet_pong_count", 2);
  return {
    link,
    port: number("mcastport", DEFAULT_PORT + (transport === "knet" ? link : 0)),
    priority: Number(text("knet_link_priority") ?? "1"),
    pingIntervalMs: number("knet_ping_interval", Math.trunc(tokenMs / (pongCount * 2))),
    pingTimeoutMs: number("knet_ping_timeout", Math.trunc(tokenMs / pongCount)),
    pingPrecision: number("knet_ping_precision", 2048),
    pongCount,
    transport: text("knet_transport") === "sctp" ? "sctp" : "udp",
    bindAddress: text("bindnetaddr"),
    mcastAddress: text("mcastaddr"),
    broadcast: text("broadcast") === "yes",
    ttl: Number(text("ttl") ?? "1"),
  };
}
