/**
 * What a stranger can send to the ports of a ring changes nothing: noise, cut and turned frames,
 * frames under another key, and repetitions of what members sent before.
 * MUSTER_HOSTILE_FRAMES sets how many (a million is the full run).
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SeededRandom } from "../../internal/simulator/ring/random.ts";
import {
  cutBulk,
  Encapsulated,
  encodeCommitToken,
  encodeHoldCancel,
  encodeJoin,
  encodeKnetDataHeader,
  encodeKnetPing,
  encodeMergeDetect,
  encodePmtud,
  encodeToken,
  KnetCrypto,
  MCAST_HEADER_SIZE,
  putMcastHeader,
} from "../../internal/wire/mod.ts";
import { atRest, type RecordingClient, RING_KEY, Rings } from "./rings.ts";

const FRAMES = Number(process.env["MUSTER_HOSTILE_FRAMES"] ?? "20000");
const BURST = 50;
/** After so many frames the ring shows that it still lives, before it gets more. */
const STEP = 2000;
const STEP_LIMIT_MS = 60_000;
const SET_UP_LIMIT_MS = 240_000;
const TIME_LIMIT_MS = Math.max(600_000, FRAMES * 4);

const random = new SeededRandom(20261128);
const bytes = (n: number) => Uint8Array.from({ length: n }, () => random.uint32());

interface Stage {
  rings: Rings;
  clients: RecordingClient[];
  ports: { address: string; port: number }[];
  /** What the members may have sent once: still whole, and of a ring that is over. */
  old: Uint8Array[];
}

/** Frames of node 2 from rings before the present one. */
function oldPackets(nodes: number[]): Uint8Array[] {
  const ring = { rep: 1, seq: 1 };
  const mcast = new Uint8Array(MCAST_HEADER_SIZE + 60);
  const encapsulated = Encapsulated.ordinary;
  putMcastHeader(mcast, { node: 2, seq: 3, ownSeq: 3, ring, encapsulated, guarantee: 0 });
  const token = { nodeId: 2, seq: 9, tokenSeq: 4, aru: 9, aruAddr: 0, backlog: 0, fcc: 0 };
  return [
    mcast,
    encodeToken({ ...token, ring, retransFlag: 0, rtr: [] }),
    encodeJoin({ nodeId: 2, from: 2, procs: nodes, failed: [], ringSeq: 1 }),
    encodeJoin({ nodeId: 0, from: 2, procs: [1, 3], failed: [2], ringSeq: 1 }),
    encodeMergeDetect(2, ring),
    encodeHoldCancel(2, ring),
    encodeCommitToken({
      nodeId: 2,
      tokenSeq: 0,
      ring,
      index: 1,
      nodeIds: nodes,
      members: nodes.map(() => ({ ring, aru: 0, highDelivered: 0, received: true })),
    }),
  ];
}

function mutate(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  if (random.chance(0.5)) return copy.slice(0, random.between(0, copy.length - 1));
  for (let n = random.between(1, 6); n > 0; n -= 1) {
    copy[random.between(0, copy.length - 1)]! ^= 1 + random.between(0, 254);
  }
  return copy;
}

/**
 * Sends frames to every port, from a stranger's address and from node 2's own. What is sent is meant
 * to be read, not to pile up in the sockets: so step by step, with a message through the ring between.
 */
async function attack(stage: Stage, frame: () => Uint8Array, count: number): Promise<void> {
  const own = stage.rings.address(2);
  const from = [await socketAt(own), await socketAt(own.replace(/\d+$/, "200"))];
  for (let sent = 0; sent < count; sent += BURST) {
    if (sent % STEP === 0 && sent > 0) await delivers(stage, `after ${sent} frames`);
    const batch: (Uint8Array | number | string)[] = [];
    for (let i = 0; i < BURST; i += 1) {
      const to = random.pick(stage.ports);
      batch.push(frame(), to.port, to.address);
    }
    random.pick(from).sendMany(batch as never);
    if (sent % (BURST * 4) === 0) await Bun.sleep(1);
  }
  for (const socket of from) socket.close();
}

/** A message reaches everybody. */
async function delivers(stage: Stage, word: string): Promise<void> {
  stage.clients[1]!.send(word);
  for (const [i, client] of stage.clients.entries()) {
    const what = () => `node ${i + 1} never heard "${word}"; heard so far: ${summary(client)}`;
    await client.until(() => client.lastText === word, STEP_LIMIT_MS, what);
  }
}

function summary(client: RecordingClient): string {
  const changes = client.events.filter((event) => event.type !== "message");
  return `"${client.lastText}", ${changes.length} changes, members ${client.members}`;
}

async function socketAt(hostname: string) {
  return await Bun.udpSocket({ hostname, port: 0, socket: { error: () => {} } });
}

async function stageOf(net: number, transport: "knet" | "udpu"): Promise<Stage> {
  const knet = transport === "knet";
  const rings = new Rings({
    net,
    count: 3,
    transport,
    links: knet ? 2 : 1,
    totem: knet ? "  crypto_cipher: aes256\n  crypto_hash: sha256" : "",
  });
  rings.startAll();
  const clients: RecordingClient[] = [];
  for (const node of [1, 2, 3]) clients.push(await rings.connect(node, "g"));
  const links = knet ? [0, 1] : [0];
  const ports = [1, 3].flatMap((node) =>
    links.map((link) => ({ address: rings.address(node, link), port: 5405 + link })),
  );
  for (const [i, client] of clients.entries()) {
    const what = () => `node ${i + 1} is in no ring of three: ${summary(client)}`;
    await client.until(() => client.members === "1 2 3", SET_UP_LIMIT_MS / 4, what);
  }
  const stage = { rings, clients, ports, old: oldPackets([1, 2, 3]) };
  await atRest(() => changes(stage));
  return stage;
}

/** Drop counters of node 1, by name. */
function dropped(stage: Stage): Map<string, number> {
  const text = stage.rings.tool(1, "corosync-cmapctl", "-m", "stats");
  const found = text.matchAll(/^(\S*dropped\.\S+) \(u64\) = (\d+)$/gm);
  return new Map([...found].map((match) => [match[1]!, Number(match[2])]));
}

function changes(stage: Stage): string {
  return stage.clients
    .map((client) => client.events.filter((event) => event.type !== "message").length)
    .join();
}

async function unharmed(stage: Stage, before: string, word: string): Promise<void> {
  await delivers(stage, word);
  expect(changes(stage)).toBe(before);
  for (const child of stage.rings.processes.values()) expect(child.exitCode).toBeNull();
  const total = [...dropped(stage).values()].reduce((a, b) => a + b, 0);
  expect(total).toBeGreaterThan(0);
}

describe("knet with a key", () => {
  let stage: Stage;
  let frames: Uint8Array[];
  const salt = (n: number) => bytes(n);
  const crypto = new KnetCrypto({ cipher: "aes256", hash: "sha256", secret: RING_KEY }, salt);
  const other = new KnetCrypto({ cipher: "aes256", hash: "sha256", secret: bytes(256) }, salt);

  beforeAll(async () => {
    stage = await stageOf(83, "knet");
    const data = stage.old.map((packet, i) => {
      const fields = { seq: 7 + i, compressed: 0, broadcast: true, fragments: 1, fragment: 0 };
      return Buffer.concat([encodeKnetDataHeader({ node: 2, ...fields }), packet]);
    });
    const ping = encodeKnetPing({ node: 2, link: 0, time: 5n, seq: 1, timed: true });
    const pong = ping.slice();
    pong[1] = 0x82;
    frames = [...data, ping, pong, encodePmtud(2, 0, 1500, 900)];
  }, SET_UP_LIMIT_MS);

  afterAll(() => stage.rings.stopAll());

  test(
    `${FRAMES} frames of noise, cut, turned, or under another key change nothing`,
    async () => {
      const before = changes(stage);
      const pieces = (sealed: Uint8Array) => {
        const unit = { node: 2, unit: random.between(0, 65535), room: 60, runPieces: 1 };
        const runs = cutBulk([sealed], unit, (n) => new Uint8Array(n));
        return runs.length === 0 ? sealed : random.pick(runs);
      };
      await attack(
        stage,
        () => {
          const plain = random.pick(frames);
          switch (random.between(0, 4)) {
            case 0:
              return bytes(random.between(0, 300));
            case 1:
              return other.seal(plain);
            case 2:
              return mutate(crypto.seal(plain));
            case 3:
              return pieces(other.seal(plain));
            default:
              return mutate(pieces(mutate(crypto.seal(plain))));
          }
        },
        FRAMES,
      );
      await unharmed(stage, before, "after the noise");
      console.log(`  ${[...dropped(stage)].map(([name, n]) => `${name} ${n}`).join(", ")}`);
    },
    TIME_LIMIT_MS,
  );

  test(
    `${FRAMES / 10} repetitions of what a member once sent change nothing`,
    async () => {
      const before = changes(stage);
      await attack(stage, () => crypto.seal(random.pick(frames)), FRAMES / 10);
      await unharmed(stage, before, "after the repetitions");
      console.log(`  ${[...dropped(stage)].map(([name, n]) => `${name} ${n}`).join(", ")}`);
    },
    TIME_LIMIT_MS,
  );
});

describe("udpu", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await stageOf(84, "udpu");
  }, SET_UP_LIMIT_MS);
  afterAll(() => stage.rings.stopAll());

  test(
    `${FRAMES} frames of noise, cut and repeated change nothing`,
    async () => {
      const before = changes(stage);
      await attack(
        stage,
        () => {
          const old = random.pick(stage.old);
          switch (random.between(0, 2)) {
            case 0:
              return bytes(random.between(0, 300));
            case 1:
              return old.slice(0, random.between(0, 20));
            default:
              return old;
          }
        },
        FRAMES,
      );
      await unharmed(stage, before, "after the noise");
      console.log(`  ${[...dropped(stage)].map(([name, n]) => `${name} ${n}`).join(", ")}`);
    },
    TIME_LIMIT_MS,
  );
});
