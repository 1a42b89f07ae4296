import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Limits } from "../../../internal/base/mod.ts";
import { spawn } from "../../../internal/host/spawn.ts";
import type { SpawnResult } from "../../../internal/ports/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-spawn-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const env = { PATH: "/usr/bin:/bin" };

function run(argv: string[], timeoutMs = 20_000, stdin?: string): Promise<SpawnResult> {
  return new Promise((resolve) => {
    spawn.run({ argv, env, timeoutMs, ...(stdin === undefined ? {} : { stdin }) }, resolve);
  });
}

const sh = (text: string, timeoutMs?: number): Promise<SpawnResult> =>
  run(["/bin/sh", "-c", text], timeoutMs);

function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`);
}

describe("processes", () => {
  test("exit status and both outputs come back", async () => {
    const result = await sh("echo one; echo two >&2; exit 7");
    expect(result).toMatchObject({ outcome: "exited", code: 7, stdout: "one\n", stderr: "two\n" });
  });

  test("exit status 137 is a status, not a signal", async () => {
    expect(await sh("exit 137")).toMatchObject({ outcome: "exited", code: 137 });
    expect(await sh("kill -KILL $$")).toMatchObject({ outcome: "signalled", code: 9 });
    expect(await sh("kill -TERM $$")).toMatchObject({ outcome: "signalled", code: 15 });
  });

  test("standard input is delivered, and one that is not read does no harm", async () => {
    const cat = await run(["/bin/cat"], 20_000, "action=off\nplug=node1\n");
    expect(cat.stdout).toBe("action=off\nplug=node1\n");
    const deaf = await run(["/bin/true"], 20_000, "x".repeat(1024 * 1024));
    expect(deaf).toMatchObject({ outcome: "exited", code: 0 });
  });

  test("a megabyte of output neither blocks nor is kept whole", async () => {
    const result = await sh("head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2; exit 3");
    expect(result).toMatchObject({ outcome: "exited", code: 3, stderr: "end\n" });
    expect(result.stdout.length).toBe(Limits.agentOutputBytes);
  });

  test("a timeout kills the whole group", async () => {
    const pidFile = join(folder, "grandchild");
    const result = await sh(`sleep 300 & echo $! > ${pidFile}; wait`, 300);
    expect(result.outcome).toBe("timeout");
    expect(result.runMs).toBeGreaterThanOrEqual(290);
    const pid = Number(await Bun.file(pidFile).text());
    for (let i = 0; i < 100 && alive(pid); i++) await Bun.sleep(20);
    expect(alive(pid)).toBe(false);
  });

  test("a daemon that keeps the pipe does not hold up the result", async () => {
    const result = await sh("sleep 5 & echo $!; exit 0");
    expect(result).toMatchObject({ outcome: "exited", code: 0 });
    expect(result.runMs).toBeLessThan(3000);
    process.kill(Number(result.stdout), "SIGKILL");
  });

  test("what cannot be started is told as data", async () => {
    const missing = await run([join(folder, "nothing")]);
    expect(missing).toMatchObject({ outcome: "failed", errno: "ENOENT" });
    const plain = await run([script("plain", "#!/bin/sh\nexit 0\n", 0o644)]);
    expect(plain).toMatchObject({ outcome: "failed", errno: "EACCES" });
    const lost = await run([script("lost", "#!/no/such/interpreter\n")]);
    expect(lost).toMatchObject({ outcome: "failed", errno: "ENOENT" });
    const bare = await run([script("bare", "exit 4\n")]);
    expect(bare).toMatchObject({ outcome: "exited", code: 4 });
  });

  test("cancel kills, and the result still comes once", async () => {
    const results: SpawnResult[] = [];
    const cancel = spawn.run({ argv: ["/bin/sleep", "300"], env, timeoutMs: 60_000 }, (result) =>
      results.push(result),
    );
    cancel();
    cancel();
    for (let i = 0; i < 100 && results.length === 0; i++) await Bun.sleep(20);
    await Bun.sleep(20);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ outcome: "signalled", code: 9 });
  });

  test("a hundred at once", async () => {
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => sh(`exit ${i}`)));
    expect(all.map((result) => result.code)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});
