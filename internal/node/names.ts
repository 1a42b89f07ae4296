import type { ClusterNode } from "../controller/mod.ts";

interface Known extends ClusterNode {
  /** Seconds since 1970 when the ring or the engine there was last seen to come or go. */
  since: number;
  member: boolean;
}

/** The cluster's nodes by number and name: those of corosync.conf, and those that were met. */
export class NodeNames {
  readonly configured: ClusterNode[];
  #known = new Map<number, Known>();

  constructor(nodes: { nodeId: number; name: string }[]) {
    this.configured = [];
    this.configure(nodes);
  }

  /** The list of corosync.conf as it is now. The array stays the same one: others hold it. */
  configure(nodes: { nodeId: number; name: string }[]): void {
    const list = nodes.map((node) => ({ ...node, uuid: String(node.nodeId) }));
    this.configured.splice(0, this.configured.length, ...list);
    const listed = new Set(nodes.map((node) => node.nodeId));
    for (const [nodeId, node] of this.#known) {
      if (!listed.has(nodeId) && !node.member) this.#known.delete(nodeId);
    }
    for (const node of list) {
      const known = this.#known.get(node.nodeId) ?? { ...node, since: 0, member: false };
      this.#known.set(node.nodeId, { ...known, ...node });
    }
  }

  /** A node by its number; one never heard of gets a name made from it. */
  byId(nodeId: number): Known {
    let node = this.#known.get(nodeId);
    if (node === undefined) {
      node = { nodeId, uuid: String(nodeId), name: `node${nodeId}`, since: 0, member: false };
      this.#known.set(nodeId, node);
    }
    return node;
  }

  learn(nodeId: number, name: string): void {
    this.byId(nodeId).name = name;
  }

  ringChanged(members: number[], now: number): void {
    for (const nodeId of members) this.byId(nodeId);
    for (const node of this.#known.values()) {
      const member = members.includes(node.nodeId);
      if (node.member !== member) Object.assign(node, { member, since: now });
    }
  }

  engineChanged(nodeId: number, now: number): void {
    this.byId(nodeId).since = now;
  }

  /** All known nodes by ascending number. */
  all(): readonly Known[] {
    return [...this.#known.values()].sort((a, b) => a.nodeId - b.nodeId);
  }
}
