/** The token of an idle ring rests; a message must not wait for it. */
import { expect, test } from "bun:test";
import { SIM_SETTINGS, World } from "../../../internal/simulator/ring/world.ts";

const NODES = [1, 2, 3];
const SETTLED_MS = 1500;
const MESSAGES = 200;

test("what is sent while the token goes to its rest does not wait for the hold timer", () => {
  const world = new World({ seed: 1, nodes: NODES.length });
  world.calm();
  world.agenda.runUntil(SETTLED_MS);
  for (const { stack } of world.up.values()) {
    stack.totem.reconfigure({ ...SIM_SETTINGS, quickDetection: true });
    stack.totem.setKin(NODES);
  }
  // One sender, and the ring at rest or about to be: nobody else wakes the token.
  const sender = world.up.get(2)!;
  const heard = () => sender.seen.filter((seen) => seen.type === "message").length;
  const waits: number[] = [];
  for (let i = 0; i < MESSAGES; i += 1) {
    const sent = world.agenda.now;
    const before = heard();
    sender.sendLoad(20);
    while (heard() === before) world.agenda.runUntil(world.agenda.now + 0.1);
    waits.push(world.agenda.now - sent);
    world.agenda.runUntil(world.agenda.now + 2 + world.random.fraction() * 20);
  }
  expect(Math.max(...waits)).toBeLessThan(SIM_SETTINGS.hold / 2);
}, 60_000);
