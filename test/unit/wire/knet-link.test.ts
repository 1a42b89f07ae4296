/** When a link counts as down. */
import { expect, test } from "bun:test";
import { LinkState } from "../../../internal/wire/mod.ts";

const TIMERS = { pingIntervalMs: 400, pingTimeoutMs: 800, pongCount: 2, pmtudIntervalMs: 60_000 };
const BACKED_OFF_MS = 10_000;

/** Connected, long enough for the first patience to be over, with a pong just now. */
function standing(): LinkState {
  const link = new LinkState(TIMERS, 0);
  link.pong(0, 0);
  link.pong(0, 0);
  for (let now = 0; now <= BACKED_OFF_MS; now += 400) {
    link.pong(0, now);
    link.tick(now);
  }
  link.pong(0, BACKED_OFF_MS);
  return link;
}

/** When it went down, looked at every `stepMs`, each look `lateMs` late. */
function downAt(link: LinkState, stepMs: number, lateMs: number): number {
  for (let now = BACKED_OFF_MS; ; now += stepMs) {
    link.forgive(lateMs);
    if (link.tick(now).some((effect) => effect.type === "down")) return now - BACKED_OFF_MS;
  }
}

test("a cut link goes down after the pong timeout", () => {
  expect(downAt(standing(), 20, 0)).toBe(800);
});

test("also on a machine where every look is late", () => {
  expect(downAt(standing(), 50, 30)).toBe(800);
});

test("but a pause of our own is not the peer's silence", () => {
  const link = standing();
  const now = BACKED_OFF_MS + 5000;
  link.forgive(5000);
  expect(link.tick(now).map((effect) => effect.type)).not.toContain("down");
});
