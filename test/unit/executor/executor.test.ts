import { describe, expect, test } from "bun:test";
import {
  Executor,
  type ExecutorEffect,
  type OperationRequest,
  type OperationResult,
  OpStatus,
  type RunOutcome,
} from "../../../internal/executor/mod.ts";

const METADATA = `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="Thing"><version>1.1</version><parameters>
<parameter name="state" unique-group="state"/><parameter name="passwd" reloadable="1"/>
</parameters><actions><action name="reload-agent" timeout="20s"/></actions></resource-agent>`;

const options = {
  nodeName: "n1",
  ocfRoot: "/usr/lib/ocf",
  runFolder: "/run",
  operationLimit: 2,
  env: { PCMK_debug: "0" },
};

let calls = 0;
function request(part: Partial<OperationRequest>): OperationRequest {
  calls += 1;
  return {
    callId: calls,
    resource: "r1",
    agent: { class: "ocf", provider: "test", type: "Thing" },
    action: "start",
    intervalMs: 0,
    timeoutMs: 20_000,
    startDelayMs: 0,
    parameters: {},
    userData: `${calls}:1:0:uuid`,
    ...part,
  };
}

const exit = (code: number, stderr = ""): RunOutcome => ({
  outcome: "exited",
  code,
  stdout: "",
  stderr,
  runMs: 5,
});

/** Drives an executor by hand: keeps what it asked for until the test answers. */
class Bench {
  executor: Executor;
  runs: Extract<ExecutorEffect, { type: "run" | "unit" | "device" }>[] = [];
  kills: string[] = [];
  timers = new Map<string, number>();
  results: OperationResult[] = [];
  now = 1_000_000;

  constructor(limit = 2) {
    this.executor = new Executor({ ...options, operationLimit: limit });
  }

  send(event: Parameters<Executor["step"]>[0]): void {
    for (const effect of this.executor.step(event, this.now)) {
      if (effect.type === "run" && effect.action === "meta-data") {
        const outcome = { ...exit(0), stdout: METADATA };
        this.send({ type: "run-done", run: effect.run, outcome });
      } else if (effect.type === "run" || effect.type === "unit" || effect.type === "device") {
        this.runs.push(effect);
      } else if (effect.type === "kill") this.kills.push(effect.run);
      else if (effect.type === "set-timer") this.timers.set(effect.id, effect.delayMs);
      else if (effect.type === "clear-timer") this.timers.delete(effect.id);
      else if (effect.type === "result") this.results.push(effect.result);
    }
  }

  execute(part: Partial<OperationRequest>): void {
    this.send({ type: "execute", request: request(part) });
  }

  /** Ends the oldest run. */
  finish(outcome: RunOutcome = exit(0)): void {
    const effect = this.runs.shift()!;
    this.now += 10;
    this.send({ type: "run-done", run: effect.run, outcome });
  }

  fire(): void {
    const [[id, delayMs] = ["", 0]] = this.timers;
    this.timers.delete(id);
    this.now += delayMs;
    this.send({ type: "timer", id });
  }
}

describe("one resource", () => {
  test("operations run one after the other, with the OCF environment", () => {
    const bench = new Bench();
    bench.execute({ parameters: { ip: "1.2.3.4", "CRM_meta_on-node": "n1" } });
    bench.execute({ action: "monitor" });
    expect(bench.runs).toHaveLength(1);
    const [run] = bench.runs;
    expect(run).toMatchObject({ type: "run", action: "start", timeoutMs: 20_000 });
    expect(run?.type === "run" && run.env).toMatchObject({
      OCF_ROOT: "/usr/lib/ocf",
      OCF_RESKEY_ip: "1.2.3.4",
      OCF_RESKEY_CRM_meta_on_node: "n1",
      OCF_RESOURCE_INSTANCE: "r1",
      OCF_RESOURCE_TYPE: "Thing",
      OCF_RESOURCE_PROVIDER: "test",
      PCMK_debug: "0",
    });
    bench.finish();
    expect(bench.results[0]).toMatchObject({ status: OpStatus.DONE, rc: 0, execTimeMs: 5 });
    expect(bench.runs[0]).toMatchObject({ action: "monitor" });
    bench.finish(exit(7, "noise\nocf-exit-reason:first\nocf-exit-reason:it is gone\n"));
    expect(bench.results[1]).toMatchObject({ rc: 7, exitReason: "it is gone", queueTimeMs: 10 });
    expect(bench.executor.busy()).toEqual([]);
  });

  test("a recurring monitor speaks only of changes", () => {
    const bench = new Bench();
    bench.execute({ action: "monitor", intervalMs: 10_000 });
    for (const rc of [0, 0, 0, 7, 7, 0]) {
      bench.finish(exit(rc));
      expect([...bench.timers.values()]).toEqual([10_000]);
      bench.fire();
    }
    expect(bench.results.map((result) => result.rc)).toEqual([0, 7, 0]);
  });

  test("a start ends the monitors, also one that is running, and waits for it", () => {
    const bench = new Bench();
    bench.execute({ action: "monitor", intervalMs: 10_000 });
    const [monitor] = bench.runs;
    bench.execute({ action: "stop" });
    expect(bench.kills).toEqual([monitor!.run]);
    expect(bench.runs).toHaveLength(1);
    bench.finish({ ...exit(0), outcome: "signalled", code: 9 });
    expect(bench.results[0]).toMatchObject({ status: OpStatus.CANCELLED });
    expect(bench.runs[0]).toMatchObject({ action: "stop" });
    bench.finish();
    expect(bench.timers.size).toBe(0);
    expect(bench.results).toHaveLength(2);
  });

  test("a recurring operation asked for again runs at once under the new request", () => {
    const bench = new Bench();
    bench.execute({ action: "monitor", intervalMs: 10_000 });
    bench.finish();
    bench.execute({ action: "monitor", intervalMs: 10_000, userData: "new" });
    expect(bench.timers.size).toBe(0);
    bench.execute({ action: "monitor", intervalMs: 10_000, userData: "newer" });
    bench.finish();
    expect(bench.results).toHaveLength(1);
    bench.finish();
    expect(bench.results.map((r) => r.request.userData).at(-1)).toBe("newer");
    expect(bench.results).toHaveLength(2);
  });

  test("start delay, and cancelling within it", () => {
    const bench = new Bench();
    bench.execute({ action: "monitor", intervalMs: 5000, startDelayMs: 700 });
    expect([...bench.timers.values()]).toEqual([700]);
    bench.send({ type: "cancel", resource: "r1", action: "monitor", intervalMs: 5000 });
    expect(bench.timers.size).toBe(0);
    expect(bench.results[0]).toMatchObject({ status: OpStatus.CANCELLED });
    bench.execute({ action: "start", startDelayMs: 300 });
    bench.fire();
    expect(bench.runs).toHaveLength(1);
  });

  test("a forgotten resource's operations end without a word", () => {
    const bench = new Bench();
    bench.execute({ action: "monitor", intervalMs: 5000 });
    bench.execute({ action: "notify" });
    bench.send({ type: "forget", resource: "r1" });
    expect(bench.kills).toHaveLength(1);
    bench.finish({ ...exit(0), outcome: "signalled", code: 9 });
    expect(bench.results).toEqual([]);
    expect(bench.runs).toEqual([]);
    expect(bench.executor.busy()).toEqual([]);
  });
});

describe("the node", () => {
  test("monitors that hang do not keep a stop waiting", () => {
    const bench = new Bench(2);
    for (let i = 0; i < 4; i++) {
      bench.execute({ resource: `m${i}`, action: "monitor", intervalMs: 10_000 });
    }
    expect(bench.runs).toHaveLength(2);
    bench.execute({ resource: "other", action: "stop" });
    expect(bench.runs.map((run) => run.type === "run" && run.action)).toContain("stop");
    for (let i = 0; i < 3; i++) bench.execute({ resource: `s${i}` });
    expect(bench.runs).toHaveLength(4);
    bench.send({ type: "limit", operations: 10 });
    expect(bench.runs).toHaveLength(8);
  });
});

describe("classes", () => {
  const lsb = { class: "lsb", provider: null, type: "thing" };
  const status = (code: number, action = "monitor"): number => {
    const bench = new Bench();
    bench.execute({ agent: lsb, action });
    expect(bench.runs[0]).toMatchObject({ action: action === "monitor" ? "status" : action });
    bench.finish(exit(code));
    return bench.results[0]!.rc;
  };

  test("LSB exit codes", () => {
    expect([0, 1, 2, 3, 4, 150].map((code) => status(code))).toEqual([0, 7, 7, 7, 1, 5]);
    expect([0, 1, 5, 7, 8].map((code) => status(code, "stop"))).toEqual([0, 1, 5, 7, 1]);
  });

  test("a service without an init script is a unit", () => {
    const bench = new Bench();
    bench.execute({
      agent: { class: "service", provider: null, type: "nginx" },
      action: "monitor",
    });
    bench.finish({ ...exit(0), outcome: "failed", errno: "ENOENT" });
    expect(bench.runs[0]).toMatchObject({
      type: "unit",
      unit: "nginx.service",
      operation: "status",
    });
    bench.finish(exit(7));
    expect(bench.results[0]).toMatchObject({ rc: 7, status: OpStatus.DONE });
  });

  test("systemd's own word starts a monitor at once", () => {
    const bench = new Bench();
    const agent = { class: "systemd", provider: null, type: "haproxy" };
    bench.execute({ agent, action: "monitor", intervalMs: 60_000 });
    bench.finish();
    bench.send({ type: "unit-changed", unit: "other.service" });
    expect(bench.runs).toHaveLength(0);
    bench.send({ type: "unit-changed", unit: "haproxy.service" });
    bench.finish(exit(7));
    expect(bench.results.map((result) => result.rc)).toEqual([0, 7]);
  });

  test("fence devices: start registers, a probe needs no agent", () => {
    const bench = new Bench();
    const agent = { class: "stonith", provider: null, type: "fence_x" };
    const parameters = { ip: "1.1.1.1", CRM_meta_timeout: "20000", crm_feature_set: "3.20.0" };
    bench.execute({ agent, action: "monitor", parameters });
    expect(bench.results[0]).toMatchObject({ rc: 7 });
    bench.execute({ agent, action: "start", parameters });
    expect(bench.runs[0]).toMatchObject({
      type: "device",
      operation: "register",
      device: "r1",
      parameters: { ip: "1.1.1.1" },
    });
    bench.finish();
    bench.execute({ agent, action: "monitor", parameters });
    expect(bench.results.at(-1)).toMatchObject({ rc: 0 });
  });
});

test("what cannot run, is killed or times out is told as the original tells it", () => {
  const verdict = (outcome: Partial<RunOutcome>) => {
    const bench = new Bench();
    bench.execute({ timeoutMs: 90_000 });
    bench.finish({ ...exit(0), ...outcome });
    const { rc, status, exitReason } = bench.results[0]!;
    return [rc, status, exitReason];
  };
  expect(
    verdict({ outcome: "failed", errno: "ENOENT", error: "No such file or directory" }),
  ).toEqual([5, OpStatus.NOT_INSTALLED, "No such file or directory"]);
  expect(verdict({ outcome: "failed", errno: "EACCES", error: "Permission denied" })).toEqual([
    4,
    OpStatus.ERROR,
    "Permission denied",
  ]);
  expect(verdict({ outcome: "timeout" })).toEqual([
    1,
    OpStatus.TIMEOUT,
    "Resource agent did not complete within 1m30s",
  ]);
  expect(verdict({ outcome: "signalled", code: 9 })).toEqual([
    1,
    OpStatus.ERROR,
    "Resource agent interrupted by Killed signal",
  ]);
  expect(verdict({ code: 137 })).toEqual([137, OpStatus.DONE, ""]);
  expect(verdict({ code: 255 })).toEqual([1, OpStatus.DONE, ""]);
});
