/** Real ring processes over knet with aes256/sha256 and two links on loopback. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RecordingClient, Rings } from "./rings.ts";

const rings = new Rings({
  net: 82,
  count: 3,
  transport: "knet",
  links: 2,
  totem: "  crypto_cipher: aes256\n  crypto_hash: sha256",
});
const clients: RecordingClient[] = [];

beforeAll(async () => {
  rings.startAll();
  for (const node of [1, 2, 3]) clients.push(await rings.connect(node, "g"));
}, 60_000);

afterAll(() => rings.stopAll());

async function all(condition: (client: RecordingClient) => boolean): Promise<void> {
  for (const client of clients) await client.until(() => condition(client));
}

async function toolShows(node: number, argv: string[], wanted: RegExp): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!wanted.test(rings.tool(node, ...argv))) {
    if (performance.now() > deadline) throw new Error(rings.tool(node, ...argv));
    await Bun.sleep(200);
  }
}

const memberships = () =>
  clients.map((c) => c.events.filter((event) => event.type === "membership").length).join();

describe("three rings over encrypted knet", () => {
  test("form one ring with quorum", async () => {
    await all((c) => c.members === "1 2 3" && c.quorum?.quorate === true);
    await toolShows(1, ["corosync-cfgtool", "-s"], /LINK ID 1 udp[\s\S]*3:\tconnected/);
  }, 30_000);

  test("deliver everybody's messages in one order, a mebibyte among them", async () => {
    for (let i = 0; i < 200; i += 1) {
      for (const [n, client] of clients.entries()) client.send(`${n}:${i}`);
    }
    clients[1]!.port.multicast(new Uint8Array(1024 * 1024).fill(120));
    await all((c) => c.texts.length >= 601);
    const hashes = new Set(clients.map((client) => Bun.hash(client.texts.join(","))));
    expect(hashes.size).toBe(1);
  }, 60_000);

  test("lose one of two links without a change of the ring", async () => {
    const before = memberships();
    rings.cut(1, [2, 3], 0);
    rings.cut(2, [1], 0);
    rings.cut(3, [1], 0);
    // Sent while everybody still takes the link for a good one.
    await Bun.sleep(100);
    clients[1]!.send("past the dead link");
    await all((c) => c.texts.includes("past the dead link"));
    await toolShows(
      1,
      ["corosync-cfgtool", "-s"],
      /LINK ID 0 udp[\s\S]*2:\tdisconnected[\s\S]*LINK ID 1/,
    );
    clients[0]!.send("over the other link");
    await all((c) => c.texts.includes("over the other link"));
    expect(memberships()).toBe(before);
    for (const node of [1, 2, 3]) rings.cut(node, []);
    await toolShows(
      1,
      ["corosync-cfgtool", "-s"],
      /LINK ID 0 udp[\s\S]*2:\tconnected[\s\S]*LINK ID 1/,
    );
    expect(memberships()).toBe(before);
  }, 60_000);

  test("change the key while running", async () => {
    const before = memberships();
    const key = new Uint8Array(256).fill(77);
    for (const node of [1, 2, 3]) {
      writeFileSync(join(rings.root(node), "etc/corosync/authkey"), key);
    }
    expect(rings.tool(2, "corosync-cfgtool", "-R")).toContain("Done");
    await Bun.sleep(500);
    clients[2]!.send("under the new key");
    await all((c) => c.texts.includes("under the new key"));
    for (const node of [1, 2, 3]) {
      const log = readFileSync(join(rings.root(node), "var/log/ring.log"), "utf8");
      expect(log).toContain("Crypto reconfiguration phase 2");
    }
    expect(memberships()).toBe(before);
  }, 30_000);

  test("keep out a node with another key", async () => {
    await rings.kill(3);
    clients.pop();
    await all((c) => c.members === "1 2");
    writeFileSync(join(rings.root(3), "etc/corosync/authkey"), new Uint8Array(256).fill(9));
    rings.start(3);
    const stranger = await rings.connect(3, "g");
    await stranger.until(() => stranger.members === "3");
    await Bun.sleep(1500);
    expect(stranger.quorum?.quorate).toBe(false);
    expect(clients[0]!.members).toBe("1 2");
  }, 60_000);
});
