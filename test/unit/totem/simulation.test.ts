/** Rings under faults, in simulated time. `bun test/sim/totem.ts FIRST COUNT` runs many more. */
import { describe, expect, test } from "bun:test";
import { runRing } from "../../../internal/simulator/ring/scenario.ts";

const CLEAN_SEEDS = 30;
const SEEDS_PER_DEFECT = 40;

/** Each is a way to break the ring on purpose (see Context.broken); the checkers find all. */
const DEFECTS = [
  "accept-old-token",
  "aru-skips-gap",
  "deliver-from-anyone",
  "deliver-over-hole",
  "forget-recovery",
  "leave-recovery-early",
  "never-request",
  "recover-own-aru",
  "release-early",
  "safe-after-one-visit",
  "safe-at-once",
  "skip-retransmission",
  "token-aru-is-seq",
];

describe("simulated rings", () => {
  test(`${CLEAN_SEEDS} seeds without a violation`, () => {
    for (let seed = 1; seed <= CLEAN_SEEDS; seed += 1) {
      const { violations } = runRing(seed);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  }, 120_000);

  test("rings that form at the same moment merge instead of suspecting each other again", () => {
    // Five nodes that had fallen apart, all in step; see isOvertaken in gather.ts.
    expect(runRing(464).violations).toEqual([]);
  }, 120_000);

  test("the same seed gives the same run", () => {
    expect(runRing(7)).toEqual(runRing(7));
  }, 60_000);

  test.each(DEFECTS)(
    "finds the defect %s",
    (defect) => {
      const found = Array.from({ length: SEEDS_PER_DEFECT }, (_, i) => i + 1).some(
        (seed) => runRing(seed, new Set([defect])).violations.length > 0,
      );
      expect(found).toBe(true);
    },
    120_000,
  );
});
