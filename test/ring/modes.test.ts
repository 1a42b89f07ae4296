/** Link policies, links that come and go, safe delivery, and an older file that meets a newer one. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atRest, type RecordingClient, Rings } from "./rings.ts";

const CRYPTO = "  crypto_cipher: aes128\n  crypto_hash: sha1\n";

describe.each([
  { mode: "active", net: 85 },
  { mode: "rr", net: 86 },
])("link_mode $mode", ({ mode, net }) => {
  test("each message once and in order, also while a link is lost", async () => {
    const totem = `${CRYPTO}  link_mode: ${mode}`;
    const rings = new Rings({ net, count: 3, transport: "knet", links: 2, totem });
    rings.startAll();
    const clients: RecordingClient[] = [];
    for (const node of [1, 2, 3]) clients.push(await rings.connect(node, "g"));
    for (const client of clients) await client.until(() => client.members === "1 2 3");
    const changes = () => clients.map((c) => c.events.filter((e) => e.type !== "message").length);
    await atRest(() => changes().join());
    const before = changes().join();
    const expected = 2 * 3 * 200;
    for (const round of [0, 1]) {
      if (round === 1) {
        rings.cut(1, [2], 1);
        rings.cut(2, [1], 1);
      }
      for (let i = 0; i < 200; i += 1) {
        for (const [n, client] of clients.entries()) {
          client.send(`${n}:${round}:${i}:${"x".repeat(i * 20)}`);
        }
      }
      const due = (expected / 2) * (round + 1);
      for (const client of clients) await client.until(() => client.texts.length >= due);
    }
    for (const client of clients) expect(client.texts.length).toBe(expected);
    expect(new Set(clients.map((client) => client.texts.join())).size).toBe(1);
    expect(changes().join()).toBe(before);
    await rings.stopAll();
  }, 90_000);
});

describe("links while running", () => {
  test("one is taken away and given back by a reload, without a change of the ring", async () => {
    const rings = new Rings({ net: 88, count: 3, transport: "knet", links: 2, totem: CRYPTO });
    rings.startAll();
    const clients: RecordingClient[] = [];
    for (const node of [1, 2, 3]) clients.push(await rings.connect(node, "g"));
    for (const client of clients) await client.until(() => client.members === "1 2 3");
    const changes = () =>
      clients.map((c) => c.events.filter((e) => e.type === "membership").length).join();
    const before = changes();
    const paths = [1, 2, 3].map((node) => join(rings.root(node), "etc/corosync/corosync.conf"));
    const full = paths.map((path) => readFileSync(path, "utf8"));
    const shows = async (wanted: (text: string) => boolean) => {
      const deadline = performance.now() + 20_000;
      for (;;) {
        const text = rings.tool(1, "corosync-cfgtool", "-s");
        if (wanted(text)) return;
        if (performance.now() > deadline) throw new Error(text);
        await Bun.sleep(100);
      }
    };
    await shows((text) => text.includes("LINK ID 1") && !text.includes("disconnected"));
    for (const [i, path] of paths.entries()) {
      writeFileSync(path, full[i]!.replace(/^\s*ring1_addr:.*\n/gm, ""));
    }
    expect(rings.tool(2, "corosync-cfgtool", "-R")).toContain("Done");
    await shows((text) => !text.includes("LINK ID 1"));
    clients[0]!.send("over one link");
    for (const client of clients) await client.until(() => client.texts.includes("over one link"));
    for (const [i, path] of paths.entries()) writeFileSync(path, full[i]!);
    expect(rings.tool(3, "corosync-cfgtool", "-R")).toContain("Done");
    await shows((text) => text.includes("LINK ID 1") && !text.includes("disconnected"));
    rings.cut(1, [2, 3], 0);
    rings.cut(2, [1], 0);
    rings.cut(3, [1], 0);
    await shows((text) => /LINK ID 0[\s\S]*disconnected[\s\S]*LINK ID 1/.test(text));
    clients[1]!.send("over the link that came back");
    for (const client of clients) {
      await client.until(() => client.texts.includes("over the link that came back"));
    }
    expect(changes()).toBe(before);
    await rings.stopAll();
  }, 120_000);
});

describe("safe delivery", () => {
  test("keeps its place among messages that do not ask for it", async () => {
    const rings = new Rings({ net: 89, count: 3, transport: "knet", totem: CRYPTO });
    rings.startAll();
    const clients: RecordingClient[] = [];
    for (const node of [1, 2, 3]) clients.push(await rings.connect(node, "g"));
    for (const client of clients) await client.until(() => client.members === "1 2 3");
    const encoder = new TextEncoder();
    for (let i = 0; i < 100; i += 1) {
      for (const [n, client] of clients.entries()) {
        client.port.multicast(encoder.encode(`${n}:${i}`), { safe: i % 3 === n });
      }
    }
    for (const client of clients) await client.until(() => client.texts.length === 300);
    expect(new Set(clients.map((client) => client.texts.join())).size).toBe(1);
    for (const n of [0, 1, 2]) {
      const own = clients[0]!.texts.filter((text) => text.startsWith(`${n}:`));
      expect(own).toEqual(Array.from({ length: 100 }, (_, i) => `${n}:${i}`));
    }
    await rings.stopAll();
  }, 60_000);
});

describe("config_version", () => {
  test("a node with an older file stops when it meets those with a newer one", async () => {
    const rings = new Rings({ net: 87, count: 3, totem: "  config_version: 7" });
    const path = join(rings.root(3), "etc/corosync/corosync.conf");
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace("config_version: 7", "config_version: 5"),
    );
    for (const node of [1, 2]) rings.start(node);
    const client = await rings.connect(1, "g");
    await client.until(() => client.quorum?.members.join(" ") === "1 2");
    rings.start(3);
    expect(await rings.processes.get(3)!.exited).toBe(0);
    expect(readFileSync(join(rings.root(3), "var/log/ring.log"), "utf8")).toContain(
      "Received config version (7) is different than my config version (5)! Exiting",
    );
    await client.until(() => client.quorum?.members.join(" ") === "1 2");
    await rings.stopAll();
  }, 60_000);
});
