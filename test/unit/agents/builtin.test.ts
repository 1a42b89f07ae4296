/** The built-in agents, run as the engine runs them, in a root of their own. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinAgents } from "../../../agents/mod.ts";
import {
  agentEnvironment,
  parseAgentMetadata,
  type RunOutcome,
} from "../../../internal/executor/mod.ts";
import { createAgentHost } from "../../../internal/host/agent-runner.ts";
import { findAgent, listAgents, listProviders } from "../../../internal/host/agents.ts";

const root = mkdtempSync(join(tmpdir(), "muster-agents-"));
const before = process.env["MUSTER_ROOT"];
beforeAll(() => {
  process.env["MUSTER_ROOT"] = root;
});
afterAll(() => {
  if (before === undefined) delete process.env["MUSTER_ROOT"];
  else process.env["MUSTER_ROOT"] = before;
  rmSync(root, { recursive: true, force: true });
});

const options = () => ({
  nodeName: "n1",
  ocfRoot: join(root, "usr/lib/ocf"),
  runFolder: join(root, "run"),
  operationLimit: 2,
  env: {},
});

const noUnits = { run: () => () => undefined, watch: () => undefined };

function run(
  name: string,
  action: string,
  parameters: Record<string, string> = {},
  timeoutMs = 20_000,
): Promise<RunOutcome> {
  const [standard = "", provider = "", type = ""] = name.split(":");
  const agent = { class: standard, provider, type };
  const env = agentEnvironment({ resource: "r1", agent, parameters }, options());
  return new Promise((resolve) => {
    createAgentHost(builtinAgents, noUnits).start(
      { type: "run", run: "1", agent, action, env, timeoutMs },
      resolve,
    );
  });
}

async function codes(
  name: string,
  actions: string[],
  parameters: Record<string, string> = {},
): Promise<number[]> {
  const out: number[] = [];
  for (const action of actions) out.push((await run(name, action, parameters)).code);
  return out;
}

const scripts = Object.keys(builtinAgents).filter((name) => name.startsWith("ocf:"));

test.each(scripts)("%s: meta-data reads well, unknown actions are refused", async (name) => {
  const { stdout, code } = await run(name, "meta-data");
  expect(code).toBe(0);
  const metadata = parseAgentMetadata(stdout);
  expect(metadata?.version).toMatch(/^1\.[01]$/);
  const actions = metadata!.actions.map((action) => action.name);
  expect(actions).toEqual(expect.arrayContaining(["start", "stop", "monitor", "meta-data"]));
  expect((await run(name, "fly")).code).toBe(3);
});

describe("Dummy", () => {
  const name = "ocf:pacemaker:Dummy";

  test("start, stop and monitor, again and again", async () => {
    expect(
      await codes(name, ["monitor", "stop", "start", "start", "monitor", "stop", "monitor"]),
    ).toEqual([7, 0, 0, 0, 0, 0, 7]);
  });

  test("the instance of a clone has the state of its name, unless it is unique", async () => {
    await run(name, "start", { state: "" });
    expect(readFileSync(join(root, "run/Dummy-r1.state"), "utf8")).toBe("");
    await run(name, "stop");
  });

  test("trouble on request: a reason, a timeout", async () => {
    await run(name, "start");
    const level = await run(name, "monitor", { OCF_CHECK_LEVEL: "30" });
    expect(level.code).toBe(1);
    expect(level.stderr).toContain("ocf-exit-reason:hyperdrive quota reached");
    expect((await run(name, "monitor", { op_sleep: "30" }, 200)).outcome).toBe("timeout");
    const failing = { fail_start_on: "n1", CRM_meta_on_node: "n1" };
    expect(await codes(name, ["reload-agent"], failing)).toEqual([1]);
    await run(name, "stop");
  });
});

describe("Stateful", () => {
  test("its role goes up and down, and its score with it", async () => {
    const folder = join(root, "tools");
    mkdirSync(folder);
    const tool = join(folder, "crm_attribute");
    writeFileSync(tool, `#!/bin/sh\necho "$@" >>${folder}/calls\n`, { mode: 0o755 });
    const path = process.env["PATH"];
    process.env["PATH"] = `${folder}:${path}`;
    try {
      const name = "ocf:pacemaker:Stateful";
      const actions = ["monitor", "promote", "start", "monitor", "promote", "monitor", "stop"];
      expect(await codes(name, actions)).toEqual([7, 7, 0, 0, 0, 8, 8]);
      expect(await codes(name, ["demote", "monitor", "stop", "monitor"])).toEqual([0, 0, 0, 7]);
      const calls = readFileSync(join(folder, "calls"), "utf8");
      expect(calls).toContain("--promotion -v 10");
      expect(calls).toContain("--promotion -D");
    } finally {
      process.env["PATH"] = path;
    }
  });
});

describe("agents that set node attributes", () => {
  /** What attrd_updater is called with, by the agent's actions. */
  async function calls(name: string, actions: string[], parameters: Record<string, string>) {
    const folder = mkdtempSync(join(root, "tools-"));
    const tool = `#!/bin/sh\nprintf '%s\\n' "$*" >>${folder}/calls\n`;
    // The folder of the tools is found by crm_attribute.
    for (const file of ["attrd_updater", "crm_attribute"]) {
      writeFileSync(join(folder, file), tool, { mode: 0o755 });
    }
    const path = process.env["PATH"];
    process.env["PATH"] = `${folder}:${path}`;
    try {
      const found = await codes(name, actions, parameters);
      return { codes: found, calls: readFileSync(join(folder, "calls"), "utf8") };
    } finally {
      process.env["PATH"] = path;
    }
  }

  test("HealthCPU says one of three colours", async () => {
    const parameters = { yellow_limit: "101", red_limit: "0" };
    const name = "ocf:pacemaker:HealthCPU";
    const seen = await calls(name, ["monitor", "start", "monitor", "stop"], parameters);
    expect(seen.codes).toEqual([7, 0, 0, 0]);
    expect(seen.calls).toContain("-n #health-cpu -B yellow -d 30s");
    expect((await codes(name, ["validate-all"], { red_limit: "60" }))[0]).toBe(6);
  });

  test("SysInfo records facts, and red for a full disk", async () => {
    const parameters = { min_disk_free: "1000000T", disks: "/tmp", disk_unit: "M" };
    const seen = await calls("ocf:pacemaker:SysInfo", ["start", "monitor", "stop"], parameters);
    expect(seen.codes).toEqual([0, 0, 0]);
    for (const wanted of [/-n arch -B \S+/, /-n ram_total -B \d*[50]0$/m, /-n tmp_free -B \d+/]) {
      expect(seen.calls).toMatch(wanted);
    }
    expect(seen.calls).toContain("-n #health_disk -B red");
  });

  test.if(Bun.which("ping") !== null)("ping counts who answers", async () => {
    const parameters = { host_list: "127.0.0.1 127.0.0.2", multiplier: "100", attempts: "1" };
    const name = "ocf:pacemaker:ping";
    const seen = await calls(name, ["monitor", "start", "monitor", "stop"], parameters);
    expect(seen.codes).toEqual([7, 0, 0, 0]);
    expect(seen.calls).toContain("-n pingd -B 200 -d 5s");
    expect(seen.calls).toContain("-D -n pingd");
  });
});

describe("process", () => {
  const name = "ocf:muster:process";
  const pid = () =>
    Number(readFileSync(join(root, "run/resource-agents/process-r1.pid"), "utf8").split(" ")[0]);

  test("runs a program, sees its death, stops it", async () => {
    const parameters = { command: "sleep 300" };
    expect(await codes(name, ["monitor", "start", "monitor", "start"], parameters)).toEqual([
      7, 0, 0, 0,
    ]);
    process.kill(pid(), "SIGKILL");
    for (let i = 0; i < 100 && (await run(name, "monitor", parameters)).code === 0; i++) {
      await Bun.sleep(20);
    }
    const seen = await run(name, "monitor", { ...parameters, CRM_meta_interval: "1000" });
    expect(seen.code).toBe(7);
    expect(seen.stderr).toContain("the process ended by itself");
    expect(await codes(name, ["start", "stop", "monitor", "stop"], parameters)).toEqual([
      0, 0, 7, 0,
    ]);
  });

  test("a program that ignores the signal is killed", async () => {
    const parameters = {
      command: "sh -c 'trap \"\" TERM; while :; do sleep 1; done'",
      CRM_meta_timeout: "1000",
    };
    expect(await codes(name, ["start", "stop", "monitor"], parameters)).toEqual([0, 0, 7]);
  });

  test("the port decides too", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const parameters = { command: "sleep 300", port: String(port), address: "127.0.0.1" };
    expect(await codes(name, ["start", "monitor"], parameters)).toEqual([0, 0]);
    const elsewhere = await run(name, "monitor", { ...parameters, address: "127.0.0.2" });
    expect(elsewhere.code).toBe(1);
    await new Promise((resolve) => server.close(resolve));
    expect(await codes(name, ["monitor", "stop"], parameters)).toEqual([1, 0]);
  });

  test("what cannot run is refused with a reason", async () => {
    expect(await codes(name, ["start", "validate-all"])).toEqual([6, 6]);
    expect(await codes(name, ["start"], { command: "no-such-program x" })).toEqual([5]);
    const ended = await run(name, "start", { command: "false" });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("ended while it was starting");
  });
});

describe("finding agents", () => {
  test("an installed agent goes before a built-in one", async () => {
    const folder = join(root, "usr/lib/ocf/resource.d/pacemaker");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "Dummy");
    const agent = { class: "ocf", provider: "pacemaker", type: "Dummy" };
    expect(findAgent(agent, builtinAgents)?.argv[0]).toBe("/bin/sh");
    writeFileSync(path, "#!/bin/sh\nexit 42\n", { mode: 0o755 });
    expect(findAgent(agent, builtinAgents)?.argv).toEqual([path]);
    expect(await codes("ocf:pacemaker:Dummy", ["start"])).toEqual([42]);
    rmSync(path);
  });

  test("lists hold both, names lead nowhere else", () => {
    expect(listProviders(builtinAgents)).toEqual(expect.arrayContaining(["muster", "pacemaker"]));
    expect(listAgents("ocf", "pacemaker", builtinAgents)).toEqual(
      expect.arrayContaining(["Dummy", "Stateful"]),
    );
    expect(listAgents("stonith", null, builtinAgents)).toContain("fence_sandbox");
    for (const type of ["../../../bin/sh", "", ".hidden"]) {
      expect(findAgent({ class: "ocf", provider: "pacemaker", type }, builtinAgents)).toBeNull();
    }
  });

  test("agents that are not there or not executable are told as the executor expects", async () => {
    expect(await run("ocf:none:such", "start")).toMatchObject({
      outcome: "failed",
      errno: "ENOENT",
      error: "No such file or directory",
    });
    const folder = join(root, "usr/lib/ocf/resource.d/test");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "plain"), "#!/bin/sh\n", { mode: 0o644 });
    expect(await run("ocf:test:plain", "start")).toMatchObject({
      outcome: "failed",
      errno: "EACCES",
      error: "Permission denied",
    });
  });

  test("secrets come from this node's files", async () => {
    const folder = join(root, "var/lib/pacemaker/lrm/secrets/r1");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "passwd"), "geheim\n");
    const agents = join(root, "usr/lib/ocf/resource.d/test");
    writeFileSync(join(agents, "tell"), '#!/bin/sh\necho "$OCF_RESKEY_passwd"\n', { mode: 0o755 });
    const parameters = { passwd: "lrm://" };
    expect(await run("ocf:test:tell", "start", parameters)).toMatchObject({ errno: "ENOSECRETS" });
    const sum = new Bun.CryptoHasher("md5").update("geheim").digest("hex");
    writeFileSync(join(folder, "passwd.sign"), `${sum}\n`);
    expect((await run("ocf:test:tell", "start", parameters)).stdout).toBe("geheim\n");
  });
});
