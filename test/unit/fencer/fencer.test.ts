import { describe, expect, test } from "bun:test";
import {
  type FenceAgentInfo,
  type FenceMessage,
  type FenceRecord,
  type FenceRequest,
  type FenceResult,
  Fencer,
  type FencerEffect,
  type FencerEvent,
} from "../../../internal/fencer/mod.ts";
import type { SpawnResult } from "../../../internal/ports/mod.ts";
import { parseXml } from "../../../internal/xml/mod.ts";

const INFO: FenceAgentInfo = {
  parameters: ["plug", "ip"],
  actions: ["on", "off", "reboot", "status", "monitor", "list", "metadata"],
  automaticUnfence: false,
  onTarget: false,
};

function device(id: string, parameters: Record<string, string>, agent = "fence_test"): string {
  const pairs = Object.entries(parameters).map(
    ([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`,
  );
  return (
    `<primitive id="${id}" class="stonith" type="${agent}">` +
    `<instance_attributes id="${id}-i">${pairs.join("")}</instance_attributes></primitive>`
  );
}

function cib(resources: string, rest = "") {
  const parsed = parseXml(
    `<cib><configuration><crm_config/><nodes/><resources>${resources}</resources>${rest}` +
      "</configuration></cib>",
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

const ok: SpawnResult = { outcome: "exited", code: 0, stdout: "", stderr: "", runMs: 10 };
const bad: SpawnResult = { ...ok, code: 1, stderr: "Unable to connect\n" };

type Run = Extract<FencerEffect, { type: "run" }> & { node: string };

/** Fencers on a ring; the test answers for the agents. */
class Cluster {
  fencers = new Map<string, Fencer>();
  members: string[] = [];
  queue: { from: string; to: string | null; message: FenceMessage }[] = [];
  runs: Run[] = [];
  timers = new Map<string, { node: string; id: string; delayMs: number }>();
  replies: FenceResult[] = [];
  notices: { node: string; record: FenceRecord; byUs: boolean }[] = [];
  done: Extract<FencerEffect, { type: "device-done" | "list-done" }>[] = [];
  now = 1_000_000;
  #uuid = 0;
  info: FenceAgentInfo | null = INFO;
  /** Nodes that said they do not feed their watchdog any more, or must not run. */
  out: { node: string; effect: "self-fence" | "unfit" }[] = [];
  readonly watchdogMs: number | null;

  constructor(
    document: ReturnType<typeof cib>,
    names = ["n1", "n2", "n3"],
    watchdogMs: number | null = null,
  ) {
    this.watchdogMs = watchdogMs;
    for (const name of names) this.add(name, document);
    this.membership(names);
  }

  add(name: string, document: ReturnType<typeof cib>): void {
    const uuid = () => `op-${++this.#uuid}`;
    const agentInfo = () => this.info;
    const common = { random: () => 2500, uuid, agentInfo, watchdogTimeoutMs: this.watchdogMs };
    this.fencers.set(name, new Fencer({ nodeName: name, ...common }));
    this.send(name, { type: "cib", cib: document });
  }

  membership(names: string[]): void {
    this.members = names;
    for (const name of names) this.send(name, { type: "members", names });
    this.deliver();
  }

  send(node: string, event: FencerEvent): void {
    for (const effect of this.fencers.get(node)!.step(event, this.now)) {
      if (effect.type === "send") this.queue.push({ from: node, ...effect });
      else if (effect.type === "run") this.runs.push({ ...effect, node });
      else if (effect.type === "set-timer")
        this.timers.set(`${node}${effect.id}`, { node, ...effect });
      else if (effect.type === "clear-timer") this.timers.delete(`${node}${effect.id}`);
      else if (effect.type === "self-fence" || effect.type === "unfit")
        this.out.push({ node, effect: effect.type });
      else if (effect.type === "reply") this.replies.push(effect.result);
      else if (effect.type === "notify") this.notices.push({ node, ...effect });
      else if (effect.type === "device-done" || effect.type === "list-done") this.done.push(effect);
    }
  }

  deliver(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const { from, to, message } = next;
      const wire = JSON.parse(JSON.stringify(message)) as FenceMessage;
      const receivers = to === null ? this.members : this.members.filter((name) => name === to);
      for (const name of receivers) this.send(name, { type: "message", from, message: wire });
    }
  }

  fence(node: string, part: Partial<FenceRequest> = {}): void {
    const request: FenceRequest = {
      requestId: `r${this.replies.length}`,
      target: "n3",
      action: "reboot",
      timeoutMs: 60_000,
      delayMs: 0,
      toleranceMs: 0,
      client: "test.1",
      ...part,
    };
    this.send(node, { type: "fence", request });
    this.deliver();
  }

  answer(outcome: SpawnResult): Run {
    const run = this.runs.shift()!;
    this.now += outcome.runMs;
    this.send(run.node, { type: "run-done", run: run.run, outcome });
    this.deliver();
    return run;
  }

  fire(match: RegExp): void {
    const found = [...this.timers].find(([, timer]) => match.test(timer.id))!;
    this.timers.delete(found[0]);
    this.now += found[1].delayMs;
    this.send(found[1].node, { type: "timer", id: found[1].id });
    this.deliver();
  }
}

const HOSTS = { pcmk_host_list: "n1 n2 n3", ip: "10.0.0.1" };

describe("one device", () => {
  test("a request ends with a reply, and all nodes hear it in their history", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)));
    cluster.fence("n1");
    expect(cluster.runs).toHaveLength(1);
    const run = cluster.answer(ok);
    expect(run).toMatchObject({ node: "n1", agent: "fence_test", timeoutMs: 60_000 });
    expect(run.stdin).toBe("action=reboot\nnodename=n3\nplug=n3\nip=10.0.0.1\n");
    expect(cluster.replies).toMatchObject([{ exitStatus: 0, delegate: "n1", requestId: "r0" }]);
    expect(cluster.notices.map(({ node, byUs }) => [node, byUs])).toEqual([
      ["n1", true],
      ["n2", false],
      ["n3", false],
    ]);
    for (const fencer of cluster.fencers.values()) {
      expect(fencer.history(null)).toMatchObject([{ target: "n3", state: "done", origin: "n1" }]);
    }
    expect(cluster.timers.size).toBe(0);
  });

  test("the target does not fence itself while others can", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)));
    cluster.fence("n3");
    expect(cluster.answer(ok).node).toBe("n1");
  });

  test("who asks to be fenced does not live to hear of it: another node leads", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)));
    cluster.fence("n3", { delayMs: 4000 });
    cluster.fire(/delay/);
    cluster.membership(["n1", "n2"]);
    cluster.answer(ok);
    for (const name of ["n1", "n2"]) {
      const history = cluster.fencers.get(name)!.history(null);
      expect(history).toMatchObject([{ target: "n3", state: "done", origin: "n1" }]);
    }
  });

  test("alone, it leads its own fencing", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)), ["n3"]);
    cluster.fence("n3");
    expect(cluster.answer(ok).node).toBe("n3");
    expect(cluster.replies).toMatchObject([{ exitStatus: 0, delegate: "n3" }]);
  });

  test("parameters: host map, argument, action, timeout, retries", () => {
    const parameters = {
      pcmk_host_map: "n1:17;n3:19",
      pcmk_host_argument: "port",
      pcmk_reboot_action: "off",
      pcmk_reboot_timeout: "90s",
      pcmk_reboot_retries: "3",
    };
    const cluster = new Cluster(cib(device("ipmi", parameters)), ["n1"]);
    cluster.fence("n1");
    for (let i = 0; i < 3; i++) {
      const run = cluster.answer(bad);
      expect(run.stdin).toBe("action=off\nnodename=n3\nport=19\n");
      expect(run.timeoutMs).toBe(90_000 - 10 * i);
    }
    expect(cluster.runs).toEqual([]);
    expect(cluster.replies).toMatchObject([{ exitStatus: 1, reason: "Unable to connect" }]);
    expect(cluster.fencers.get("n1")!.history("n3")).toMatchObject([{ state: "failed" }]);
  });

  test("no device: said as such", () => {
    const cluster = new Cluster(cib(device("ipmi", { pcmk_host_list: "other" })));
    cluster.fence("n1");
    expect(cluster.replies).toMatchObject([{ exitStatus: 105, status: 10 }]);
  });

  test("another node tries when one fails, or leaves while it tries", () => {
    const cluster = new Cluster(cib(device("ipmi", { ...HOSTS, pcmk_reboot_retries: "1" })));
    cluster.fence("n1");
    expect(cluster.answer(bad).node).toBe("n1");
    expect(cluster.runs[0]!.node).toBe("n2");
    cluster.membership(["n1", "n3"]);
    expect(cluster.replies).toMatchObject([{ exitStatus: 1 }]);
  });

  test("an agent without reboot turns off, and not on again", () => {
    const cluster = new Cluster(cib(device("pdu", HOSTS)), ["n1"]);
    cluster.info = { ...INFO, actions: ["on", "off", "monitor"] };
    cluster.fence("n1");
    expect(cluster.answer(ok).stdin).toContain("action=off\n");
    expect(cluster.runs).toEqual([]);
    expect(cluster.replies).toMatchObject([{ exitStatus: 0 }]);
  });

  test("delays: base, random part, what was asked for; -1 turns them off", () => {
    const parameters = { ...HOSTS, pcmk_delay_base: "n3:5s;n2:1s", pcmk_delay_max: "10s" };
    const cluster = new Cluster(cib(device("ipmi", parameters)), ["n1"]);
    cluster.fence("n1", { delayMs: 1000 });
    expect(cluster.runs).toEqual([]);
    const delay = [...cluster.timers.values()].find((timer) => timer.id.startsWith("f:delay"));
    expect(delay?.delayMs).toBe(1000 + 5000 + (2500 % 5001));
    cluster.fire(/delay/);
    cluster.answer(ok);
    cluster.fence("n1", { delayMs: -1 });
    expect(cluster.runs).toHaveLength(1);
  });
});

describe("delays", () => {
  const delayOf = (cluster: Cluster): number | undefined =>
    [...cluster.timers.values()].find((timer) => timer.id.startsWith("f:delay"))?.delayMs;

  test("a base above the maximum counts as the maximum", () => {
    const parameters = { ...HOSTS, pcmk_delay_base: "10s", pcmk_delay_max: "4s" };
    const cluster = new Cluster(cib(device("ipmi", parameters)), ["n1"]);
    cluster.fence("n1");
    expect(delayOf(cluster)).toBe(4000);
  });

  test("what was asked for delays the first device alone; each has its own delays", () => {
    const devices =
      device("a", HOSTS) + device("b", { ...HOSTS, pcmk_delay_base: "2s" }, "fence_other");
    const topology =
      '<fencing-topology><fencing-level id="l1" target="n3" index="1" devices="a"/>' +
      '<fencing-level id="l2" target="n3" index="2" devices="b"/></fencing-topology>';
    for (const [asked, first, second] of [
      [5000, 5000, 2000],
      [-1, undefined, undefined],
    ] as const) {
      const cluster = new Cluster(cib(devices, topology), ["n1"]);
      cluster.fence("n1", { delayMs: asked });
      expect(delayOf(cluster)).toBe(first as number);
      if (first !== undefined) cluster.fire(/delay/);
      cluster.answer(bad);
      cluster.answer(bad);
      expect(delayOf(cluster)).toBe(second as number);
    }
  });
});

describe("watchdogs", () => {
  const property = (value: string): string =>
    '<crm_config><cluster_property_set id="o"><nvpair id="o-w" name="stonith-watchdog-timeout" ' +
    `value="${value}"/></cluster_property_set></crm_config>`;
  const withWatchdog = (value: string, resources = "", rest = "") => {
    const parsed = parseXml(
      `<cib><configuration>${property(value)}<nodes/><resources>${resources}</resources>${rest}` +
        "</configuration></cib>",
    );
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  };

  test("without a device the target is waited for, and told to let itself be reset", () => {
    const cluster = new Cluster(withWatchdog("10s"), ["n1", "n2", "n3"], 5000);
    cluster.fence("n1");
    expect(cluster.out).toEqual([{ node: "n3", effect: "self-fence" }]);
    expect(cluster.replies).toEqual([]);
    expect([...cluster.timers.values()].find(({ id }) => id.includes("watchdog"))?.delayMs).toBe(
      10_000,
    );
    cluster.fire(/watchdog/);
    expect(cluster.replies).toMatchObject([{ exitStatus: 0, delegate: null }]);
  });

  test("a negative timeout is twice the device's; 0 turns it off", () => {
    const automatic = new Cluster(withWatchdog("-1"), ["n1", "n2", "n3"], 5000);
    automatic.fence("n1");
    expect([...automatic.timers.values()].some(({ delayMs }) => delayMs === 10_000)).toBe(true);
    const off = new Cluster(withWatchdog("0"), ["n1", "n2", "n3"], 5000);
    off.fence("n1");
    expect(off.replies).toMatchObject([{ exitStatus: 105 }]);
  });

  test("a node without a watchdog, or with one that is too slow, must not take part", () => {
    expect(new Cluster(withWatchdog("10s"), ["n1"]).out).toEqual([{ node: "n1", effect: "unfit" }]);
    expect(new Cluster(withWatchdog("10s"), ["n1"], 15_000).out).toHaveLength(1);
    expect(new Cluster(withWatchdog("10s"), ["n1"], 10_000).out).toEqual([]);
  });

  test("a device that works is preferred; after one that fails the topology still ends there", () => {
    const topology =
      '<fencing-topology><fencing-level id="l1" target="n3" index="1" devices="ipmi"/></fencing-topology>';
    const document = withWatchdog("10s", device("ipmi", HOSTS), topology);
    const works = new Cluster(document, ["n1"], 5000);
    works.fence("n1");
    works.answer(ok);
    expect(works.replies).toMatchObject([{ exitStatus: 0, delegate: "n1" }]);
    const broken = new Cluster(document, ["n1"], 5000);
    broken.fence("n1");
    broken.answer(bad);
    broken.answer(bad);
    broken.fire(/watchdog/);
    expect(broken.replies).toMatchObject([{ exitStatus: 0, delegate: null }]);
  });

  test("fence_watchdog says who fences itself, and can stand in a level", () => {
    const watchdog = device("watchdog", { pcmk_host_list: "n2" }, "fence_watchdog");
    const topology =
      '<fencing-topology><fencing-level id="l1" target="n2" index="1" devices="watchdog"/></fencing-topology>';
    const cluster = new Cluster(withWatchdog("10s", watchdog, topology), ["n1", "n2", "n3"], 5000);
    expect(cluster.fencers.get("n1")!.devices("n2")).toEqual(["watchdog"]);
    cluster.fence("n1");
    expect(cluster.replies).toMatchObject([{ exitStatus: 105 }]);
    cluster.fence("n1", { target: "n2" });
    cluster.fire(/watchdog/);
    expect(cluster.replies.at(-1)).toMatchObject([{ exitStatus: 0 }][0]!);
  });

  test("nothing is waited for to turn a node on", () => {
    const cluster = new Cluster(withWatchdog("10s"), ["n1", "n2", "n3"], 5000);
    cluster.fence("n1", { action: "on" });
    expect(cluster.replies).toMatchObject([{ exitStatus: 105 }]);
  });
});

describe("what a device can fence", () => {
  test("names of hosts are compared without regard to case", () => {
    const parameters = { pcmk_host_map: "N3:Plug7;n2:8", ip: "10.0.0.1" };
    const cluster = new Cluster(cib(device("ipmi", parameters)), ["n1"]);
    cluster.fence("n1");
    expect(cluster.answer(ok).stdin).toContain("plug=Plug7\n");
  });

  test("a device whose list never worked is asked for the target's status", () => {
    const cluster = new Cluster(cib(device("pdu", { ip: "10.0.0.1" })), ["n1"]);
    cluster.fence("n1");
    cluster.answer(bad);
    expect(cluster.answer(bad).stdin).toContain("action=list\n");
    expect(cluster.replies).toMatchObject([{ exitStatus: 105 }]);
    cluster.fence("n1");
    expect(cluster.answer({ ...ok, code: 2 }).stdin).toContain("action=status\n");
    cluster.answer({ ...ok, code: 2 });
    expect(cluster.answer(ok).stdin).toContain("action=reboot\n");
    expect(cluster.replies.at(-1)).toMatchObject({ exitStatus: 0 });
  });

  test("dynamic lists are asked for and believed for a while", () => {
    const cluster = new Cluster(cib(device("virt", {})), ["n1"]);
    cluster.fence("n1");
    expect(cluster.runs[0]!.stdin).toBe("action=list\n");
    cluster.answer({ ...ok, stdout: "n2,\nn3,on\n" });
    expect(cluster.answer(ok).stdin).toContain("action=reboot");
    cluster.fence("n1", { target: "n9" });
    expect(cluster.replies.at(-1)).toMatchObject({ exitStatus: 105 });
    cluster.now += 61_000;
    cluster.fence("n1");
    expect(cluster.runs[0]!.stdin).toBe("action=list\n");
  });

  test("banned, disabled and foreign devices are not used", () => {
    const location =
      '<constraints><rsc_location id="l" rsc="a" node="n1" score="-INFINITY"/></constraints>';
    const disabled = device("b", HOSTS).replace(
      "</primitive>",
      '<meta_attributes id="m"><nvpair id="mt" name="target-role" value="Stopped"/>' +
        "</meta_attributes></primitive>",
    );
    const dummy = '<primitive id="c" class="ocf" provider="pacemaker" type="Dummy"/>';
    const cluster = new Cluster(cib(device("a", HOSTS) + disabled + dummy, location), ["n1", "n2"]);
    expect(cluster.fencers.get("n1")!.devices(null)).toEqual([]);
    expect(cluster.fencers.get("n2")!.devices("n1")).toEqual(["a"]);
  });
});

describe("topology", () => {
  const topology = (levels: string) => `<fencing-topology>${levels}</fencing-topology>`;
  const two = device("a", HOSTS) + device("b", HOSTS) + device("c", HOSTS);

  test("all devices of a level: off each, then on each; the next level when one fails", () => {
    const levels =
      '<fencing-level id="1" target="n3" index="2" devices="c"/>' +
      '<fencing-level id="2" target="n3" index="1" devices="a,b"/>';
    const cluster = new Cluster(cib(two, topology(levels)), ["n1"]);
    cluster.fence("n1");
    const actions = () => cluster.answer(ok).stdin.split("\n")[0];
    expect([actions(), actions(), actions(), actions()]).toEqual([
      "action=off",
      "action=off",
      "action=on",
      "action=on",
    ]);
    expect(cluster.replies).toMatchObject([{ exitStatus: 0 }]);
    cluster.fence("n1");
    cluster.answer(ok);
    cluster.answer(bad);
    cluster.answer(bad);
    expect(cluster.answer(ok).stdin).toContain("action=reboot");
    expect(cluster.replies.at(-1)).toMatchObject({ exitStatus: 0 });
  });

  test("levels by pattern and by attribute", () => {
    const nodes =
      '<nodes><node id="3" uname="n3"><instance_attributes id="x">' +
      '<nvpair id="y" name="rack" value="1"/></instance_attributes></node></nodes>';
    const levels =
      '<fencing-level id="1" target-attribute="rack" target-value="1" index="1" devices="b"/>' +
      '<fencing-level id="2" target-pattern="^n[12]$" index="1" devices="c"/>';
    const document = cib(two, nodes + topology(levels));
    document.first("configuration")!.first("nodes")!.remove();
    const cluster = new Cluster(document, ["n1"]);
    cluster.fence("n1", { target: "n2" });
    cluster.answer(ok);
    cluster.fence("n1");
    cluster.answer(ok);
    expect(cluster.replies.map((reply) => reply.exitStatus)).toEqual([0, 0]);
  });
});

describe("unfencing", () => {
  test("every device that unfences by itself is needed, on the target where it says so", () => {
    const devices = device("ipmi", HOSTS) + device("scsi", HOSTS) + device("san", HOSTS);
    const cluster = new Cluster(cib(devices));
    cluster.info = { ...INFO, automaticUnfence: true, onTarget: true };
    cluster.fence("n1", { action: "on" });
    expect(cluster.answer(ok)).toMatchObject({ node: "n3" });
    expect(cluster.answer(ok)).toMatchObject({ node: "n3" });
    expect(cluster.replies).toEqual([]);
    expect(cluster.answer(ok)).toMatchObject({ node: "n3" });
    expect(cluster.replies).toMatchObject([{ exitStatus: 0 }]);
  });

  test("an agent that is not known yet is waited for", () => {
    const cluster = new Cluster(cib(device("scsi", HOSTS)), ["n1", "n3"]);
    cluster.info = null;
    cluster.fence("n1", { action: "on" });
    expect(cluster.runs).toEqual([]);
    cluster.info = { ...INFO, automaticUnfence: true, onTarget: true };
    cluster.fire(/f:info/);
    cluster.fire(/f:info/);
    expect(cluster.answer(ok)).toMatchObject({ node: "n3" });
    expect(cluster.replies).toMatchObject([{ exitStatus: 0 }]);
  });

  test("one of the others will do when no device unfences by itself", () => {
    const cluster = new Cluster(cib(device("a", HOSTS) + device("b", HOSTS)));
    cluster.fence("n1", { action: "on" });
    cluster.answer(ok);
    expect(cluster.runs).toEqual([]);
    expect(cluster.replies).toMatchObject([{ exitStatus: 0 }]);
  });
});

describe("requests together", () => {
  test("a second request for the same joins the first, from whichever node", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)));
    cluster.fence("n1", { requestId: "a" });
    cluster.fence("n2", { requestId: "b" });
    expect(cluster.runs).toHaveLength(1);
    cluster.answer(ok);
    expect(cluster.replies.map((reply) => reply.requestId)).toEqual(["a", "b"]);
    expect(cluster.fencers.get("n2")!.history(null)).toHaveLength(1);
  });

  test("the leader's death is a failure for who joined it", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)));
    cluster.fence("n1", { requestId: "a" });
    cluster.fence("n2", { requestId: "b" });
    cluster.membership(["n2"]);
    expect(cluster.replies).toMatchObject([{ requestId: "b", exitStatus: 1 }]);
    cluster.fence("n2", { requestId: "c" });
    expect(cluster.runs.at(-1)!.node).toBe("n2");
  });

  test("a recent success counts within the tolerance", () => {
    const cluster = new Cluster(cib(device("ipmi", HOSTS)));
    cluster.fence("n1");
    cluster.answer(ok);
    cluster.now += 4000;
    cluster.fence("n2", { toleranceMs: 5000, requestId: "t" });
    expect(cluster.replies.at(-1)).toMatchObject({ requestId: "t", exitStatus: 0 });
    expect(cluster.runs).toEqual([]);
  });
});

describe("history", () => {
  test("a human's word, sync to newcomers, cleanup everywhere", () => {
    const document = cib(device("ipmi", HOSTS));
    const cluster = new Cluster(document, ["n1", "n2"]);
    cluster.send("n1", {
      type: "confirm",
      requestId: "h",
      target: "n3",
      client: "stonith_admin.7",
    });
    cluster.deliver();
    expect(cluster.replies).toMatchObject([{ requestId: "h", exitStatus: 0, delegate: "a human" }]);
    cluster.add("n3", document);
    cluster.membership(["n1", "n2", "n3"]);
    expect(cluster.fencers.get("n3")!.history(null)).toMatchObject([{ delegate: "a human" }]);
    cluster.send("n2", { type: "history-cleanup", target: null });
    cluster.deliver();
    for (const fencer of cluster.fencers.values()) expect(fencer.history(null)).toEqual([]);
  });
});

describe("devices as resources", () => {
  test("start registers and monitors; a monitored device is preferred", () => {
    const cluster = new Cluster(cib(device("a", HOSTS)));
    const event = {
      type: "device",
      device: "a",
      agent: "fence_test",
      parameters: HOSTS,
      timeoutMs: 20_000,
    } as const;
    cluster.send("n2", { ...event, run: "x1", operation: "register" });
    expect(cluster.answer(ok).stdin).toBe("action=monitor\nip=10.0.0.1\n");
    expect(cluster.done[0]).toMatchObject({ run: "x1", outcome: { outcome: "exited", code: 0 } });
    cluster.fence("n1");
    expect(cluster.answer(ok).node).toBe("n2");
    cluster.send("n2", { ...event, run: "x2", operation: "monitor" });
    cluster.answer(bad);
    cluster.answer(bad);
    expect(cluster.done[1]).toMatchObject({ outcome: { code: 1, error: "Unable to connect" } });
    cluster.send("n2", { ...event, device: "gone", run: "x3", operation: "monitor" });
    expect(cluster.done[2]).toMatchObject({ outcome: { outcome: "failed", errno: "ENODEVICE" } });
  });

  test("one action at a time, fencing before monitors", () => {
    const cluster = new Cluster(cib(device("a", HOSTS)), ["n1"]);
    const event = { type: "device", device: "a", agent: "", parameters: {} } as const;
    for (const run of ["x1", "x2"]) {
      cluster.send("n1", { ...event, run, operation: "monitor", timeoutMs: 20_000 });
    }
    cluster.fence("n1");
    expect(cluster.runs).toHaveLength(1);
    cluster.answer(ok);
    expect(cluster.answer(ok).stdin).toContain("action=reboot");
    expect(cluster.answer(ok).stdin).toContain("action=monitor");
  });
});
