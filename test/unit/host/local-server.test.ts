import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callEngine, watchEngine } from "../../../internal/host/local-client.ts";
import { type LocalServer, listenLocal } from "../../../internal/host/local-server.ts";
import type { WatchLine } from "../../../internal/node/mod.ts";

let folder = "";
let socketPath = "";
let server: LocalServer;
let watching: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "local-server-"));
  socketPath = join(folder, "engine.sock");
  watching = [];
  server = listenLocal(socketPath, {
    request(id, command, body, peer) {
      // A command that is never answered stands for an engine that hangs.
      if (command === "reprobe") return;
      const message = JSON.stringify({ command, body, user: peer.user });
      server.answer(id, { ok: false, error: { code: 1, message, legacy: -1 } });
    },
    requestGone: () => undefined,
    watch: (id) => watching.push(id),
    watchGone: (id) => {
      watching = watching.filter((other) => other !== id);
    },
  });
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends bytes; gives what came back until the server closed. */
function raw(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let rest = bytes;
    let got = "";
    const push = (socket: { write(data: Uint8Array): number }): void => {
      while (rest.length > 0) {
        const count = socket.write(rest);
        if (count <= 0) return;
        rest = rest.subarray(count);
      }
    };
    const handlers = {
      open: push,
      drain: push,
      data: (_: unknown, data: Uint8Array) => {
        got += new TextDecoder().decode(data);
      },
      close: () => resolve(got),
      error: () => undefined,
    };
    Bun.connect({ unix: socketPath, socket: handlers }).catch(() => resolve(got));
  });
}

describe("the local socket", () => {
  test("belongs to owner and group", () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o660);
  });

  test("a request reaches the engine with the user that the kernel names", async () => {
    const answer = await callEngine("removeNode", { node: "n" }, { socketPath });
    const { command, body, user } = JSON.parse(answer.ok ? "{}" : answer.error.message);
    expect([command, body]).toEqual(["removeNode", { node: "n" }]);
    expect(["root", "hacluster"]).toContain(user);
  });

  test("a large request and answer arrive whole", async () => {
    const input = "x".repeat(5_000_000);
    const call = { operation: "modify", input } as const;
    const answer = await callEngine("cib", call, { socketPath });
    expect(answer.ok ? 0 : answer.error.message.length).toBeGreaterThan(input.length);
  });

  test("many at a time", async () => {
    const calls = Array.from({ length: 100 }, () => callEngine("info", {}, { socketPath }));
    for (const answer of await Promise.all(calls)) expect(answer.ok).toBe(false);
  });

  test("no engine, and one that hangs: said, not thrown", async () => {
    const missing = await callEngine("info", {}, { socketPath: join(folder, "nothing") });
    expect(missing.ok ? 0 : missing.error.code).toBe(102);
    const hangs = await callEngine("reprobe", {}, { socketPath, timeoutMs: 50 });
    expect(hangs.ok ? 0 : hangs.error.code).toBe(124);
  });

  test("10 MB of garbage, an endless head, a huge length: refused, and the engine lives", async () => {
    const garbage = Uint8Array.from({ length: 10_000_000 }, (_, index) => (index * 73) & 255);
    const head = `POST /v1/info HTTP/1.1\r\nX: ${"a".repeat(30_000)}`;
    const length = "POST /v1/info HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n";
    expect(await raw(garbage)).not.toContain("200 OK");
    expect(await raw(Buffer.from(head))).toContain("not an HTTP request");
    expect(await raw(Buffer.from(length))).toContain("larger than");
    expect((await callEngine("info", {}, { socketPath })).ok).toBe(false);
  });

  test("a watcher gets lines until it leaves", async () => {
    const lines: WatchLine[] = [];
    const stop = new AbortController();
    const watched = watchEngine(
      { cib: true },
      (line) => {
        lines.push(line);
        if (lines.length === 2) stop.abort();
      },
      { signal: stop.signal, socketPath },
    );
    while (watching.length === 0) await Bun.sleep(1);
    server.line(watching[0]!, { type: "cib", xml: "<cib/>".repeat(50_000) });
    server.line(watching[0]!, { type: "patch", xml: "<diff/>" });
    expect(await watched).toBe(true);
    expect(lines.map((line) => line.type)).toEqual(["cib", "patch"]);
    while (watching.length > 0) await Bun.sleep(1);
  });
});
