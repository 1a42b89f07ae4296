import { describe, expect, test } from "bun:test";
import { newOperations } from "../../../cmd/crm/mon/agent.ts";
import { SectionChoice } from "../../../cmd/crm/mon/sections.ts";
import { cibOf, history, nodeState } from "../status/fixture.ts";

describe("sections of crm_mon", () => {
  test("failed and pending fencing is shown unless it is turned off", () => {
    const choice = new SectionChoice("text");
    expect(choice.sections.has("fencing-failed")).toBe(true);
    expect(choice.sections.has("fencing-pending")).toBe(true);
    expect(choice.sections.has("fencing-succeeded")).toBe(false);
    choice.fencing(0);
    expect(choice.sections.has("fencing-failed")).toBe(false);
    expect(new SectionChoice("xml").sections.has("fencing-succeeded")).toBe(true);
  });

  test("options are applied from left to right", () => {
    const choice = new SectionChoice("text");
    expect(choice.exclude("all")).toBeNull();
    expect(choice.include("nodes,bans:loc")).toBeNull();
    expect([...choice.sections].sort()).toEqual(["bans", "nodes"]);
    expect(choice.banPrefix).toBe("loc");
    expect(choice.include("default")).toBeNull();
    expect(choice.sections.has("bans")).toBe(false);
    choice.hideHeaders();
    expect([...choice.sections].sort()).toEqual(["failures", "nodes", "resources"]);
    choice.fencing(1);
    expect(choice.sections.has("fencing-failed")).toBe(true);
    expect(choice.sections.has("fencing-succeeded")).toBe(false);
  });

  test("unknown names are answered with the known ones", () => {
    const choice = new SectionChoice("xml");
    expect(choice.include("list")?.message).toStartWith("--include options: all, attributes, bans");
    expect(choice.exclude("toString")?.message).toStartWith(
      "--exclude options: all, attributes, bans,",
    );
  });
});

describe("external agent", () => {
  test("is told of what is new, once, and not of what was there", () => {
    const agent = "ocf:pacemaker:Dummy";
    const resource = '<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>';
    const before = cibOf(resource, nodeState(1, history("web", agent, [["start", 0]])));
    const after = cibOf(
      resource,
      nodeState(
        1,
        history("web", agent, [
          ["start", 0],
          ["monitor", 7, 10_000, 0],
        ]),
      ),
    );
    const first = newOperations(before, null);
    expect(first.notices).toEqual([]);
    const second = newOperations(after, first.seen);
    expect(second.notices).toEqual([
      {
        node: "node1",
        resource: "web",
        task: "monitor",
        description: "Not running",
        rc: "7",
        targetRc: "0",
        status: "0",
      },
    ]);
    expect(newOperations(after, second.seen).notices).toEqual([]);
  });
});
