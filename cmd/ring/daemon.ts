import type { CmapValue } from "../../internal/corosync-conf/mod.ts";
import { notifySupervisor } from "../../internal/host/notify.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { FrameKind, jsonFrame } from "../../internal/host/ring-frames.ts";
import { type QuorumStatus, VoteQuorum } from "../../internal/quorum/mod.ts";
import { Groups, RingStack } from "../../internal/totem/mod.ts";
import {
  encodeCryptoReconfig,
  encodeReload,
  encodeShutdown,
  MCAST_HEADER_SIZE,
  PacketType,
} from "../../internal/wire/mod.ts";
import { type Client, ClientServer, membershipFrame, messageHead } from "./clients.ts";
import { loadConfig, type RingConfig } from "./config.ts";
import { answer } from "./control.ts";
import { CutList } from "./cut.ts";
import { Lateness } from "./lateness.ts";
import type { RingLog, Subsystem } from "./log.ts";
import { openTransport } from "./open-transport.ts";
import { quorumFrame, toWireQuorum } from "./quorum-frame.ts";
import { RingSeqFile } from "./ring-seq.ts";
import { CfgService, ConfigVersions, QuorumPlace } from "./services.ts";
import { quorumOptions, totemSettings } from "./settings.ts";
import type { Transport } from "./transport.ts";

/** Clients are not read while more than this waits for the token. */
const SEND_HIGH_BYTES = 2 * 1024 * 1024;
const SEND_LOW_BYTES = 512 * 1024;
/**
 * While a local client is this far behind, the token is kept for a moment: it is the one thing that
 * slows every sender of the ring. The further behind, the longer, far below any token timeout.
 */
const CONGESTED_BYTES = 8 * 1024 * 1024;
const CONGESTED_MS = 10;
const LONGEST_TOKEN_DELAY_MS = 50;
/** A timer this late means that the machine did not run us: sockets are read first. */
const LATE_MS = 30;
/** Below this a suitable size is none: a path so narrow is still being measured. */
const KIN_PAYLOAD_LEAST = 16 * 1024;
/** No path is so narrow that smaller frames would pay. */
const SMALLEST_PAYLOAD = 400;
/** How long an orderly exit may wait for its last words to be ordered. */
const LEAVE_WAIT_MS = 300;

/** The ring process: sockets, clock and disk around the pure stack. */
export class RingDaemon {
  config: RingConfig;
  readonly log: RingLog;
  readonly stack: RingStack;
  readonly groups: Groups;
  readonly quorum: VoteQuorum;
  readonly versions: ConfigVersions;
  readonly lateness = new Lateness();
  readonly clients: ClientServer;
  readonly startedAt = Date.now();
  /** What corosync-cmapctl -s has set. */
  readonly cmapOverrides = new Map<string, CmapValue>();
  readonly joinCounts = new Map<number, number>();
  /** Watchers of quorum changes (corosync-quorumtool -m). */
  readonly quorumWatchers = new Set<(status: QuorumStatus) => void>();
  transport: Transport | null = null;
  readonly #cut = new CutList();
  readonly #seqFile: RingSeqFile;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #timerDue = Infinity;
  #loop: Uint8Array[] = [];
  #draining = false;
  #flushing = false;
  #stopping = false;
  /** Reloads and key changes, one after the other in the order of their messages. */
  #reloading: Promise<void> = Promise.resolve();
  #lastQuorum: QuorumStatus | null = null;
  /** Members that are known to be of our kind while the ring stands. */
  #kin: readonly number[] = [];
  #finished: (code: number) => void = () => {};

  constructor(config: RingConfig, log: RingLog) {
    this.config = config;
    this.log = log;
    const me = config.me.nodeId;
    this.#seqFile = new RingSeqFile(underRoot(config.settings.stateDir), me);
    this.groups = new Groups(me, {
      send: (message, options) => this.stack.send(message, options),
      changed: (change) => this.#toGroup(change.group, membershipFrame(change)),
      message: (group, from, payload) =>
        this.#toGroup(group, messageHead(from, payload.length), payload),
    });
    this.quorum = new VoteQuorum(me, quorumOptions(config), {
      send: (message) => this.stack.send(message),
      changed: (status) => this.#quorumChanged(status),
      log: (level, text) => this.log.write(level, "QUORUM", text),
    });
    this.versions = new ConfigVersions(
      () => this.config.settings.configVersion,
      (newest) => this.#olderConfig(newest),
    );
    this.stack = this.#makeStack(me);
    this.clients = this.#makeClients();
  }

  #makeStack(me: number): RingStack {
    const cfg = new CfgService(me, {
      killed: (reason) => this.#killed(reason),
      reload: (from) => {
        this.#reloading = this.#reloading.then(() => this.reload(from));
      },
      cryptoPhase: (phase, from) => {
        this.#reloading = this.#reloading.then(() => this.#keyPhase(phase, from));
      },
      leaving: (from) => this.#say("CFG", `Node ${from} was shut down by sysadmin`),
    });
    const quorum = this.config.settings.quorum.enabled ? [this.quorum] : [];
    return new RingStack({
      me,
      ringSeq: this.#seqFile.next(),
      settings: totemSettings(this.config.settings),
      synchronized: [this.versions, this.groups, new QuorumPlace(), ...quorum],
      plain: [cfg],
      effects: {
        unicast: (node, packet, copies = 0) => this.transport?.unicast(node, packet, copies),
        broadcast: (packet, scope, copies = 0) =>
          this.transport?.broadcast(packet, this.#targets(scope), copies),
        loopback: (packet) => this.#loopback(packet),
        storeRingSeq: (seq) => this.#storeSeq(seq),
        log: (level, text) => this.log.write(level, "TOTEM", text),
        ringChanged: (change) => this.#ringChanged(change),
        synchronized: (allMuster) => this.#synchronized(allMuster),
      },
    });
  }

  #makeClients(): ClientServer {
    return new ClientServer({
      join: (client) => this.#clientJoins(client),
      multicast: (client, payload, safe) =>
        this.groups.sendLocal(client.group!, client.pid, payload, safe),
      left: (client, died) => {
        this.groups.leaveLocal(client.group!, client.pid, died);
        this.run(() => {});
      },
      request: (client, request) => answer(this, client, request),
      mayRead: () => this.stack.queuedBytes < SEND_HIGH_BYTES,
      batchDone: () => this.run(() => {}),
      log: (text) => this.log.write("warning", "CPG", text),
    });
  }

  /** Resolves to the exit code when the ring has stopped. */
  async start(): Promise<number> {
    const { settings, me } = this.config;
    this.transport = await openTransport(this.config, this.#cut, {
      packet: (packet) => this.#received(packet),
      log: (level, text) => this.log.write(level, "KNET", text),
      reachable: () => {},
      sized: () => this.#setKin(this.#kin),
    });
    this.clients.listen(underRoot(Paths.ringSocket));
    this.#say("TOTEM", `Initializing transport (${settings.transport}) as node ${me.nodeId}`);
    const finished = new Promise<number>((resolve) => {
      this.#finished = resolve;
    });
    this.run((now) => this.stack.totem.start(now));
    if (!settings.quorum.enabled) this.#lastQuorum = this.#alwaysQuorate();
    notifySupervisor("READY=1");
    return finished;
  }

  #say(subsystem: Subsystem, text: string): void {
    this.log.write("notice", subsystem, text);
  }

  #targets(scope: "members" | "listed"): readonly number[] {
    return scope === "members"
      ? this.stack.totem.recipients
      : this.config.settings.nodes.map((node) => node.nodeId);
  }

  /** One step of the stack: effects out, then the timer for the next one. */
  run(step: (nowMs: number) => void): void {
    const now = performance.now();
    this.quorum.now = now;
    step(now);
    this.stack.flush(now);
    this.transport?.flush();
    this.#flushClients();
    if (this.stack.queuedBytes < SEND_LOW_BYTES) this.clients.resume();
    this.#arm(now);
  }

  /** After all packets that wait now: one write per client, not one per packet. */
  #flushClients(): void {
    if (this.#flushing || !this.clients.dirty) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.clients.flush();
    });
  }

  #received(packet: Uint8Array): void {
    if (this.#stopping) return;
    if (packet[3] === PacketType.token) {
      const excess = this.clients.mostWaiting - CONGESTED_BYTES;
      if (excess > 0) {
        const delay = Math.min(LONGEST_TOKEN_DELAY_MS, (excess / CONGESTED_BYTES) * CONGESTED_MS);
        setTimeout(() => this.#process(packet), delay);
        return;
      }
    }
    this.#process(packet);
  }

  #process(packet: Uint8Array): void {
    if (this.#stopping) return;
    this.run((now) => {
      this.lateness.packet(packet, now, this.stack.totem.flowing);
      this.stack.totem.packet(packet, now);
    });
  }

  #loopback(packet: Uint8Array): void {
    this.#loop.push(packet);
    if (this.#draining) return;
    this.#draining = true;
    setImmediate(() => {
      this.#draining = false;
      const packets = this.#loop;
      this.#loop = [];
      for (const waiting of packets) this.#received(waiting);
    });
  }

  /** One timer of the runtime for all of ours; re-armed only when something is due earlier. */
  #arm(now: number): void {
    const due = Math.min(this.stack.totem.nextTick, this.quorum.nextTick);
    if (due === Infinity || this.#stopping) return;
    if (this.#timer !== null && this.#timerDue <= due) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(() => this.#timerFired(due), Math.max(0, Math.ceil(due - now)));
  }

  #timerFired(due: number): void {
    this.#timer = null;
    this.#timerDue = Infinity;
    const late = performance.now() - due;
    this.lateness.timer(late);
    if (late < LATE_MS) {
      this.#tick();
      return;
    }
    // We were not scheduled: what waits in the sockets may be the very token we miss.
    if (late > this.stack.totem.settings.token / 5) {
      this.log.write(
        "warning",
        "MAIN",
        `Corosync main process was not scheduled for ${late.toFixed(4)} ms ` +
          `(threshold is ${(this.stack.totem.settings.token / 5).toFixed(4)} ms). ` +
          "Consider token timeout increase.",
      );
    }
    setImmediate(() => setImmediate(() => this.#tick()));
  }

  #tick(): void {
    if (this.#stopping) return;
    this.run((now) => {
      if (this.stack.totem.nextTick <= now) this.stack.totem.tick(now);
      if (this.quorum.nextTick <= now) this.quorum.tick(now);
    });
  }

  #storeSeq(seq: number): void {
    try {
      this.#seqFile.store(seq);
    } catch (error) {
      this.log.write("error", "TOTEM", `Couldn't store ring id to disk: ${String(error)}`);
    }
  }

  #ringChanged(change: {
    ring: { rep: number; seq: number };
    members: readonly number[];
    left: readonly number[];
    joined: readonly number[];
  }): void {
    this.#setKin([]);
    const parts = [
      ...(change.joined.length > 0 ? [` joined: ${change.joined.join(" ")}`] : []),
      ...(change.left.length > 0 ? [` left: ${change.left.join(" ")}`] : []),
    ];
    const ring = `${change.ring.rep.toString(16)}.${change.ring.seq.toString(16)}`;
    this.#say("TOTEM", `A new membership (${ring}) was formed. Members${parts.join("")}`);
    for (const node of change.joined) {
      this.joinCounts.set(node, (this.joinCounts.get(node) ?? 0) + 1);
    }
  }

  #synchronized(allMuster: boolean): void {
    this.#setKin(allMuster ? this.stack.totem.members : []);
    this.#say("MAIN", "Completed service synchronization, ready to provide service.");
    if (!this.config.settings.quorum.enabled) this.#quorumChanged(this.#alwaysQuorate());
  }

  /** Between our own kind packets take a shorter way, for which another size suits. */
  #setKin(kin: readonly number[]): void {
    this.#kin = kin;
    this.transport?.setKin(kin);
    const settings = totemSettings(this.config.settings);
    const room = (this.transport?.kinPacketRoom ?? Infinity) - MCAST_HEADER_SIZE;
    const suits = kin.length > 1 && room >= KIN_PAYLOAD_LEAST;
    const payloadLimit = suits ? Math.min(settings.payloadLimit, room) : settings.payloadLimit;
    const datagram = (this.transport?.datagramRoom ?? Infinity) - MCAST_HEADER_SIZE;
    const payloadLeast = Math.min(payloadLimit, Math.max(datagram, SMALLEST_PAYLOAD));
    this.stack.totem.reconfigure({ ...settings, payloadLimit, payloadLeast });
  }

  #alwaysQuorate(): QuorumStatus {
    const members = [...this.stack.totem.members];
    return { ...this.quorum.status(), quorate: true, members, ring: this.stack.totem.ring };
  }

  #quorumChanged(status: QuorumStatus): void {
    const members = status.members.join(" ");
    if (members !== this.#lastQuorum?.members.join(" ")) {
      this.#say("QUORUM", `Members[${status.members.length}]: ${members}`);
    }
    this.#lastQuorum = status;
    for (const client of this.clients.all) {
      if (client.group !== null) this.clients.send(client, quorumFrame(status));
    }
    for (const watcher of this.quorumWatchers) watcher(status);
  }

  /** What was last announced; before the first ring, a lone node without quorum. */
  get quorumStatus(): QuorumStatus {
    const status = this.config.settings.quorum.enabled
      ? this.quorum.status()
      : this.#alwaysQuorate();
    return { ...status, members: this.#lastQuorum?.members ?? [], ring: this.stack.totem.ring };
  }

  #clientJoins(client: Client): boolean {
    const taken = [...this.clients.all].some(
      (other) => other !== client && other.group === client.group && other.pid === client.pid,
    );
    if (taken) return false;
    this.clients.send(client, this.#helloFrame());
    if (this.#lastQuorum !== null) {
      this.clients.send(client, jsonFrame(FrameKind.quorum, toWireQuorum(this.#lastQuorum)));
    }
    this.groups.joinLocal(client.group!, client.pid);
    return true;
  }

  #helloFrame(): Uint8Array {
    const { settings, me } = this.config;
    return jsonFrame(FrameKind.hello, {
      nodeId: me.nodeId,
      clusterName: settings.clusterName,
      nodes: settings.nodes.map((node) => ({
        nodeId: node.nodeId,
        name: node.name ?? node.addresses.get(0) ?? String(node.nodeId),
      })),
    });
  }

  #toGroup(group: string, frame: Uint8Array, payload?: Uint8Array): void {
    for (const client of this.clients.all) {
      if (client.group === group) this.clients.send(client, frame, payload);
    }
  }

  /** Asks every node to read its file again; each then calls {@link reload}. */
  reloadEverywhere(): void {
    this.run(() => this.stack.send(encodeReload(this.config.me.nodeId)));
  }

  /** A new key in three steps: all can read it, all use it, all forget the old one. */
  #keyPhase(phase: number, from: number): void {
    this.transport?.keyPhase(phase);
    this.#say("TOTEM", `Crypto reconfiguration phase ${phase}`);
    if (phase === 1 && from === this.config.me.nodeId) {
      this.run(() => this.stack.send(encodeCryptoReconfig(2)));
    }
  }

  /** Reads corosync.conf again and applies what can change while running. */
  async reload(from: number): Promise<void> {
    const loaded = await loadConfig(this.config.path);
    if (!loaded.ok) {
      this.log.write("error", "CFG", `Unable to reload config file: ${loaded.error.message}`);
      return;
    }
    this.config = loaded.value;
    this.log.configure(loaded.value.settings.logging);
    this.transport?.reconfigure(loaded.value);
    this.#setKin(this.#kin);
    for (const client of this.clients.all) {
      if (client.group !== null) this.clients.send(client, this.#helloFrame());
    }
    this.run(() => this.quorum.reconfigure(quorumOptions(loaded.value)));
    this.#say("CFG", `Config reload requested by node ${from}`);
    try {
      const changed = this.transport?.prepareKey(loaded.value) === true;
      if (changed && from === this.config.me.nodeId) {
        this.run(() => this.stack.send(encodeCryptoReconfig(1)));
      }
    } catch (error) {
      this.log.write("error", "CFG", `Unable to load the new key: ${(error as Error).message}`);
    }
  }

  /**
   * The smallest token timeout that this machine could bear, from what it measured: the worst
   * rotation and the worst lateness, three times over; never below what Corosync accepts.
   */
  tokenAdviceMs(): number {
    const worst = this.lateness.rotation.percentile(0.999) + this.lateness.timerLate.max;
    return Math.max(100, Math.ceil((3 * worst) / 50) * 50);
  }

  /** SIGHUP of the sandbox: the list of cut peers, and log files. */
  lookAgain(): void {
    this.#cut.look();
    this.log.reopen();
  }

  /** Corosync's words; what manages it reads them in the log. */
  #olderConfig(newest: bigint): void {
    const own = this.config.settings.configVersion;
    this.log.write(
      "error",
      "CMAP",
      `Received config version (${newest}) is different than my config version (${own})! Exiting`,
    );
    setImmediate(() => this.stop());
  }

  #killed(reason: string): void {
    this.log.write("error", "CFG", `Killed by node: ${reason}`);
    this.#end(1);
  }

  /** Orderly exit: says good-bye on every layer, then stops listening, then leaves. */
  stop(): void {
    if (this.#stopping) return;
    this.#say("MAIN", "Node was shut down by a signal");
    this.run(() => {
      if (this.config.settings.quorum.allowDownscale) this.quorum.announceLeaving();
      this.stack.send(encodeShutdown());
    });
    const begun = performance.now();
    const wait = () => {
      const sent = this.stack.queuedBytes === 0;
      if (sent || performance.now() - begun > LEAVE_WAIT_MS) this.#leave();
      else setTimeout(wait, 5);
    };
    setTimeout(wait, 10);
  }

  #leave(): void {
    this.#stopping = true;
    this.stack.totem.leave(performance.now());
    this.transport?.flush();
    this.#say("MAIN", "Corosync Cluster Engine exiting normally");
    this.#end(0);
  }

  #end(code: number): void {
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.clients.close();
    this.transport?.close();
    this.#cut.close();
    this.#finished(code);
  }
}
