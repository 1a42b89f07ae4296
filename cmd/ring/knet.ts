import { isIPv6 } from "node:net";
import { openUdp, type UdpSocket } from "../../internal/host/udp.ts";
import {
  Assemblies,
  BULK_HEADER,
  BULK_PIECES_MAX,
  BulkReceiver,
  bulkPieces,
  cutBulk,
  decodeBulk,
  decodeKnetData,
  decodeKnetPing,
  decodePmtud,
  encodeKnetDataHeader,
  encodeKnetPing,
  encodePmtud,
  isBulk,
  KNET_DATA_HEADER,
  type KnetCrypto,
  KnetReceiver,
  KnetType,
  knetAnswer,
  knetDataMtu,
  knetNode,
  knetType,
  type LinkEffect,
  LinkState,
  plaintextRoom,
  setTarget,
} from "../../internal/wire/mod.ts";
import { canonical } from "./address.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { checkSupported, unpack } from "./knet-compression.ts";
import { linkTimers, loadCrypto } from "./knet-config.ts";
import { chooseLinks } from "./link-choice.ts";
import { LinkOut, runPieces } from "./link-out.ts";
import type { LinkStatus, Transport, TransportEvents, TransportStatus } from "./transport.ts";

const BUFFER_BYTES = 16 * 1024 * 1024;
/** Links are looked at no more often than this. */
const TICK_MS = 20;
const KEY_ACTIVATE = 1;
const KEY_CLEAN_UP = 2;
const NS_PER_MS = 1e6;
/** An answer to a ping from longer ago tells nothing of the present. */
const OLDEST_PONG_MS = 30_000;
/** libknet tells others where its numbering stands every so many packets. */
const SEQ_REPORT = 8191;

interface Path {
  link: number;
  /** As configured, and in the one spelling that texts are compared in. */
  text: string;
  address: string;
  ipVersion: 4 | 6;
  port: number;
  priority: number;
  state: LinkState;
}

interface Host {
  nodeId: number;
  paths: Path[];
  receiver: KnetReceiver;
  bulk: BulkReceiver;
  /** The host is of our kind and in our ring. */
  kin: boolean;
  /** For the rr policy. */
  turn: number;
}

interface OwnLink {
  link: number;
  address: string;
  port: number;
  socket: UdpSocket;
  out: LinkOut;
}

/** The knet transport: several links to each node, measured and watched, encrypted. */
export class KnetTransport implements Transport {
  #config: RingConfig;
  readonly #cut: CutList;
  readonly #events: TransportEvents;
  /** The first one seals; every one opens, so that a key can be changed while running. */
  #crypto: KnetCrypto[];
  /** Read from a reloaded file, not used for sealing yet. */
  #nextCrypto: KnetCrypto | null = null;
  readonly #hosts = new Map<number, Host>();
  readonly #assemblies = new Assemblies();
  readonly #links = new Map<number, OwnLink>();
  #seq: number;
  #unit = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #tickDue = Infinity;
  #closed = false;
  readonly #counts: Record<string, number> = {
    received: 0,
    sent: 0,
    "dropped.signature": 0,
    "dropped.malformed": 0,
    "dropped.unlisted": 0,
    "dropped.cut": 0,
    "dropped.compressed": 0,
    "dropped.unreachable": 0,
    "dropped.bulk": 0,
    "dropped.early": 0,
    "dropped.replayed": 0,
    errors: 0,
  };

  private constructor(
    config: RingConfig,
    crypto: KnetCrypto,
    cut: CutList,
    events: TransportEvents,
  ) {
    this.#config = config;
    this.#crypto = [crypto];
    this.#cut = cut;
    this.#events = events;
    this.#seq = Math.floor(Math.random() * 65536);
  }

  /** Rejects with the bind error of the operating system. */
  static async open(options: {
    config: RingConfig;
    crypto: KnetCrypto;
    cut: CutList;
    events: TransportEvents;
  }): Promise<KnetTransport> {
    const { config, crypto, cut, events } = options;
    checkSupported(config.settings);
    const transport = new KnetTransport(config, crypto, cut, events);
    for (const link of config.settings.links) await transport.#openLink(link.link);
    transport.#setHosts();
    transport.#tick();
    return transport;
  }

  async #openLink(link: number): Promise<void> {
    const { settings, me, addresses } = this.#config;
    const address = addresses.get(me.nodeId)?.get(link);
    const entry = settings.links.find((candidate) => candidate.link === link);
    if (address === undefined || entry === undefined) return;
    const { port } = entry;
    const socket = await openUdp({
      address,
      port,
      bufferBytes: BUFFER_BYTES,
      dontFragment: true,
      onData: (data, _, from) => this.#received(link, data, from),
      onError: () => {
        this.#counts["errors"]! += 1;
      },
    });
    const out = new LinkOut(socket);
    this.#links.set(link, { link, address: canonical(address), port, socket, out });
    socket.joinRuns(this.#anyKin());
  }

  #setHosts(): void {
    const { settings, me, addresses } = this.#config;
    const now = performance.now();
    const listed = new Set<number>();
    for (const node of settings.nodes) {
      if (node.nodeId === me.nodeId) continue;
      listed.add(node.nodeId);
      const before = this.#hosts.get(node.nodeId);
      const paths: Path[] = [];
      for (const link of settings.links) {
        const text = addresses.get(node.nodeId)?.get(link.link);
        if (text === undefined || !this.#links.has(link.link)) continue;
        const address = canonical(text);
        const old = before?.paths.find((p) => p.link === link.link && p.address === address);
        const timers = linkTimers(link, settings);
        old?.state.retime(timers);
        const state = old?.state ?? new LinkState(timers, now);
        const ipVersion = isIPv6(address.split("%")[0]!) ? 6 : 4;
        const { port, priority } = link;
        paths.push({ link: link.link, text, address, ipVersion, port, priority, state });
      }
      this.#hosts.set(node.nodeId, {
        nodeId: node.nodeId,
        paths,
        receiver: before?.receiver ?? new KnetReceiver(node.nodeId, this.#assemblies),
        bulk: before?.bulk ?? new BulkReceiver(),
        kin: before?.kin ?? false,
        turn: 0,
      });
    }
    for (const nodeId of this.#hosts.keys()) if (!listed.has(nodeId)) this.#hosts.delete(nodeId);
  }

  #anyKin(): boolean {
    return [...this.#hosts.values()].some((host) => host.kin);
  }

  setKin(nodes: readonly number[]): void {
    const before = this.#anyKin();
    for (const host of this.#hosts.values()) host.kin = nodes.includes(host.nodeId);
    const now = this.#anyKin();
    if (now === before) return;
    // Joined datagrams of others could not be told apart.
    for (const own of this.#links.values()) own.socket.joinRuns(now);
  }

  get kinPacketRoom(): number {
    const paths = [...this.#hosts.values()].flatMap((host) => host.paths);
    const pieces = paths.map((path) => {
      const room = this.#pieceRoom(path);
      return Math.min(BULK_PIECES_MAX, runPieces(room)) * (room - BULK_HEADER);
    });
    const { overhead } = this.#crypto[0]!;
    const seal = overhead === null ? 0 : overhead.salt + overhead.block + overhead.hash;
    return Math.min(...pieces) - seal - KNET_DATA_HEADER;
  }

  get datagramRoom(): number {
    const paths = [...this.#hosts.values()].flatMap((host) => host.paths);
    return Math.min(...paths.map((path) => this.#dataMtu(path)));
  }

  reconfigure(config: RingConfig): void {
    this.#config = config;
    for (const [number, own] of this.#links) {
      if (config.settings.links.some((link) => link.link === number)) continue;
      own.socket.close();
      this.#links.delete(number);
    }
    const missing = config.settings.links.filter((link) => !this.#links.has(link.link));
    Promise.all(missing.map((link) => this.#openLink(link.link)))
      .catch((error: Error) => this.#events.log("error", `no new link: ${error.message}`))
      .finally(() => {
        if (!this.#closed) this.#setHosts();
      });
  }

  prepareKey(config: RingConfig): boolean {
    const crypto = loadCrypto(config.settings);
    if (crypto.sameAs(this.#crypto[0]!)) return false;
    this.#crypto = [this.#crypto[0]!, crypto];
    this.#nextCrypto = crypto;
    return true;
  }

  keyPhase(phase: number): void {
    // In a mixed ring more than one node says each phase: only the first time counts.
    if (phase === KEY_ACTIVATE && this.#nextCrypto !== null) {
      this.#crypto = [this.#nextCrypto, this.#crypto[0]!];
      this.#nextCrypto = null;
    }
    if (phase === KEY_CLEAN_UP && this.#nextCrypto === null) this.#crypto = [this.#crypto[0]!];
  }

  // Receiving.

  #received(link: number, data: Uint8Array, from: string): void {
    let at = 0;
    while (isBulk(data, at)) {
      const piece = decodeBulk(data, at);
      if (piece === null) {
        this.#counts["dropped.bulk"]! += 1;
        return;
      }
      at += BULK_HEADER + piece.payload.length;
      const host = this.#hosts.get(piece.node);
      const path = this.#pathOf(host, link);
      if (host === undefined || path === undefined || !this.#mayCome(path, from)) {
        this.#counts["dropped.unlisted"]! += 1;
        continue;
      }
      const unit = host.bulk.take(piece);
      if (unit !== null) this.#sealed(link, unit, from);
    }
    if (at < data.length) this.#sealed(link, at === 0 ? data : data.subarray(at), from);
  }

  #pathOf(host: Host | undefined, link: number): Path | undefined {
    return host?.paths.find((candidate) => candidate.link === link);
  }

  #sealed(link: number, data: Uint8Array, from: string): void {
    const plain = this.#open(data);
    if (plain === null) {
      this.#counts["dropped.signature"]! += 1;
      return;
    }
    const type = knetType(plain);
    const host = type === null ? undefined : this.#hosts.get(knetNode(plain));
    const path = this.#pathOf(host, link);
    if (type === null) this.#counts["dropped.malformed"]! += 1;
    else if (host === undefined || path === undefined || !this.#mayCome(path, from)) {
      this.#counts["dropped.unlisted"]! += 1;
    } else if (this.#cut.has(host.nodeId, path.address)) this.#counts["dropped.cut"]! += 1;
    else this.#take(type, plain, host, path);
  }

  #open(data: Uint8Array): Uint8Array | null {
    for (const crypto of this.#crypto) {
      const plain = crypto.open(data);
      if (plain !== null) return plain;
    }
    return null;
  }

  #mayCome(path: Path, from: string): boolean {
    if (from === path.text || from === path.address) return true;
    return !this.#config.settings.blockUnlistedIps || canonical(from) === path.address;
  }

  #take(type: number, plain: Uint8Array, host: Host, path: Path): void {
    switch (type) {
      case KnetType.data:
        this.#takeData(plain, host);
        return;
      case KnetType.ping: {
        const ping = decodeKnetPing(plain);
        if (ping === null) break;
        if (!reachable(host)) host.receiver.restart(ping.seq);
        this.#control(path, knetAnswer(plain, this.#config.me.nodeId));
        return;
      }
      case KnetType.pong: {
        const pong = decodeKnetPing(plain);
        if (pong === null) break;
        const latency = Number(monotonicNs() - pong.time) / NS_PER_MS;
        if (latency < 0 || latency > OLDEST_PONG_MS) {
          this.#counts["dropped.replayed"]! += 1;
          return;
        }
        this.#apply(host, path, path.state.pong(latency, performance.now()));
        return;
      }
      case KnetType.pmtud:
        if (decodePmtud(plain) === null) break;
        this.#control(path, knetAnswer(plain, this.#config.me.nodeId));
        return;
      case KnetType.pmtudReply: {
        const reply = decodePmtud(plain);
        if (reply === null) break;
        this.#apply(host, path, path.state.pmtudReply(reply.mtu, performance.now()));
        return;
      }
    }
    this.#counts["dropped.malformed"]! += 1;
  }

  #takeData(plain: Uint8Array, host: Host): void {
    const data = decodeKnetData(plain);
    if (data === null) {
      this.#counts["dropped.malformed"]! += 1;
      return;
    }
    // As libknet: a node that does not answer our pings has nothing to say, or is not who it seems.
    if (!reachable(host)) {
      this.#counts["dropped.early"]! += 1;
      return;
    }
    const whole = host.receiver.take(data);
    if (whole === null) return;
    const packet = data.compressed === 0 ? whole : unpack(data.compressed, whole);
    if (packet === null) {
      this.#counts["dropped.compressed"]! += 1;
      return;
    }
    this.#counts["received"]! += 1;
    this.#events.packet(packet);
  }

  // Links.

  #control(path: Path, plain: Uint8Array): void {
    if (this.#cut.has(0, path.address)) return;
    const socket = this.#links.get(path.link)?.socket;
    socket?.trySend(this.#crypto[0]!.seal(plain), path.port, path.address);
  }

  #apply(host: Host, path: Path, effects: LinkEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case "ping":
          this.#ping(path, true);
          break;
        case "probe":
          this.#probe(host, path, effect.mtu);
          break;
        case "up":
          this.#events.log("info", `link: host: ${host.nodeId} link: ${path.link} is up`);
          if (host.paths.filter((p) => p.state.connected).length === 1) {
            this.#events.reachable(host.nodeId, true);
          }
          break;
        case "down":
          this.#events.log("info", `link: host: ${host.nodeId} link: ${path.link} is down`);
          if (!reachable(host)) {
            this.#events.log("warning", `host: host: ${host.nodeId} has no active links`);
            this.#events.reachable(host.nodeId, false);
          }
          break;
        case "mtu":
          this.#events.log(
            "debug",
            `pmtud: host: ${host.nodeId} link: ${path.link} data MTU ${this.#dataMtu(path)}`,
          );
          this.#events.sized();
      }
    }
    if (effects.length > 0) this.#arm();
  }

  #ping(path: Path, timed: boolean): void {
    const node = this.#config.me.nodeId;
    const time = monotonicNs();
    this.#control(path, encodeKnetPing({ node, link: path.link, time, seq: this.#seq, timed }));
  }

  #probe(host: Host, path: Path, mtu: number): void {
    const crypto = this.#crypto[0]!;
    const size = plaintextRoom(mtu, path.ipVersion, crypto.overhead);
    const packet = crypto.seal(encodePmtud(this.#config.me.nodeId, path.link, mtu, size));
    const socket = this.#links.get(path.link)?.socket;
    if (socket?.trySend(packet, path.port, path.address) === true) return;
    // Asked again only after this turn: a refusal chain must not recurse over the whole search.
    setTimeout(() => {
      this.#apply(host, path, path.state.probeRefused(mtu, performance.now()));
    }, 0);
  }

  #mtu(path: Path): number {
    const { knetMtu } = this.#config.settings;
    return knetMtu > 0 ? knetMtu : path.state.mtu;
  }

  #dataMtu(path: Path): number {
    return knetDataMtu(this.#mtu(path), path.ipVersion, this.#crypto[0]!.overhead);
  }

  /** Bytes of the largest datagram that a probe has shown to come through on this path. */
  #pieceRoom(path: Path): number {
    const crypto = this.#crypto[0]!;
    return crypto.sealedSize(plaintextRoom(this.#mtu(path), path.ipVersion, crypto.overhead));
  }

  #tick(): void {
    this.#timer = null;
    const now = performance.now();
    const late = now - this.#tickDue;
    for (const host of this.#hosts.values()) {
      for (const path of host.paths) {
        path.state.forgive(late);
        if (path.state.nextTick <= now) this.#apply(host, path, path.state.tick(now));
      }
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#closed || this.#timer !== null) return;
    this.#tickDue = performance.now() + TICK_MS;
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
  }

  // Sending.

  unicast(node: number, packet: Uint8Array, copies: number): void {
    const host = this.#hosts.get(node);
    if (host === undefined) return;
    const copy = packet.slice();
    setTarget(copy, node);
    this.#send([host], copy, false, copies);
  }

  broadcast(packet: Uint8Array, _to: readonly number[], copies: number): void {
    this.#send([...this.#hosts.values()], packet, true, copies);
  }

  #send(hosts: Host[], packet: Uint8Array, broadcast: boolean, copies: number): void {
    const kin: Path[] = [];
    const others: Path[] = [];
    for (const host of hosts) {
      const list = host.kin ? kin : others;
      for (const path of this.#choose(host, copies)) {
        // Chosen and lost, as on a wire that is cut: nobody knows before the pongs are missed.
        if (!this.#cut.has(host.nodeId, path.address)) list.push(path);
      }
    }
    if (kin.length + others.length === 0) {
      this.#counts["dropped.unreachable"]! += 1;
      return;
    }
    this.#seq = this.#seq === 65535 ? 1 : this.#seq + 1;
    if (kin.length > 0) this.#sendWhole(kin, packet, broadcast);
    if (others.length > 0) this.#sendFragments(others, packet, broadcast);
    if (this.#seq % SEQ_REPORT === 0) {
      for (const path of [...kin, ...others]) this.#ping(path, false);
    }
  }

  /** To our own kind: sealed whole, then cut. All of it is told apart by its pieces' headers. */
  #sendWhole(targets: Path[], packet: Uint8Array, broadcast: boolean): void {
    const room = Math.min(...targets.map((path) => this.#pieceRoom(path)));
    const header = this.#dataHeader(1, 0, broadcast);
    const crypto = this.#crypto[0]!;
    const size = crypto.sealedSize(header.length + packet.length);
    if (bulkPieces(size, room) > BULK_PIECES_MAX) {
      this.#sendFragments(targets, packet, broadcast);
      return;
    }
    this.#unit = (this.#unit + 1) & 0xffff;
    const node = this.#config.me.nodeId;
    const unit = { node, unit: this.#unit, room, runPieces: runPieces(room) };
    const first = this.#links.get(targets[0]!.link)!.out;
    const runs = cutBulk(crypto.sealParts([header, packet]), unit, (bytes) => first.buffer(bytes));
    for (const path of targets) {
      const { out } = this.#links.get(path.link)!;
      for (const run of runs) out.pushRun(run, room, path.port, path.address);
    }
  }

  /** As libknet does it: every fragment sealed for itself. */
  #sendFragments(targets: Path[], packet: Uint8Array, broadcast: boolean): void {
    const room = Math.min(...targets.map((path) => this.#dataMtu(path)));
    const fragments = Math.max(1, Math.ceil(packet.length / room));
    const crypto = this.#crypto[0]!;
    const segment = crypto.sealedSize(KNET_DATA_HEADER + Math.min(room, packet.length));
    const inRun = runPieces(segment);
    for (let first = 1; first <= fragments; first += inRun) {
      const last = Math.min(fragments, first + inRun - 1);
      const tail = Math.min(room, packet.length - (last - 1) * room);
      const bytes = (last - first) * segment + crypto.sealedSize(KNET_DATA_HEADER + tail);
      const run = this.#links.get(targets[0]!.link)!.out.buffer(bytes);
      let at = 0;
      for (let fragment = first; fragment <= last; fragment += 1) {
        // libknet leaves the number of an only fragment at 0.
        const header = this.#dataHeader(fragments, fragments === 1 ? 0 : fragment, broadcast);
        const piece = packet.subarray((fragment - 1) * room, fragment * room);
        for (const part of crypto.sealParts([header, piece])) {
          run.set(part, at);
          at += part.length;
        }
      }
      for (const path of targets) {
        this.#links.get(path.link)!.out.pushRun(run, segment, path.port, path.address);
      }
    }
  }

  #dataHeader(fragments: number, fragment: number, broadcast: boolean): Uint8Array {
    const node = this.#config.me.nodeId;
    const seq = this.#seq;
    return encodeKnetDataHeader({ node, seq, compressed: 0, broadcast, fragments, fragment });
  }

  /** The links that a packet to this host takes. */
  #choose(host: Host, copies: number): readonly Path[] {
    const { paths } = host;
    // Most have one link, and this is done for every packet: no list is made for it.
    if (paths.length === 1 && copies < 2) return paths[0]!.state.connected ? paths : [];
    const up = paths.filter((path) => path.state.connected);
    host.turn += 1;
    return chooseLinks(up, { mode: this.#config.settings.linkMode, turn: host.turn, copies });
  }

  flush(): void {
    for (const own of this.#links.values()) own.out.flush();
  }

  close(): void {
    this.flush();
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const own of this.#links.values()) own.socket.close();
    this.#links.clear();
  }

  counters(): Record<string, number> {
    const hosts = [...this.#hosts.values()];
    const sent = [...this.#links.values()].reduce((sum, own) => sum + own.out.datagrams, 0);
    return {
      ...this.#counts,
      sent,
      "dropped.duplicate": hosts.reduce(
        (sum, host) => sum + host.receiver.duplicates,
        this.#assemblies.duplicates,
      ),
      "dropped.incomplete": hosts.reduce(
        (sum, host) => sum + host.bulk.abandoned,
        this.#assemblies.abandoned,
      ),
      receiveBuffer: Math.min(...[...this.#links.values()].map((l) => l.socket.receiveBuffer)),
    };
  }

  status(): TransportStatus {
    const links: LinkStatus[] = [...this.#links.values()].map((own) => ({
      link: own.link,
      protocol: "udp",
      address: own.address,
      nodes: this.#config.settings.nodes.flatMap((node) => {
        if (node.nodeId === this.#config.me.nodeId) return [this.#self(own)];
        const path = this.#hosts.get(node.nodeId)?.paths.find((p) => p.link === own.link);
        return path === undefined ? [] : [this.#nodeStatus(node.nodeId, path)];
      }),
    }));
    return { links };
  }

  #self(own: OwnLink) {
    const nodeId = this.#config.me.nodeId;
    const { address } = own;
    return { nodeId, address, enabled: true, connected: true, mtu: 0, latencyMs: 0, downCount: 0 };
  }

  #nodeStatus(nodeId: number, path: Path) {
    return {
      nodeId,
      address: path.address,
      enabled: true,
      connected: path.state.connected,
      mtu: this.#dataMtu(path),
      latencyMs: path.state.latencyMs,
      downCount: path.state.downCount,
    };
  }
}

function reachable(host: Host): boolean {
  return host.paths.some((path) => path.state.connected);
}

function monotonicNs(): bigint {
  return BigInt(Math.round(performance.now() * NS_PER_MS));
}
