import { err, ok, type Result } from "../base/mod.ts";
import type { ConfNode, Transport } from "./model.ts";
import { type ConfSection, optionValue, sectionsNamed } from "./tree.ts";

/** knet carries node ids in 16 bits. */
const KNET_NODE_ID_LIMIT = 65536;

/** The node list in file order; a node id left out is made from an IPv4 address (udp, udpu). */
export function readNodes(root: ConfSection, transport: Transport): Result<ConfNode[]> {
  const sections = sectionsNamed(root, "nodelist").flatMap((list) => sectionsNamed(list, "node"));
  const nodes: ConfNode[] = [];
  for (const [position, section] of sections.entries()) {
    const addresses = new Map<number, string>();
    for (const option of section.options) {
      const match = /^ring(\d+)_addr$/.exec(option.name);
      if (match !== null) addresses.set(Number(match[1]), option.value);
    }
    const first = addresses.get(0) ?? [...addresses.values()][0] ?? "";
    const text = optionValue(section, "nodeid");
    const nodeId = text === null ? nodeIdFromAddress(first) : Number(text);
    if (text === null && transport === "knet") {
      return err("Knet requires an explicit nodeid for the local node");
    }
    if (nodeId === null) {
      return err(`An IPV6 network requires that a node ID be specified for address '${first}'.`);
    }
    if (transport === "knet" && nodeId >= KNET_NODE_ID_LIMIT) {
      return err(
        `Knet requires nodeid to be less than ${KNET_NODE_ID_LIMIT} for address '${first}'.`,
      );
    }
    const name = optionValue(section, "name");
    if (nodes.some((other) => other.nodeId === nodeId)) {
      return err(`Nodeid ${nodeId} appears twice in corosync.conf`);
    }
    const votes = Number(optionValue(section, "quorum_votes") ?? "1");
    nodes.push({ nodeId, name, addresses, votes, position });
  }
  return ok(nodes);
}

/** The IPv4 address as a number, first byte highest; null for anything else. */
function nodeIdFromAddress(address: string): number | null {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
