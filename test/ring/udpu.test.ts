/** Real ring processes over udpu on loopback: form, order, crash, restart, partition, leave. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type RecordingClient, Rings } from "./rings.ts";

const rings = new Rings({ net: 81, count: 3 });
const clients: RecordingClient[] = [];

beforeAll(async () => {
  rings.startAll();
  for (const node of [1, 2, 3]) clients.push(await rings.connect(node, "g"));
}, 60_000);

afterAll(() => rings.stopAll());

async function all(condition: (client: RecordingClient) => boolean): Promise<void> {
  for (const client of clients) await client.until(() => condition(client));
}

describe("three rings over udpu", () => {
  test("form one ring with quorum", async () => {
    await all((c) => c.quorum?.quorate === true && c.quorum.members.length === 3);
    await all((c) => c.members === "1 2 3");
    expect(clients[0]!.quorum).toMatchObject({
      members: [1, 2, 3],
      expectedVotes: 3,
      totalVotes: 3,
      neededVotes: 2,
    });
  }, 30_000);

  test("deliver everybody's messages in one order", async () => {
    for (let i = 0; i < 300; i += 1) {
      for (const [n, client] of clients.entries()) client.send(`${n}:${i}`);
    }
    await all((c) => c.texts.length >= 900);
    const [first, ...others] = clients.map((client) => client.texts.join(","));
    for (const other of others) expect(other).toBe(first!);
    for (const n of [0, 1, 2]) {
      const own = clients[0]!.texts.filter((text) => text.startsWith(`${n}:`));
      expect(own).toEqual(Array.from({ length: 300 }, (_, i) => `${n}:${i}`));
    }
  }, 30_000);

  test("carry a message of one mebibyte", async () => {
    const big = new Uint8Array(1024 * 1024).map((_, i) => (i * 7) % 251);
    expect(clients[1]!.port.multicast(big)).toBe(true);
    const last = (c: RecordingClient) =>
      c.events.findLast((e) => e.type === "message" && e.payload.length === big.length);
    await all((c) => last(c) !== undefined);
    for (const client of clients) {
      const event = last(client);
      expect(event?.type === "message" && Bun.hash(event.payload)).toBe(Bun.hash(big));
    }
  }, 30_000);

  test("shrug off garbage on the port and on the local socket", async () => {
    const before = clients[0]!.events.filter((event) => event.type !== "message").length;
    const noise = new Uint8Array(1000).map((_, i) => (i * 131) % 256);
    const udp = await Bun.udpSocket({ hostname: rings.address(2), port: 0 });
    for (let i = 0; i < 10_000; i += 1) {
      udp.send(
        noise.map((byte) => (byte + i) % 256),
        5405,
        rings.address(1),
      );
      if (i % 100 === 0) await Bun.sleep(1);
    }
    udp.close();
    for (const start of [
      [0xff, 0xff, 0xff, 0xff, 1],
      [6, 0, 0, 0, 4, 1, 2, 3, 4, 5],
      [2, 0, 0, 0, 2, 9],
    ]) {
      const local = await Bun.connect({
        unix: join(rings.root(1), "run/muster/ring.sock"),
        socket: { data: () => {}, error: () => {} },
      });
      local.write(Uint8Array.from(start));
      for (let i = 0; i < 40; i += 1) local.write(noise);
    }
    clients[1]!.send("after the noise");
    await all((c) => c.texts.includes("after the noise"));
    expect(clients[0]!.events.filter((event) => event.type !== "message").length).toBe(before);
  }, 30_000);

  test("notice a crash, and take the node back", async () => {
    await rings.kill(3);
    const pair = clients.splice(0, 2);
    clients.splice(0, clients.length, ...pair);
    await all((c) => c.members === "1 2" && c.quorum?.members.length === 2);
    const left = pair[0]!.events.findLast((e) => e.type === "membership");
    expect(left?.type === "membership" && left.left.map((m) => m.reason)).toEqual(["nodedown"]);
    rings.start(3);
    clients.push(await rings.connect(3, "g"));
    await all((c) => c.members === "1 2 3" && c.quorum?.members.length === 3);
  }, 30_000);

  test("split and merge", async () => {
    rings.cut(1, [2, 3]);
    rings.cut(2, [1]);
    rings.cut(3, [1]);
    await clients[0]!.until(() => clients[0]!.quorum?.quorate === false);
    await clients[1]!.until(() => clients[1]!.members === "2 3");
    expect(clients[1]!.quorum?.quorate).toBe(true);
    for (const node of [1, 2, 3]) rings.cut(node, []);
    await all((c) => c.members === "1 2 3" && c.quorum?.quorate === true);
  }, 30_000);

  test("take in a node that is added while running", async () => {
    for (const node of [1, 2, 3, 4]) rings.writeConfig(node, 4);
    expect(rings.tool(1, "corosync-cfgtool", "-R")).toContain("Done");
    await all((c) => c.quorum?.expectedVotes === 4);
    rings.start(4);
    const fourth = await rings.connect(4, "g");
    await all((c) => c.members === "1 2 3 4" && c.quorum?.totalVotes === 4);
    fourth.port.close();
    expect(await rings.kill(4, "SIGTERM")).toBe(0);
    await all((c) => c.members === "1 2 3");
  }, 30_000);

  test("an orderly leave is noticed at once", async () => {
    const begun = performance.now();
    expect(await rings.kill(3, "SIGTERM")).toBe(0);
    clients.pop();
    await all((c) => c.members === "1 2");
    expect(performance.now() - begun).toBeLessThan(1000);
  }, 30_000);
});
