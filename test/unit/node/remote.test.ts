import { describe, expect, test } from "bun:test";
import type { CibChange } from "../../../internal/controller/mod.ts";
import { Executor, type ExecutorEvent, type RunOutcome } from "../../../internal/executor/mod.ts";
import type { LocalOutcome } from "../../../internal/node/local-resources.ts";
import type { LocalAnswer, NodeEffect } from "../../../internal/node/mod.ts";
import { Remoted } from "../../../internal/node/mod.ts";
import { RemoteLinks } from "../../../internal/node/remote-links.ts";
import { parseXml, printXml } from "../../../internal/xml/mod.ts";

const OPTIONS = {
  nodeName: "node1",
  ocfRoot: "/usr/lib/ocf",
  runFolder: "/run",
  operationLimit: 4,
  env: {},
};
const done = (code: number): RunOutcome => ({
  outcome: "exited",
  code,
  stdout: "",
  stderr: "",
  runMs: 1,
});

/** A cluster node's side and a remote node, with the wire between them in this object's hands. */
class Wire {
  readonly effects: NodeEffect[] = [];
  readonly outcomes: LocalOutcome[] = [];
  readonly changes: CibChange[] = [];
  readonly asked: unknown[][] = [];
  readonly attributes: string[][] = [];
  readonly answers: LocalAnswer[] = [];
  readonly runs: string[] = [];
  /** Results of operations on the connection, as the executor would tell them to the DC. */
  readonly told: string[] = [];
  exited = false;
  connected: string | null = null;
  reachable = true;
  nowMs = 1_000_000;
  readonly #executor = new Executor(OPTIONS);
  readonly links: RemoteLinks;
  remoted = new Remoted(OPTIONS);
  #callId = 0;

  constructor() {
    this.links = new RemoteLinks({
      nodeName: "node1",
      nowMs: () => this.nowMs,
      emit: (effect) => this.#emit(effect),
      execute: (event) => this.execute(event),
      record: (outcome, told) => {
        this.outcomes.push(outcome);
        told?.(null);
      },
      result: () => {},
      change: (changes) => this.changes.push(...changes),
      forgetAttributes: (node) => this.attributes.push(["forget", node]),
      setAttribute: (...words) => this.attributes.push(["set", ...words]),
      request: (...words) => this.asked.push(words),
      requestGone: () => {},
      watch: () => {},
      watchGone: () => {},
    });
  }

  /** An operation on the connection, ordered by the cluster. */
  operate(action: string, intervalMs = 0): void {
    this.#callId += 1;
    const request = {
      callId: this.#callId,
      resource: "r1",
      agent: { class: "ocf", provider: "pacemaker", type: "remote" },
      action,
      intervalMs,
      timeoutMs: 20_000,
      startDelayMs: 0,
      parameters: { server: "10.0.0.9" },
      userData: "",
    };
    this.execute({ type: "execute", request });
  }

  execute(event: ExecutorEvent): void {
    for (const effect of this.#executor.step(event, this.nowMs)) {
      if (effect.type === "remote") this.links.operate(effect);
      // Meta-data of the connection's agent.
      if (effect.type === "run") {
        const { run } = effect;
        queueMicrotask(() => this.execute({ type: "run-done", run, outcome: done(1) }));
      }
      if (effect.type === "result") {
        const { request, rc, status } = effect.result;
        this.told.push(`${request.action} ${request.intervalMs}: ${rc}/${status}`);
      }
    }
  }

  #emit(effect: NodeEffect): void {
    this.effects.push(effect);
    if (effect.type === "remote-connect") {
      const { link } = effect;
      queueMicrotask(() => {
        if (!this.reachable) {
          this.links.event(link, { type: "closed", reason: "no route" });
          return;
        }
        this.connected = link;
        this.links.event(link, { type: "opened" });
      });
    }
    if (effect.type === "remote-send" && this.reachable) {
      const { payload } = effect;
      queueMicrotask(() => this.toRemote({ type: "message", peer: 1, payload }));
    }
  }

  toRemote(event: Parameters<Remoted["step"]>[0]): void {
    for (const effect of this.remoted.step(event, this.nowMs)) {
      if (effect.type === "send" && this.reachable) {
        const { payload } = effect;
        const link = this.connected!;
        queueMicrotask(() => this.links.event(link, { type: "message", payload }));
      }
      if (effect.type === "answer") this.answers.push(effect.answer);
      if (effect.type === "exit") this.exited = true;
      if (effect.type === "run" && effect.action !== "meta-data") {
        this.runs.push(`${effect.action} ${effect.env["OCF_RESOURCE_INSTANCE"]}`);
      }
      if (effect.type === "run") {
        const { run } = effect;
        queueMicrotask(() => this.toRemote({ type: "run-done", run, outcome: done(0) }));
      }
    }
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 50; i++) await Promise.resolve();
  }

  async start(): Promise<void> {
    this.operate("start");
    await this.settle();
  }

  order(operation: string, transitionKey: string): boolean {
    const xml =
      `<rsc_op id="7" operation="${operation}" operation_key="d_${operation}_0" on_node="r1" ` +
      'on_node_uuid="r1" router_node="node1"><primitive id="d" class="ocf" provider="pacemaker" ' +
      'type="Dummy"/><attributes CRM_meta_timeout="20000" CRM_meta_on_node="r1"/></rsc_op>';
    return this.links.execute("r1", xml, transitionKey);
  }

  /** All that was recorded, as text. */
  recorded(): string {
    const inputs = this.outcomes.flatMap(({ changes }) => changes.map((change) => change.input));
    return inputs.map((input) => (input === undefined ? "" : printXml(input))).join("\n");
  }
}

const KEY = "7:1:0:uuid";

describe("remote nodes", () => {
  test("a start connects, the node's old state is forgotten, operations run there", async () => {
    const wire = new Wire();
    await wire.start();
    expect(wire.told).toEqual(["start 0: 0/0"]);
    const connect = wire.effects.find((effect) => effect.type === "remote-connect");
    expect(connect).toMatchObject({ host: "10.0.0.9", port: 3121 });
    expect(wire.changes.map((change) => change.operation)).toEqual(["delete", "delete", "modify"]);
    expect(printXml(wire.changes[2]!.input!)).toContain('remote_node="true" in_ccm="true"');
    expect(wire.attributes).toEqual([["forget", "r1"]]);
    expect(wire.order("start", KEY)).toBe(true);
    await wire.settle();
    expect(wire.runs).toEqual(["start d"]);
    const history = wire.recorded();
    expect(history).toContain('<node_state id="r1" uname="r1" remote_node="true"');
    expect(history).toContain('rc-code="0"');
  });

  test("a lost connection fails its monitor at once, and what was under way", async () => {
    const wire = new Wire();
    await wire.start();
    wire.operate("monitor", 60_000);
    await wire.settle();
    expect(wire.told).toEqual(["start 0: 0/0", "monitor 60000: 0/0"]);
    wire.reachable = false;
    wire.order("start", KEY);
    wire.links.event(wire.connected!, { type: "closed", reason: "reset" });
    expect(wire.told.at(-1)).toBe("monitor 60000: 1/0");
    expect(wire.outcomes.at(-1)!.acknowledge).toEqual({ transitionKey: KEY, ok: false });
    expect(wire.order("stop", KEY)).toBe(false);
  });

  test("a node that is silent counts as lost", async () => {
    const wire = new Wire();
    await wire.start();
    wire.operate("monitor", 60_000);
    await wire.settle();
    wire.reachable = false;
    for (let i = 0; i < 7; i++) {
      wire.nowMs += 2_000;
      wire.links.timer("ping:r1");
    }
    expect(wire.told.at(-1)).toBe("monitor 60000: 1/0");
  });

  test("connecting is tried again until the start's time is over", async () => {
    const wire = new Wire();
    wire.reachable = false;
    await wire.start();
    wire.links.timer("retry:r1");
    await wire.settle();
    expect(wire.effects.filter((effect) => effect.type === "remote-connect").length).toBe(2);
    const timer = wire.effects.findLast(
      (effect) => effect.type === "set-timer" && effect.id.startsWith("r:run:"),
    );
    expect(timer).toMatchObject({ delayMs: 20_000 });
    wire.links.timer((timer as { id: string }).id.slice("r:".length));
    await wire.settle();
    expect(wire.told).toEqual(["start 0: 1/2"]);
    wire.operate("monitor");
    await wire.settle();
    expect(wire.told.at(-1)).toBe("monitor 0: 7/0");
  });

  test("its tools are answered through the connection, as on that node", async () => {
    const wire = new Wire();
    const peer = { user: "root", pid: 4 };
    wire.toRemote({ type: "request", id: 1, command: "info", body: {}, peer });
    expect(wire.answers[0]).toMatchObject({ ok: false, error: { code: 102 } });
    await wire.start();
    wire.toRemote({ type: "request", id: 2, command: "info", body: {}, peer });
    await wire.settle();
    const [id, command, , asker] = wire.asked[0]!;
    expect([command, asker]).toEqual(["info", { ...peer, remote: "r1" }]);
    const answer: LocalAnswer = { ok: true, value: {} };
    expect(wire.links.answer(id as number, answer)).toBe(true);
    expect(wire.links.answer(5, answer)).toBe(false);
    await wire.settle();
    expect(wire.answers[1]).toEqual(answer);
  });

  test("told to stop, it asks the cluster and goes when it is let go", async () => {
    const wire = new Wire();
    await wire.start();
    wire.toRemote({ type: "stop" });
    await wire.settle();
    expect(wire.attributes.at(-1)).toEqual(["set", "r1", "shutdown", "1000"]);
    expect(wire.exited).toBe(false);
    wire.operate("stop");
    await wire.settle();
    expect(wire.told.at(-1)).toBe("stop 0: 0/0");
    expect(printXml(wire.changes.at(-1)!.input!)).toContain('in_ccm="false"');
    expect(wire.exited).toBe(true);
  });

  test("an engine that was started again finds the connection of the one before", async () => {
    const wire = new Wire();
    const parsed = parseXml(
      `<cib><configuration><resources><primitive id="r1" class="ocf" provider="pacemaker"
        type="remote"><instance_attributes id="i"><nvpair id="s" name="server" value="10.0.0.7"/>
        </instance_attributes></primitive></resources></configuration><status>
        <node_state id="1" uname="node1"><lrm id="1"><lrm_resources><lrm_resource id="r1"
        class="ocf" provider="pacemaker" type="remote"><lrm_rsc_op id="r1_last_0"
        operation="start" rc-code="0" call-id="3"/></lrm_resource></lrm_resources></lrm>
        </node_state><node_state id="r1" uname="r1"><lrm id="r1"><lrm_resources><lrm_resource
        id="d"><lrm_rsc_op id="d_last_0" operation="start" rc-code="0" call-id="41"/>
        </lrm_resource></lrm_resources></lrm></node_state></status></cib>`,
    );
    if (!parsed.ok) throw new Error(parsed.error.message);
    const adopted: string[] = [];
    wire.links.takeOver(parsed.value, "1", (resource) => adopted.push(resource.id));
    await wire.settle();
    expect(adopted).toEqual(["r1"]);
    expect(wire.effects.find((e) => e.type === "remote-connect")).toMatchObject({
      host: "10.0.0.7",
    });
    // What runs there goes on: nothing of it is forgotten.
    expect(wire.changes).toEqual([]);
    wire.order("stop", KEY);
    await wire.settle();
    expect(wire.recorded()).toContain('call-id="42"');
  });
});
