import { checkAll, type Violation } from "./checker.ts";
import { SIM_SETTINGS, World } from "./world.ts";

export interface RunResult {
  seed: number;
  nodes: number;
  violations: Violation[];
  story: string[];
  messages: number;
  rings: number;
}

/** Trouble lasts this long; then the ring has the second time to settle. */
const TROUBLE_MS = 3000;
/**
 * The bound within which the ring must be whole after the last fault: a few rounds of losing the
 * token, disagreeing and agreeing.
 */
export const SETTLE_MS = 4 * (SIM_SETTINGS.token + SIM_SETTINGS.consensus) + 1000;

/** One run: load and faults from the seed, then calm, then every check. */
export function runRing(seed: number, faults: ReadonlySet<string> | null = null): RunResult {
  const nodes = 3 + (seed % 7);
  const world = new World({ seed, nodes, faults });
  planLoad(world, TROUBLE_MS + SETTLE_MS);
  planFaults(world);
  world.agenda.runUntil(TROUBLE_MS);
  world.calm();
  world.agenda.runUntil(TROUBLE_MS + SETTLE_MS);
  const settled = whole(world);
  // What is sent now must reach everybody.
  for (const node of world.up.values()) node.sendLoad(50);
  world.agenda.runUntil(TROUBLE_MS + SETTLE_MS + 500);
  const violations = checkAll(world);
  if (world.agenda.events >= world.agenda.limit) {
    violations.unshift({ rule: "endless", text: `${world.agenda.events} events` });
  }
  if (settled !== null) violations.unshift({ rule: "stabilisation", text: settled });
  return {
    seed,
    nodes,
    violations,
    story: world.story,
    messages: world.lives.reduce(
      (sum, node) => sum + node.seen.filter((o) => o.type === "message").length,
      0,
    ),
    rings: world.lives.reduce(
      (sum, node) => sum + node.seen.filter((o) => o.type === "ring").length,
      0,
    ),
  };
}

function planLoad(world: World, until: number): void {
  const r = world.random;
  for (const id of world.ids) {
    let at = r.fraction() * 50;
    const gap = 5 + r.fraction() * 60;
    while (at < until) {
      const bytes = r.chance(0.1) ? r.between(300, 3000) : r.between(0, 120);
      const safe = r.chance(0.3);
      world.agenda.at(at, () => world.up.get(id)?.sendLoad(bytes, safe));
      at += r.fraction() * 2 * gap;
    }
  }
}

function planFaults(world: World): void {
  const r = world.random;
  const count = r.between(1, 10);
  for (let i = 0; i < count; i += 1) {
    const at = 200 + r.fraction() * (TROUBLE_MS - 300);
    world.agenda.at(at, () => strike(world));
  }
}

function strike(world: World): void {
  const r = world.random;
  const id = r.pick(world.ids);
  switch (r.between(0, 7)) {
    case 0:
    case 1:
      world.crash(id);
      if (r.chance(0.7)) world.agenda.after(r.between(0, 900), () => world.boot(id));
      return;
    case 2:
      world.boot(id);
      return;
    case 3: {
      const other = r.pick(world.ids);
      if (other !== id) world.cutOneWay(id, other);
      return;
    }
    case 4:
    case 5: {
      const side = world.ids.filter(() => r.chance(0.5));
      world.partition(side);
      if (r.chance(0.7)) world.agenda.after(r.between(50, 1500), () => world.heal());
      return;
    }
    case 6:
      world.pause(id, r.between(20, 900));
      return;
    default:
      world.heal();
  }
}

/** Why the ring is not one whole ring now; null when it is. */
function whole(world: World): string | null {
  const nodes = [...world.up.values()];
  const describe = nodes
    .map(
      (n) => `${n.id}:${n.stack.totem.state} ${n.stack.totem.ring.rep}.${n.stack.totem.ring.seq}`,
    )
    .join(", ");
  const first = nodes[0]!.stack.totem.ring;
  const same = nodes.every(
    (n) =>
      n.stack.totem.state === "operational" &&
      n.stack.totem.ring.rep === first.rep &&
      n.stack.totem.ring.seq === first.seq &&
      n.stack.totem.members.length === world.ids.length &&
      n.stack.synchronizedNow,
  );
  return same ? null : describe;
}
