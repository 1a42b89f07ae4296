import { describe, expect, test } from "bun:test";
import { electDc, readGraph, Transition } from "../../../internal/controller/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

/** `3<1,2` is an action 3 that waits for 1 and 2; `!` before it gives its synapse priority 10. */
function transition(words: string, attributes = ""): Transition {
  const synapses = words.split(" ").map((word, index) => {
    const [id = "", inputs] = word.replace("!", "").split("<");
    const triggers = (inputs?.split(",") ?? []).map(
      (input) => `<trigger><rsc_op id="${input}" operation="start"/></trigger>`,
    );
    const priority = word.startsWith("!") ? ' priority="10"' : "";
    const action = `<rsc_op id="${id}" operation="start" on_node="n"><attributes/></rsc_op>`;
    return (
      `<synapse id="${index}"${priority}><action_set>${action}</action_set>` +
      `<inputs>${triggers.join("")}</inputs></synapse>`
    );
  });
  const text = `<transition_graph ${attributes}>${synapses.join("")}</transition_graph>`;
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return new Transition(1, readGraph(parsed.value));
}

function next(walk: Transition): number[] {
  return walk.next().map((action) => action.id);
}

describe("walking a transition", () => {
  test("in order, as inputs end", () => {
    const walk = transition("1 2 3<1,2 4<3");
    expect(next(walk)).toEqual([1, 2]);
    walk.end(1, true);
    expect(next(walk)).toEqual([]);
    walk.end(2, true);
    expect(next(walk)).toEqual([3]);
    walk.end(3, true);
    expect(next(walk)).toEqual([4]);
    expect(walk.over).toBe(false);
    walk.end(4, true);
    expect([walk.over, walk.complete]).toEqual([true, true]);
  });

  test("what depends on a failure never starts", () => {
    const walk = transition("1 2 3<1 4<2");
    next(walk);
    walk.end(1, false);
    walk.end(2, true);
    expect(next(walk)).toEqual([4]);
    walk.end(4, true);
    expect([walk.over, walk.complete]).toEqual([true, false]);
  });

  test("an abort waits for what is in flight, and lets the more important go on", () => {
    const walk = transition("1 2<1 !3<1 4<3");
    next(walk);
    walk.abort(5, "something changed");
    walk.end(1, true);
    expect(next(walk)).toEqual([3]);
    walk.abort(1_000_000, "everything changed");
    expect(walk.over).toBe(false);
    walk.end(3, true);
    expect([next(walk), walk.over]).toEqual([[], true]);
  });

  test("batch-limit bounds what is in flight", () => {
    const walk = transition("1 2 3", 'batch-limit="2"');
    expect(next(walk)).toEqual([1, 2]);
    walk.end(1, true);
    expect(next(walk)).toEqual([3]);
  });

  test("an empty graph is over at once", () => {
    const parsed = parseXml("<transition_graph/>");
    expect(parsed.ok && new Transition(1, readGraph(parsed.value)).over).toBe(true);
  });
});

describe("the election", () => {
  const base = { featureSet: "3.20.0", isDc: false, ageS: 10, stopping: false };
  const a = { ...base, nodeId: 1, name: "alpha" };
  const b = { ...base, nodeId: 2, name: "beta" };

  test("nobody of nobody; the name decides among equals", () => {
    expect(electDc([])).toBeNull();
    expect(electDc([b, a])?.name).toBe("alpha");
  });

  test("what counts more than the name", () => {
    expect(electDc([a, { ...b, ageS: 11 }])?.name).toBe("beta");
    expect(
      electDc([
        { ...a, ageS: 99 },
        { ...b, isDc: true },
      ])?.name,
    ).toBe("beta");
    expect(
      electDc([
        { ...a, isDc: true },
        { ...b, featureSet: "3.19.7" },
      ])?.name,
    ).toBe("beta");
    expect(electDc([{ ...a, isDc: true, stopping: true }, b])?.name).toBe("beta");
    expect(electDc([{ ...a, stopping: true }])?.name).toBe("alpha");
  });
});
