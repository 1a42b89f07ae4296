import { describe, expect, test } from "bun:test";
import { histories } from "../../../cmd/crm/resource-forget.ts";
import { unpackStatus } from "../../../internal/scheduler/mod.ts";
import type { Element } from "../../../internal/xml/mod.ts";
import { cibOf, history, NOW_MS, nodeState } from "../status/fixture.ts";

const AGENT = "ocf:pacemaker:Dummy";
const started = (id: string): string => history(id, AGENT, [["start", 0]]);
const probed = (id: string): string => history(id, AGENT, [["monitor", 7]]);

function places(cib: Element, id: string, forced = false, node?: string): string[] {
  const working = unpackStatus(cib, { nowMs: NOW_MS, sanitized: true });
  const resource = working.resources.find((each) => each.id === id)!;
  const named = working.nodes.find(({ name }) => name === node) ?? null;
  return histories(working, resource, named, forced).map(([r, n]) => `${r.id} ${n.name}`);
}

describe("where a resource is forgotten", () => {
  const web = '<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>';

  test("on the nodes that have looked for it, in the order of a hash table from its end", () => {
    const all = [
      nodeState(1, probed("web")),
      nodeState(2, probed("web")),
      nodeState(3, started("web")),
    ];
    const cib = cibOf(web, all.join(""));
    expect(places(cib, "web")).toEqual(["web node2", "web node3", "web node1"]);
    expect(places(cib, "web", false, "node3")).toEqual(["web node3"]);
  });

  test("not where nobody looked", () => {
    const cib = cibOf(web, nodeState(1, probed("web")) + nodeState(2, "") + nodeState(3, ""));
    expect(places(cib, "web")).toEqual(["web node1"]);
  });

  test("everywhere when nobody looked anywhere", () => {
    const cib = cibOf(web, nodeState(1, "") + nodeState(2, "") + nodeState(3, ""));
    expect(places(cib, "web")).toEqual(["web node2", "web node3", "web node1"]);
  });

  test("each instance where it has a history", () => {
    const clone = `<clone id="web-clone">${web}</clone>`;
    const all = [1, 2, 3].map((n) => nodeState(n, started("web")));
    const cib = cibOf(clone, all.join(""));
    expect(places(cib, "web-clone")).toEqual(["web:0 node1", "web:1 node2", "web:2 node3"]);
  });
});
