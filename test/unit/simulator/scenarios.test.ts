import { describe, expect, test } from "bun:test";
import { runScenario } from "../../../internal/simulator/mod.ts";
import { playScenario, scenarioNames } from "../../sim/scenarios.ts";

describe("scenarios of test/scenarios/cluster", () => {
  for (const name of scenarioNames()) {
    test(name, () => {
      const { found, expected } = playScenario(name);
      expect(found).not.toContain("WRONG");
      expect(found).toBe(expected());
    });
  }

  test("a script that is not understood says where", () => {
    const cib =
      '<cib><configuration><nodes><node id="1" uname="node1"/></nodes></configuration></cib>';
    expect(() => runScenario(cib, "at 5: dance\nat 6: end")).toThrow("line 1: no command dance");
    expect(() => runScenario(cib, "at 5: heal\nat 4: heal")).toThrow("line 2");
    expect(() => runScenario(cib, "at 5: heal")).toThrow("no end");
  });
});
