import type { MessageId, Observation, SimNode } from "./node.ts";
import type { World } from "./world.ts";

export interface Violation {
  rule: string;
  text: string;
}

/** What one life saw in one ring: between its installation and the next. */
interface Stay {
  node: SimNode;
  ring: string;
  members: readonly number[];
  messages: string[];
  /** Of these, what asked for safe delivery and was delivered while the ring was whole. */
  safe: string[];
  /** The next ring, and who came along into it; null when the life ended or the run did. */
  next: { ring: string; came: readonly number[] } | null;
}

const FEW = 20;

/** Every rule over everything that was seen. Empty when all is well. */
export function checkAll(world: World): Violation[] {
  const stays = world.lives.flatMap(staysOf);
  const violations = [
    ...sameMembers(stays),
    ...noDuplicates(world.lives),
    ...noGaps(world.lives),
    ...oneOrder(stays),
    ...virtualSynchrony(stays),
    ...safeDelivery(stays, world),
    ...ownMessages(world),
    ...sameGroup(world),
    ...nobodyStarved(world.lives),
  ];
  return violations.slice(0, FEW);
}

function key(id: MessageId): string {
  return `${id.node}/${id.life}#${id.count}`;
}

function staysOf(node: SimNode): Stay[] {
  const stays: Stay[] = [];
  let whole = true;
  for (const seen of node.seen) {
    if (seen.type === "ring") {
      const last = stays.at(-1);
      if (last !== undefined) last.next = { ring: seen.ring, came: seen.came };
      const { ring, members } = seen;
      stays.push({ node, ring, members, messages: [], safe: [], next: null });
      whole = true;
    } else if (seen.type === "transitional") whole = false;
    else {
      stays.at(-1)?.messages.push(key(seen.id));
      if (seen.safe && whole) stays.at(-1)?.safe.push(key(seen.id));
    }
  }
  return stays;
}

/** A ring id stands for one set of members. */
function sameMembers(stays: Stay[]): Violation[] {
  const known = new Map<string, string>();
  const violations: Violation[] = [];
  for (const stay of stays) {
    const members = stay.members.join(",");
    const before = known.get(stay.ring);
    known.set(stay.ring, before ?? members);
    if (before !== undefined && before !== members) {
      violations.push({ rule: "ring-id", text: `${stay.ring}: ${before} and ${members}` });
    }
  }
  return violations;
}

function messagesOf(node: SimNode): Extract<Observation, { type: "message" }>[] {
  return node.seen.filter((seen) => seen.type === "message");
}

function noDuplicates(lives: SimNode[]): Violation[] {
  const violations: Violation[] = [];
  for (const node of lives) {
    const seen = new Set<string>();
    for (const { id, intact } of messagesOf(node)) {
      const text = `node ${node.id}/${node.life}: ${key(id)}`;
      if (!intact) violations.push({ rule: "content", text });
      if (seen.has(key(id))) violations.push({ rule: "duplicate", text });
      seen.add(key(id));
    }
  }
  return violations;
}

/** In one ring, and from ring to ring with a sender that came along, a sender's messages follow. */
function noGaps(lives: SimNode[]): Violation[] {
  const violations: Violation[] = [];
  for (const node of lives) {
    let last = new Map<string, number>();
    for (const seen of node.seen) {
      if (seen.type === "ring") {
        const { came } = seen;
        last = new Map([...last].filter(([sender]) => came.includes(Number(sender.split("/")[0]))));
        continue;
      }
      if (seen.type !== "message") continue;
      const sender = `${seen.id.node}/${seen.id.life}`;
      const before = last.get(sender);
      if (before !== undefined && seen.id.count !== before + 1) {
        const text = `node ${node.id}/${node.life}: ${sender} from ${before} to ${seen.id.count}`;
        violations.push({ rule: "gap", text });
      }
      last.set(sender, seen.id.count);
    }
  }
  return violations;
}

/** Two nodes in one ring deliver what both deliver in the same order; a message belongs to one ring. */
function oneOrder(stays: Stay[]): Violation[] {
  const violations: Violation[] = [];
  const homes = new Map<string, string>();
  const byRing = new Map<string, Stay[]>();
  for (const stay of stays) {
    byRing.set(stay.ring, [...(byRing.get(stay.ring) ?? []), stay]);
    for (const message of stay.messages) {
      const home = homes.get(message);
      homes.set(message, home ?? stay.ring);
      if (home !== undefined && home !== stay.ring) {
        const text = `${message} in ring ${home} and in ${stay.ring} (node ${stay.node.id})`;
        violations.push({ rule: "two-rings", text });
      }
    }
  }
  for (const [ring, all] of byRing) {
    const reference = all.reduce((a, b) => (b.messages.length > a.messages.length ? b : a));
    const place = new Map(reference.messages.map((message, i) => [message, i]));
    for (const stay of all) {
      let last = -1;
      for (const message of stay.messages) {
        const at = place.get(message);
        if (at === undefined) continue;
        if (at < last) {
          const text = `ring ${ring}: nodes ${stay.node.id} and ${reference.node.id}, ${message}`;
          violations.push({ rule: "order", text });
          break;
        }
        last = at;
      }
    }
  }
  return violations;
}

/** Who goes from one ring to the next together has delivered the same in the first. */
function virtualSynchrony(stays: Stay[]): Violation[] {
  const violations: Violation[] = [];
  const moves = new Map<string, Stay[]>();
  for (const stay of stays) {
    if (stay.next === null) continue;
    const move = `${stay.ring} to ${stay.next.ring}`;
    moves.set(move, [...(moves.get(move) ?? []), stay]);
  }
  for (const [move, group] of moves) {
    const first = group[0]!;
    for (const stay of group.slice(1)) {
      if (!stay.next!.came.includes(first.node.id)) {
        const text = `${move}: ${stay.node.id} came without ${first.node.id}`;
        violations.push({ rule: "transitional", text });
      }
      if (stay.messages.join() === first.messages.join()) continue;
      const text =
        `${move}: node ${first.node.id} delivered ${first.messages.length}, ` +
        `node ${stay.node.id} ${stay.messages.length}: ${difference(first, stay)}`;
      violations.push({ rule: "virtual-synchrony", text });
    }
  }
  return violations;
}

/**
 * What was delivered as safe while the ring was whole, every member delivers that does not die in
 * that ring: all of them held it.
 */
function safeDelivery(stays: Stay[], world: World): Violation[] {
  const violations: Violation[] = [];
  const byRing = new Map<string, Stay[]>();
  for (const stay of stays) byRing.set(stay.ring, [...(byRing.get(stay.ring) ?? []), stay]);
  for (const [ring, all] of byRing) {
    const safe = new Set(all.flatMap((stay) => stay.safe));
    // Who is up at the end and still in this ring may not have got so far.
    for (const stay of all.filter((s) => s.next !== null)) {
      const heard = new Set(stay.messages);
      for (const message of safe) {
        if (heard.has(message)) continue;
        const text = `ring ${ring}: ${message} was safe, node ${stay.node.id} went on without it`;
        violations.push({ rule: "safe", text });
      }
    }
    const members = all[0]!.members;
    if (safe.size === 0) continue;
    for (const id of members) {
      if (all.some((stay) => stay.node.id === id)) continue;
      const lives = world.lives.filter((node) => node.id === id);
      if (lives.length > 1 || !world.up.has(id)) continue;
      const text = `ring ${ring}: something was safe, and node ${id} never came into the ring`;
      violations.push({ rule: "safe", text });
    }
  }
  return violations;
}

function difference(a: Stay, b: Stay): string {
  const at = a.messages.findIndex((message, i) => message !== b.messages[i]);
  const i = at < 0 ? a.messages.length : at;
  return `at ${i} ${a.messages[i] ?? "nothing"} and ${b.messages[i] ?? "nothing"}`;
}

/** After calm, everybody who is up has heard everything it sent itself, and the others' last word. */
function ownMessages(world: World): Violation[] {
  const violations: Violation[] = [];
  const up = [...world.up.values()];
  const heard = new Map(up.map((node) => [node, new Set(messagesOf(node).map((m) => key(m.id)))]));
  for (const sender of up) {
    for (let count = 1; count <= sender.sent; count += 1) {
      const message = `${sender.id}/${sender.life}#${count}`;
      const last = count === sender.sent;
      for (const node of last ? up : [sender]) {
        if (heard.get(node)!.has(message)) continue;
        violations.push({ rule: "lost", text: `node ${node.id} never heard ${message}` });
      }
    }
  }
  return violations;
}

function sameGroup(world: World): Violation[] {
  const expected = [...world.up.values()]
    .map((node) => `${node.id}/${node.life}`)
    .sort()
    .join(" ");
  return [...world.up.values()]
    .filter((node) => node.groupMembers !== expected)
    .map((node) => ({
      rule: "group",
      text: `node ${node.id} believes ${node.groupMembers}, there are ${expected}`,
    }));
}

/** Whoever the token reaches gets what it asks for, however rough the network is. */
function nobodyStarved(lives: SimNode[]): Violation[] {
  return lives.flatMap((node) => {
    const times = node.stack.totem.stats.failedToReceive;
    const text = `node ${node.id} (life ${node.life}) gave up on frames, ${times} times`;
    return times === 0 ? [] : [{ rule: "starved", text }];
  });
}
