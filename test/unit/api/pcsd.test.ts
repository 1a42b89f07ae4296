import { beforeEach, describe, expect, test } from "bun:test";
import {
  KnownHostsStore,
  type PcsdWorld,
  PEER_HEADER,
  PermissionStore,
  pcsdApp,
  TokenStore,
} from "../../../internal/api/mod.ts";
import type { Disk } from "../../../internal/ports/mod.ts";

/** A disk in memory. */
function memoryDisk(): Disk & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: (path) => files.get(path) ?? null,
    writeAtomic: (path, content) => void files.set(path, Buffer.from(content)),
    remove: (path) => void files.delete(path),
    rename(from, to) {
      files.set(to, files.get(from)!);
      files.delete(from);
    },
    list: () => [...files.keys()],
  };
}

let logged: string[] = [];
let ran: string[][] = [];
let disk = memoryDisk();
let world: PcsdWorld;
let counter = 0;

beforeEach(() => {
  logged = [];
  ran = [];
  disk = memoryDisk();
  counter = 0;
  const groups: Record<string, string[]> = { hacluster: ["haclient"], ann: ["haclient"], eve: [] };
  world = {
    disk,
    log: { write: (_level, message) => void logged.push(message) },
    tokens: new TokenStore(disk, "/users"),
    knownHosts: new KnownHostsStore(disk, "/known-hosts"),
    permissions: new PermissionStore(disk, "/settings"),
    path: (path) => path,
    nowMs: () => Date.parse("2026-11-23T02:28:02Z"),
    uuid: () => `token-${++counter}`,
    login: async (user, password) => (password === "right" ? (groups[user] ?? null) : null),
    groupsOf: async (user) => groups[user] ?? [],
    async run(argv) {
      ran.push(argv);
      return { code: 0, stdout: "out\n", stderr: "" };
    },
    giveToCluster() {},
    reloadCertificate() {},
    version: "0.12.0",
  };
});

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const request = { method: "POST", body: new URLSearchParams(form), headers };
  return pcsdApp(world, false).request(path, request);
}

async function token(user: string): Promise<string> {
  return (await post("/remote/auth", { username: user, password: "right" })).text();
}

describe("authentication", () => {
  test("a right password gives a token that opens the door", async () => {
    const cookie = `token=${await token("hacluster")}`;
    const answer = await post("/remote/check_auth", {}, { cookie });
    expect([answer.status, await answer.text()]).toEqual([200, '{"success":true}']);
    expect(Buffer.from(disk.files.get("/users")!).toString()).toBe(
      `[\n    {\n        "creation_date": "2026-11-23 02:28:02 +0000",\n` +
        `        "token": "token-1",\n        "username": "hacluster"\n    }\n]`,
    );
  });

  test("a wrong password or a stranger to the group gets an empty body", async () => {
    for (const form of [
      { username: "hacluster", password: "wrong" },
      { username: "eve", password: "right" },
    ]) {
      const answer = await post("/remote/auth", form);
      expect([answer.status, await answer.text()]).toEqual([200, ""]);
    }
    expect(logged.join()).not.toContain("right,");
    expect(logged.join()).not.toContain("wrong,");
  });

  test("no token, a forged token, a forged peer: 401", async () => {
    for (const headers of [{}, { cookie: "token=nope" }, { [PEER_HEADER]: "root" }]) {
      const answer = await post("/remote/check_auth", {}, headers as Record<string, string>);
      expect([answer.status, await answer.text()]).toEqual([401, '{"notauthorized":"true"}']);
    }
  });

  test("only the superuser's node may speak for others", async () => {
    const cookie = `token=${await token("ann")};CIB_user=hacluster`;
    const answer = await post("/remote/put_file", { data_json: "{}" }, { cookie });
    expect(answer.status).toBe(403);
  });
});

describe("files", () => {
  const put = async (file: object) => {
    const cookie = `token=${await token("hacluster")}`;
    return post("/remote/put_file", { data_json: JSON.stringify({ f: file }) }, { cookie });
  };
  const key = { type: "corosync_authkey", data: Buffer.from("key").toString("base64") };

  test("written, the same, in conflict, rewritten", async () => {
    const codes = [];
    for (const file of [
      key,
      key,
      { ...key, data: "eA==" },
      { ...key, data: "eA==", rewrite_existing: true },
    ]) {
      const answer = (await (await put(file)).json()) as { files: { f: { code: string } } };
      codes.push(answer.files.f.code);
    }
    expect(codes).toEqual(["written", "same_content", "conflict", "rewritten"]);
    expect(Buffer.from(disk.files.get("/etc/corosync/authkey")!).toString()).toBe("x");
  });

  test("no name leads out of its folder", async () => {
    for (const name of ["../../etc/passwd", "/etc/passwd", "a/b.conf", ".."]) {
      const answer = await put({ type: "booth_config", data: "x", name });
      expect(answer.status).toBe(400);
    }
    expect((await put({ type: "/etc/shadow", data: "x" })).status).toBe(400);
    expect([...disk.files.keys()].filter((path) => path.includes("passwd"))).toEqual([]);
  });
});

test("run_pcs runs a fixed set of commands and nothing else", async () => {
  const cookie = `token=${await token("hacluster")}`;
  const run = async (command: string[]) => {
    const form = { command: JSON.stringify(command), options: "[]" };
    return ((await (await post("/run_pcs", form, { cookie })).json()) as { status: string }).status;
  };
  expect(await run(["cluster", "start", "--all"])).toBe("ok");
  expect(await run(["resource", "delete", "web"])).toBe("bad_command");
  expect(ran).toEqual([["pcs", "--", "cluster", "start", "--all"]]);
});

test("an oversized body is refused", async () => {
  const cookie = `token=${await token("hacluster")}`;
  const answer = await post("/remote/put_file", { data_json: "x".repeat(17_000_000) }, { cookie });
  expect(answer.status).toBe(413);
});

test("known hosts: a newer file wins, an older one is rejected, the loser is kept", async () => {
  world.knownHosts.change(
    {
      a: { dest_list: [{ addr: "a", port: 2224 }], token: "t" },
      b: { dest_list: [{ addr: "b", port: 2224 }], token: "t" },
    },
    [],
  );
  world.knownHosts.change({}, ["b"]);
  expect([world.knownHosts.version(), Object.keys(world.knownHosts.hosts())]).toEqual([2, ["a"]]);
  const file = (version: number) =>
    JSON.stringify({ format_version: 1, data_version: version, known_hosts: {} });
  expect(world.knownHosts.offer(file(1), 5_000)).toBe("rejected");
  expect(world.knownHosts.offer(file(7), 5_000)).toBe("accepted");
  expect(world.knownHosts.offer("{", 5_000)).toBe("error");
  expect([...disk.files.keys()]).toContain("/known-hosts.5");
});
