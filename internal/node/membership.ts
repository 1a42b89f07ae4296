import { CRM_FEATURE_SET } from "../base/mod.ts";
import type { ClusterNode } from "../controller/mod.ts";
import type { RingQuorum } from "../ports/mod.ts";
import type { LostMember } from "./group.ts";
import { joinChanges, recordedWithoutQuorum } from "./join.ts";
import type { Parts } from "./parts.ts";

/** How long members that brought quorum may take to agree, by which all join anew. */
const QUORUM_SEEN_MS = 1_000;

/** Who is in the ring and in the group, and what the rest of the node has to know of it. */
export class Membership {
  readonly #parts: Parts;
  #quorum: RingQuorum | null = null;
  /** Since this engine was started its partition had quorum. */
  #quorumSeen = false;
  /** Nodes in the ring whose engines died and have not come back. */
  readonly #crashed = new Set<string>();
  /** Nodes that were lost since the rooms were last told of the members; some are back. */
  readonly #parted = new Set<string>();
  /** Seconds since 1970 when this engine first agreed with its peers; 0 before. */
  #joinedAt = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null without a ring. */
  get quorum(): RingQuorum | null {
    return this.#quorum;
  }

  /** The members of the group. */
  nodes(): ClusterNode[] {
    const { group, names } = this.#parts;
    return group.members.map((member) => names.byId(member.nodeId));
  }

  // --- The ring -------------------------------------------------------------------------------

  ringChanged(quorum: RingQuorum): void {
    const { effects, names, rooms, watchdog, watchers } = this.#parts;
    const before = this.#quorum;
    this.#quorum = quorum;
    watchdog?.quorum(quorum);
    names.ringChanged(quorum.members, this.#nowS());
    this.#tellRing(before?.members ?? [], quorum.members);
    if ((before?.quorate ?? false) !== quorum.quorate) {
      const members = quorum.members.length;
      effects.log("notice", `Quorum ${quorum.quorate ? "acquired" : "lost"} (${members} members)`);
    }
    rooms.controller({ type: "quorum", quorate: quorum.quorate, ring: quorum.members });
    if (quorum.quorate && !this.#quorumSeen) {
      this.#quorumSeen = true;
      // Mostly quorum comes with new members, and all join anew with them.
      effects.setTimer("node:quorum-seen", QUORUM_SEEN_MS);
    }
    watchers.cluster(this.#parts.info());
  }

  ringLost(): void {
    this.#quorum = null;
    this.#parts.watchdog?.quorum(null);
  }

  #tellRing(before: number[], now: number[]): void {
    const { names, rooms } = this.#parts;
    const tell = (nodeId: number, state: "member" | "lost"): void => {
      rooms.alerts.node(names.byId(nodeId), state);
    };
    for (const nodeId of now) if (!before.includes(nodeId)) tell(nodeId, "member");
    for (const nodeId of before) {
      if (now.includes(nodeId)) continue;
      tell(nodeId, "lost");
      const { name } = names.byId(nodeId);
      this.#crashed.delete(name);
      rooms.attribute({ type: "gone", name });
    }
  }

  /** What was recorded of this node before there was quorum is said again, unless all joined since. */
  quorumSeen(): void {
    const { group, info } = this.#parts;
    if (group.synced && recordedWithoutQuorum(group.replica.cib, info().uuid)) this.#join(false);
  }

  // --- The group ------------------------------------------------------------------------------

  lost(members: LostMember[]): void {
    const { effects, group, leadership, names, requests, rooms } = this.#parts;
    for (const { nodeId, nodeDown, crashed } of members) {
      const node = names.byId(nodeId);
      if (crashed) this.#crashed.add(node.name);
      this.#parted.add(node.name);
      names.engineChanged(nodeId, this.#nowS());
      const how = nodeDown ? "node is gone" : "engine is gone";
      effects.log("warning", `Lost ${node.name}: ${how}`);
      requests.lost(node.name);
      rooms.controller({ type: "left", node, nodeDown, members: this.nodes() });
    }
    if (!group.synced) return;
    this.#tellRooms();
    const dcLeft = !this.nodes().some((node) => node.name === leadership.dcName);
    if (!dcLeft) return;
    leadership.elect({ fresh: false, joining: false });
    // Nobody came, so nobody agrees anew: the members join the next DC by themselves.
    this.#join(false);
  }

  agreed(fresh: boolean, replaced: boolean): void {
    const { effects, group, leadership, leaving, names, rooms, watchers } = this.#parts;
    effects.clearTimer("node:held");
    for (const [nodeId, offer] of group.offers()) {
      names.learn(nodeId, offer.name);
      names.engineChanged(nodeId, this.#nowS());
      rooms.returned(offer.name);
    }
    const first = this.#joinedAt === 0;
    if (first) this.#joinedAt = this.#nowS();
    if (replaced) watchers.replaced(group.replica.cib);
    rooms.configurationChanged();
    this.#tellRooms();
    leadership.elect({ fresh, joining: true });
    this.#join(first);
    if (replaced && leadership.isDc) rooms.rewriteAttributes();
    if (leaving.stopping) leaving.requestShutdown();
  }

  /** Attribute manager and fencer know their peers by name. */
  #tellRooms(): void {
    const members = this.nodes();
    // Who went and came back at once has missed what was said meanwhile, and forgotten or was
    // forgotten: it counts as gone first.
    const stayed = members.filter(({ name }) => !this.#parted.has(name));
    if (stayed.length < members.length) this.#tellMembers(stayed);
    this.#tellMembers(members);
    for (const { name } of members) this.#crashed.delete(name);
    this.#parted.clear();
  }

  #tellMembers(members: ClusterNode[]): void {
    const { rooms } = this.#parts;
    rooms.attribute({
      type: "members",
      members: members.map(({ name, uuid }) => ({ name, id: uuid })),
      crashed: [...this.#crashed],
    });
    rooms.fence({ type: "members", names: members.map((node) => node.name) });
  }

  /** Writes this node's state and history into the CIB that was agreed on. */
  #join(first: boolean): void {
    const { group, leaving, names, options, rooms } = this.#parts;
    const { cib } = group.replica;
    const self = names.byId(options.nodeId);
    if (first) {
      const { local, remotes } = rooms;
      remotes.takeOver(cib, self.uuid, (resource) => local.adopt(resource));
    }
    const history = rooms.local.history();
    const changes = joinChanges(cib, self, this.#joinedAt, history, first, this.#quorumSeen);
    this.#parts.changes.own("join", changes, null, null);
    rooms.setAttribute("#feature-set", CRM_FEATURE_SET);
    if (!leaving.stopping) rooms.setAttribute("shutdown", null);
  }

  #nowS(): number {
    return Math.floor(this.#parts.nowMs() / 1000);
  }
}
