import { describe, expect, test } from "bun:test";
import { BUGS, hunt, patched } from "../../sim/bugs.ts";

/** A few by default, since each takes seconds to minutes: `MUSTER_BUGS=all` hunts every one. */
const FEW = ["fencing-believed-when-asked", "no-probes"];
const wanted = process.env["MUSTER_BUGS"] === "all" ? BUGS.map(({ name }) => name) : FEW;

describe("deliberate bugs", () => {
  test("there are at least fifteen, and each still has its place in the sources", () => {
    expect(BUGS.length).toBeGreaterThanOrEqual(15);
    expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
    for (const bug of BUGS) expect(patched(bug)).toContain(bug.to);
  });

  for (const bug of BUGS.filter(({ name }) => wanted.includes(name))) {
    test(`${bug.name} is found`, () => {
      const { found, output } = hunt(bug);
      expect([found, output.slice(-500)]).toEqual([true, expect.any(String)]);
    }, 900_000);
  }
});
