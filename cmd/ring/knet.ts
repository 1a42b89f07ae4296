import { openUdp } from "../../internal/host/udp.ts";
import {
  Assemblies,
  BULK_HEADER,
  BULK_PIECES_MAX,
  KNET_DATA_HEADER,
  type KnetCrypto,
  setTarget,
} from "../../internal/wire/mod.ts";
import { canonical } from "./address.ts";
import type { RingConfig } from "./config.ts";
import type { CutList } from "./cut.ts";
import { checkSupported } from "./knet-compression.ts";
import { arrangeHosts } from "./knet-hosts.ts";
import { KnetIntake } from "./knet-intake.ts";
import { KnetKeys } from "./knet-keys.ts";
import { KnetSender } from "./knet-sender.ts";
import { KnetState, type OwnLink, type Path, pathOf } from "./knet-state.ts";
import { KnetWatch } from "./knet-watch.ts";
import { LinkOut, runPieces } from "./link-out.ts";
import type { LinkStatus, Transport, TransportEvents, TransportStatus } from "./transport.ts";

const BUFFER_BYTES = 16 * 1024 * 1024;

/** The knet transport: several links to each node, measured and watched, encrypted. */
export class KnetTransport implements Transport {
  readonly #state: KnetState;
  readonly #watch: KnetWatch;
  readonly #intake: KnetIntake;
  readonly #sender: KnetSender;
  readonly #assemblies = new Assemblies();

  private constructor(state: KnetState) {
    this.#state = state;
    this.#watch = new KnetWatch(state);
    this.#intake = new KnetIntake(state, this.#watch);
    this.#sender = new KnetSender(state, this.#watch);
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
    const state = new KnetState(config, new KnetKeys(crypto), cut, events);
    const transport = new KnetTransport(state);
    for (const link of config.settings.links) await transport.#openLink(link.link);
    arrangeHosts(state, transport.#assemblies);
    transport.#watch.tick();
    return transport;
  }

  async #openLink(link: number): Promise<void> {
    const { settings, me, addresses } = this.#state.config;
    const address = addresses.get(me.nodeId)?.get(link);
    const entry = settings.links.find((candidate) => candidate.link === link);
    if (address === undefined || entry === undefined) return;
    const { port } = entry;
    const socket = await openUdp({
      address,
      port,
      bufferBytes: BUFFER_BYTES,
      dontFragment: true,
      onData: (data, _, from) => this.#intake.received(link, data, from),
      onError: () => this.#state.count("errors"),
    });
    const out = new LinkOut(socket);
    this.#state.links.set(link, { link, address: canonical(address), port, socket, out });
    socket.joinRuns(this.#anyKin());
  }

  #anyKin(): boolean {
    return [...this.#state.hosts.values()].some((host) => host.kin);
  }

  setKin(nodes: readonly number[]): void {
    const before = this.#anyKin();
    for (const host of this.#state.hosts.values()) host.kin = nodes.includes(host.nodeId);
    const now = this.#anyKin();
    if (now === before) return;
    // Joined datagrams of others could not be told apart.
    for (const own of this.#state.links.values()) own.socket.joinRuns(now);
  }

  get kinPacketRoom(): number {
    const pieces = this.#state.paths().map((path) => {
      const room = this.#state.pieceRoom(path);
      return Math.min(BULK_PIECES_MAX, runPieces(room)) * (room - BULK_HEADER);
    });
    const { overhead } = this.#state.keys.sealing;
    const seal = overhead === null ? 0 : overhead.salt + overhead.block + overhead.hash;
    return Math.min(...pieces) - seal - KNET_DATA_HEADER;
  }

  get datagramRoom(): number {
    return Math.min(...this.#state.paths().map((path) => this.#state.dataMtu(path)));
  }

  reconfigure(config: RingConfig): void {
    const { links, events } = this.#state;
    this.#state.config = config;
    for (const [number, own] of links) {
      if (config.settings.links.some((link) => link.link === number)) continue;
      own.socket.close();
      links.delete(number);
    }
    const missing = config.settings.links.filter((link) => !links.has(link.link));
    Promise.all(missing.map((link) => this.#openLink(link.link)))
      .catch((error: Error) => events.log("error", `no new link: ${error.message}`))
      .finally(() => {
        if (!this.#watch.closed) arrangeHosts(this.#state, this.#assemblies);
      });
  }

  prepareKey(config: RingConfig): boolean {
    return this.#state.keys.prepare(config);
  }

  keyPhase(phase: number): void {
    this.#state.keys.phase(phase);
  }

  unicast(node: number, packet: Uint8Array, copies: number): void {
    const host = this.#state.hosts.get(node);
    if (host === undefined) return;
    const copy = packet.slice();
    setTarget(copy, node);
    this.#sender.send([host], copy, false, copies);
  }

  broadcast(packet: Uint8Array, _to: readonly number[], copies: number): void {
    this.#sender.send([...this.#state.hosts.values()], packet, true, copies);
  }

  flush(): void {
    for (const own of this.#state.links.values()) own.out.flush();
  }

  close(): void {
    const { links } = this.#state;
    this.flush();
    this.#watch.close();
    for (const own of links.values()) own.socket.close();
    links.clear();
  }

  counters(): Record<string, number> {
    const { counts } = this.#state;
    const hosts = [...this.#state.hosts.values()];
    const links = [...this.#state.links.values()];
    return {
      ...counts,
      sent: links.reduce((sum, own) => sum + own.out.datagrams, 0),
      "dropped.duplicate": hosts.reduce(
        (sum, host) => sum + host.receiver.duplicates,
        this.#assemblies.duplicates,
      ),
      "dropped.incomplete": hosts.reduce(
        (sum, host) => sum + host.bulk.abandoned,
        this.#assemblies.abandoned,
      ),
      receiveBuffer: Math.min(...links.map((own) => own.socket.receiveBuffer)),
    };
  }

  status(): TransportStatus {
    const { config, hosts } = this.#state;
    const links: LinkStatus[] = [...this.#state.links.values()].map((own) => ({
      link: own.link,
      protocol: "udp",
      address: own.address,
      nodes: config.settings.nodes.flatMap((node) => {
        if (node.nodeId === config.me.nodeId) return [this.#self(own)];
        const path = pathOf(hosts.get(node.nodeId), own.link);
        return path === undefined ? [] : [this.#nodeStatus(node.nodeId, path)];
      }),
    }));
    return { links };
  }

  #self(own: OwnLink) {
    const { nodeId } = this.#state.config.me;
    const { address } = own;
    return { nodeId, address, enabled: true, connected: true, mtu: 0, latencyMs: 0, downCount: 0 };
  }

  #nodeStatus(nodeId: number, path: Path) {
    return {
      nodeId,
      address: path.address,
      enabled: true,
      connected: path.state.connected,
      mtu: this.#state.dataMtu(path),
      latencyMs: path.state.latencyMs,
      downCount: path.state.downCount,
    };
  }
}
