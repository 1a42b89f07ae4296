import { describe, expect, test } from "bun:test";
import {
  eventText,
  type Injections,
  inject,
  simulateTransition,
} from "../../../internal/status/mod.ts";
import { NO_INJECTIONS } from "../../harness/injections.ts";
import { cibOf, element, history, NOW_MS, nodeState, read, text } from "./fixture.ts";

const DUMMY = "ocf:pacemaker:Dummy";
const resource = '<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>';
const start = () => history("web", DUMMY, [["start", 0]]);
const fresh = () => cibOf(resource, nodeState(1, start()) + nodeState(2, ""));
const nowSeconds = NOW_MS / 1000;

const action = (id: number, task: string, node: number, interval = 0) =>
  `<rsc_op id="${id}" operation="${task}" operation_key="web_${task}_${interval}" on_node="node${node}" on_node_uuid="${node}">` +
  '<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>' +
  `<attributes CRM_meta_op_target_rc="0" CRM_meta_interval="${interval}"/></rsc_op>`;
const synapse = (id: number, inside: string, ...inputs: number[]) =>
  `<synapse id="${id}"><action_set>${inside}</action_set><inputs>${inputs
    .map((input) => `<trigger><rsc_op id="${input}"/></trigger>`)
    .join("")}</inputs></synapse>`;

/** Moves web from node1 to node2; the graph lists the later step first. */
const move = element(
  `<transition_graph>${synapse(0, action(2, "start", 2), 1)}${synapse(1, action(3, "monitor", 2, 10_000), 2)}` +
    `${synapse(2, action(1, "stop", 1))}</transition_graph>`,
);

describe("simulated transition", () => {
  test("steps run as their inputs are done, and leave a history that reads as their outcome", () => {
    const cib = fresh();
    const { events, complete } = simulateTransition(cib, move, read(cib), {
      nowSeconds,
      failures: [],
    });
    expect(complete).toBe(true);
    expect(events.map(eventText)).toEqual([
      "Resource action: web             stop on node1",
      "Resource action: web             start on node2",
      "Resource action: web             monitor=10000 on node2",
    ]);
    expect(text(cib, ["resources"])).toContain("Started node2");
  });

  test("of a resource whose id stands twice in a history a third entry is written", () => {
    const cib = cibOf(resource, nodeState(1, start() + start()) + nodeState(2, ""));
    simulateTransition(cib, move, read(cib), { nowSeconds, failures: [] });
    const entries = cib
      .descendants("lrm_resource")
      .map((entry) => entry.elements("lrm_rsc_op").map((op) => op.get("operation")));
    // Stopped on the first node; on the second one entry takes both the start and the monitor.
    expect(entries).toEqual([["start"], ["start"], ["stop"], ["start", "monitor"]]);
  });

  test("an operation that is to fail ends the transition and counts", () => {
    const cib = fresh();
    const failures = ["web_start_0@node2=1"];
    const { events } = simulateTransition(cib, move, read(cib), { nowSeconds, failures });
    expect(events.map(eventText).slice(2)).toEqual([
      "Pretending action 2 failed with rc=1",
      "Injecting attribute fail-count-web#start_0=INFINITY into /node_state '2'",
      `Injecting attribute last-failure-web#start_0=${nowSeconds} into /node_state '2'`,
    ]);
    expect(text(cib, ["failures"])).toContain("web start on node2 returned 'Error occurred'");
  });

  test("after a failure, what happens nowhere still happens", () => {
    const cib = fresh();
    const pseudo = (id: number) =>
      `<pseudo_event id="${id}" operation="start" operation_key="p${id}_start_0"/>`;
    const graph = element(
      `<transition_graph>${synapse(0, action(1, "stop", 1))}${synapse(1, pseudo(2), 1)}` +
        `${synapse(2, pseudo(3))}${synapse(3, action(4, "start", 2))}</transition_graph>`,
    );
    const failures = ["web_stop_0@node1=1"];
    const { events } = simulateTransition(cib, graph, read(cib), { nowSeconds, failures });
    const done = events.map(eventText).filter((text) => text.includes(" action: "));
    expect(done).toEqual([
      "Resource action: web             stop on node1",
      "Pseudo action:   p2_start_0",
      "Pseudo action:   p3_start_0",
    ]);
  });

  test("a step that can never run makes the transition incomplete", () => {
    const cib = fresh();
    const graph = element(
      `<transition_graph>${synapse(0, action(2, "start", 2), 9)}</transition_graph>`,
    );
    const result = simulateTransition(cib, graph, read(cib), { nowSeconds, failures: [] });
    expect(result).toEqual({ events: [], complete: false, fault: null });
  });

  test("two states of one name: it stops and says whose", () => {
    const cib = fresh();
    const states = cib.first("status")!;
    const [first] = states.elements("node_state");
    states.append(element(`<node_state id="9" uname="${first!.get("uname")}"/>`));
    const result = simulateTransition(cib, move, read(cib), { nowSeconds, failures: [] });
    expect(result.fault).toBe(
      `Detected multiple node_state entries for node '${first!.get("uname")}'`,
    );
  });

  test("fencing takes the node down with all it knew", () => {
    const cib = fresh();
    const graph = element(
      '<transition_graph><synapse id="0"><action_set><crm_event id="1" operation="stonith" operation_key="stonith-node1-reboot" on_node="node1" on_node_uuid="1">' +
        '<attributes CRM_meta_stonith_action="reboot"/></crm_event></action_set><inputs/></synapse></transition_graph>',
    );
    const { events } = simulateTransition(cib, graph, read(cib), { nowSeconds, failures: [] });
    expect(events.map(eventText)).toEqual(["Fencing node1 (reboot)"]);
    const state = cib.first("status")!.elements("node_state")[0]!;
    expect([state.get("crmd"), state.children.length]).toEqual(["offline", 0]);
  });
});

describe("injections", () => {
  function run(changes: Partial<Injections>) {
    const cib = fresh();
    const items: string[] = [];
    const errors: string[] = [];
    inject(cib, read(cib), { ...NO_INJECTIONS, ...changes }, nowSeconds, {
      item: (line) => items.push(line),
      error: (line) => errors.push(line),
    });
    return { cib, items, errors };
  }

  test("nodes come, go and fail", () => {
    const { cib, items } = run({ nodesUp: ["node9"], nodesDown: ["node1"], nodesFail: ["node2"] });
    expect(items).toEqual([
      "Bringing node node9 online",
      "Taking node node1 offline",
      "Failing node node2",
    ]);
    expect(cib.byId("node9", "node")?.get("uname")).toBe("node9");
    expect(cib.byId("1", "lrm")).toBeNull();
    expect(cib.byId("2", "node_state")?.get("in_ccm")).toBe("false");
  });

  test("results of operations count as failures and are found again", () => {
    const { cib, items, errors } = run({
      operations: ["web_monitor_10000@node1=1", "bad", "x_start_0@node1=1"],
    });
    expect(items[1]).toBe(
      "Injecting attribute fail-count-web#monitor_10000=1 into /node_state '1'",
    );
    expect(errors).toEqual([
      "Invalid operation spec: bad.  Only found 1 fields",
      "Invalid resource name: x",
    ]);
    expect(text(cib, ["failures"])).toContain("web 10s-interval monitor on node1 returned");
  });

  test("tickets and the watchdog", () => {
    const { cib, items } = run({ ticketsGrant: ["T"], ticketsStandby: ["T"], watchdog: "true" });
    expect(items).toEqual([
      "Setting watchdog: true",
      "Granting ticket T",
      "Making ticket T standby",
    ]);
    expect(cib.byId("T", "ticket_state")?.get("granted")).toBe("true");
    expect(cib.byId("cib-bootstrap-options-have-watchdog")?.get("value")).toBe("true");
  });
});
