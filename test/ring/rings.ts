/** Real ring processes on loopback addresses, for tests and benchmarks. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Subprocess } from "bun";
import { connectRing } from "../../internal/host/ring-client.ts";
import type { RingEvent, RingPort, RingQuorum } from "../../internal/ports/mod.ts";

const source = resolve(import.meta.dir, "../..");

/** So long a busy machine may take to start a program, or to get an answer out of it. */
const START_LIMIT_MS = 60_000;
const ANSWER_LIMIT_MS = 60_000;

/** Each test file takes a number of its own, so that files run side by side. */
export interface RingsOptions {
  net: number;
  count: number;
  /** Lines for the totem section. */
  totem?: string;
  quorum?: string;
  transport?: string;
  /** Addresses per node: link L of node N is 127.NET.L.(10+N). */
  links?: number;
}

export const RING_KEY = Uint8Array.from({ length: 256 }, (_, i) => (i * 31 + 7) % 256);

export class Rings {
  readonly dir = mkdtempSync(join(tmpdir(), "muster-ring-"));
  readonly processes = new Map<number, Subprocess>();
  readonly #options: RingsOptions;

  constructor(options: RingsOptions) {
    this.#options = options;
    for (let node = 1; node <= options.count; node += 1) this.writeConfig(node, options.count);
  }

  root(node: number): string {
    return join(this.dir, `node${node}`);
  }

  address(node: number, link = 0): string {
    return `127.${this.#options.net}.${link}.${10 + node}`;
  }

  writeConfig(node: number, count: number): void {
    const o = this.#options;
    const links = Array.from({ length: o.links ?? 1 }, (_, link) => link);
    const nodes = Array.from({ length: count }, (_, i) => i + 1).map((id) => {
      const addresses = links.map((l) => `    ring${l}_addr: ${this.address(id, l)}\n`).join("");
      return `  node {\n${addresses}    name: node${id}\n    nodeid: ${id}\n  }\n`;
    });
    mkdirSync(join(this.root(node), "etc/corosync"), { recursive: true });
    mkdirSync(join(this.root(node), "run/muster"), { recursive: true });
    writeFileSync(join(this.root(node), "etc/hostname"), `node${node}\n`);
    writeFileSync(join(this.root(node), "etc/corosync/authkey"), RING_KEY);
    writeFileSync(
      join(this.root(node), "etc/corosync/corosync.conf"),
      `totem {\n  version: 2\n  cluster_name: test\n  transport: ${o.transport ?? "udpu"}\n` +
        `  token: 1000\n${o.totem ?? ""}\n}\nnodelist {\n${nodes.join("")}}\n` +
        `quorum {\n  provider: corosync_votequorum\n${o.quorum ?? ""}\n}\n` +
        "logging {\n  to_stderr: no\n  to_logfile: yes\n  logfile: /var/log/ring.log\n}\n",
    );
  }

  start(node: number): void {
    const own = process.env["MUSTER_BIN"];
    const command = own === undefined ? [process.execPath, join(source, "cmd/main.ts")] : [own];
    const child = Bun.spawn([...command, "ring"], {
      env: { ...process.env, MUSTER_ROOT: this.root(node) },
      stdout: "ignore",
      stderr: "inherit",
    });
    this.processes.set(node, child);
  }

  startAll(): void {
    for (let node = 1; node <= this.#options.count; node += 1) this.start(node);
  }

  async kill(node: number, signal: NodeJS.Signals = "SIGKILL"): Promise<number> {
    const child = this.processes.get(node)!;
    child.kill(signal);
    return child.exited;
  }

  /** Who the node cannot hear or reach, on one link or on every one. */
  cut(node: number, others: number[], link?: number): void {
    const links = link === undefined ? [0, 1, 2] : [link];
    const lines = others.flatMap((other) => links.map((l) => `${this.address(other, l)}\n`));
    writeFileSync(join(this.root(node), "run/muster/cut"), lines.join(""));
  }

  /** Output of a Corosync tool run on that node. */
  tool(node: number, ...argv: string[]): string {
    const result = Bun.spawnSync([process.execPath, join(source, "cmd/main.ts"), ...argv], {
      env: { ...process.env, MUSTER_ROOT: this.root(node) },
      // It blocks the whole test, whose own limit then never strikes.
      timeout: ANSWER_LIMIT_MS,
    });
    if (result.exitedDueToTimeout === true) {
      throw new Error(`node ${node}: no answer to ${argv.join(" ")} in ${ANSWER_LIMIT_MS} ms`);
    }
    return result.stdout.toString() + result.stderr.toString();
  }

  async stopAll(): Promise<void> {
    for (const child of this.processes.values()) child.kill("SIGKILL");
    await Promise.all([...this.processes.values()].map((child) => child.exited));
    rmSync(this.dir, { recursive: true, force: true });
  }

  client(node: number, group: string): RecordingClient {
    return new RecordingClient(join(this.root(node), "run/muster/ring.sock"), group);
  }

  /** Connects when the socket is there. */
  async connect(node: number, group: string): Promise<RecordingClient> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (performance.now() < deadline) {
      const client = this.client(node, group);
      if (await client.opened()) return client;
      client.port.close();
      const { exitCode } = this.processes.get(node)!;
      if (exitCode !== null) throw new Error(`node ${node} ended with ${exitCode}`);
      await Bun.sleep(50);
    }
    throw new Error(`node ${node} does not answer within ${START_LIMIT_MS} ms`);
  }
}

/** A group member that remembers what it saw. */
export class RecordingClient {
  readonly events: RingEvent[] = [];
  readonly port: RingPort;
  onMessage: ((event: Extract<RingEvent, { type: "message" }>) => void) | null = null;
  readonly #waiters = new Set<() => void>();

  constructor(socketPath: string, group: string) {
    this.port = connectRing({ group, socketPath }, (event) => {
      if (event.type === "message" && this.onMessage !== null) this.onMessage(event);
      else this.events.push(event);
      for (const wake of this.#waiters) wake();
    });
  }

  /** False when the ring is not there, or does not greet us soon. */
  async opened(): Promise<boolean> {
    await this.until(() => this.events.length > 0, 5000).catch(() => {});
    return this.events[0]?.type === "hello";
  }

  get quorum(): RingQuorum | null {
    const last = this.events.findLast((event) => event.type === "quorum");
    return last?.type === "quorum" ? last.quorum : null;
  }

  get members(): string {
    const last = this.events.findLast((event) => event.type === "membership");
    if (last?.type !== "membership") return "";
    return last.members.map((member) => member.nodeId).join(" ");
  }

  get lastText(): string | null {
    const last = this.events.findLast((event) => event.type === "message");
    return last?.type === "message" ? new TextDecoder().decode(last.payload) : null;
  }

  get texts(): string[] {
    return this.events.flatMap((event) =>
      event.type === "message" ? [new TextDecoder().decode(event.payload)] : [],
    );
  }

  send(text: string): boolean {
    return this.port.multicast(new TextEncoder().encode(text));
  }

  /** Rejects when it takes longer; `what` says in words what was waited for. */
  async until(condition: () => boolean, timeoutMs = 15_000, what?: () => string): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0) {
        throw new Error(`waited ${timeoutMs} ms in vain${what === undefined ? "" : `: ${what()}`}`);
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.#waiters.delete(done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(left, 200));
        this.#waiters.add(done);
      });
    }
  }
}

/**
 * Until nothing new is heard: the word of the quorum and of other clients comes after the members'.
 * Rejects when there is no rest within a minute.
 */
export async function atRest(heard: () => string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (let seen = "", quiet = 0; quiet < 5; ) {
    if (performance.now() > deadline) throw new Error(`no rest in ${START_LIMIT_MS} ms: ${seen}`);
    await Bun.sleep(100);
    const now = heard();
    quiet = now === seen ? quiet + 1 : 0;
    seen = now;
  }
}
