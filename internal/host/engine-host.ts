import { ExitCode } from "../base/mod.ts";
import {
  type Ground,
  Node,
  type NodeEffect,
  type NodeEvent,
  type NodeOptions,
} from "../node/mod.ts";
import { DiskError, type Log, type RingEvent, type RingPort } from "../ports/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { AgentHost } from "./agent-host.ts";
import type { CibStorage } from "./cib-storage.ts";
import { clock } from "./clock.ts";
import { LocalEffects } from "./local-effects.ts";
import { listenLocal } from "./local-server.ts";
import type { RemoteConnections } from "./remote-connections.ts";
import { connectRing } from "./ring-client.ts";
import type { WatchdogDevice } from "./watchdog-device.ts";

const RECONNECT_MS = 250;
/** Payloads that the ring did not take yet; more than this means that it is stuck for good. */
const MOST_UNSENT = 10_000;
/** The ring is asked again after this long when its queue was full. */
const RETRY_SEND_MS = 5;
/** Time for the last messages to leave before the process ends. */
const LEAVE_MS = 100;

/** Tells the next engine whether this one left the node in order. */
export interface RunMarker {
  clear(): void;
}

export interface SchedulerPort {
  /** `cib` may be read only until this returns. */
  run(run: number, cib: Element, nowMs: number): void;
}

export interface EngineOptions {
  ringSocket: string;
  engineSocket: string;
  group: string;
  log: Log;
  storage: CibStorage;
  marker: RunMarker;
  /** Called once, when the tools are listened to. */
  ready: () => void;
  agents: AgentHost;
  remotes: RemoteConnections;
  /** Opens this machine's watchdog device; null when it has none. */
  watchdog: () => WatchdogDevice | null;
  scheduler: (
    done: (run: number, graph: Element | null, error: string | null) => void,
  ) => SchedulerPort;
  /** Node options but for what the ring tells. */
  node: Omit<NodeOptions, "nodeId" | "nodeName" | "clusterName" | "nodes" | "watchdog">;
}

/** Runs one cluster node on this machine: its effects become messages, files, processes, timers. */
export class EngineHost {
  readonly exited: Promise<number>;
  #options: EngineOptions;
  #node: Node | null = null;
  #watchdog: WatchdogDevice | null = null;
  #ring: RingPort | null = null;
  #scheduler: SchedulerPort;
  readonly #local: LocalEffects;
  #unsent: Uint8Array[] = [];
  #sending = false;
  #resolve: (code: number) => void = () => {};
  #ended = false;
  #saidWaiting = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#local = new LocalEffects(options.log, options.agents, (event) => this.#step(event));
    options.agents.watchUnits?.((unit) => this.#step({ type: "unit-changed", unit }));
    this.#scheduler = options.scheduler((run, graph, error) =>
      this.#step({ type: "scheduled", run, graph, error }),
    );
    this.#connect();
  }

  /** Orderly stop, as for SIGTERM. Before the ring was found there is nothing to stop. */
  stop(): void {
    if (this.#node === null) this.#end(0);
    else this.#step({ type: "stop" });
  }

  #connect(): void {
    const { group, ringSocket } = this.#options;
    let over = false;
    this.#ring = connectRing({ group, socketPath: ringSocket }, (event) => {
      // A ring that was closed may still have something in its pipe.
      if (over || this.#ended) return;
      over = event.type === "closed";
      this.#onRing(event);
    });
  }

  #onRing(event: RingEvent): void {
    if (event.type === "closed") {
      this.#ring = null;
      this.#unsent = [];
      if (!this.#saidWaiting)
        this.#options.log.write("info", `Waiting for the ring: ${event.reason}`);
      this.#saidWaiting = true;
      clock.timer(RECONNECT_MS, () => {
        if (!this.#ended) this.#connect();
      });
    }
    if (event.type === "hello") {
      this.#saidWaiting = false;
      if (this.#node === null) this.#begin(event);
    }
    if (this.#node !== null) this.#step({ type: "ring", event });
  }

  #begin(hello: Extract<RingEvent, { type: "hello" }>): void {
    const { nodeId, clusterName, nodes } = hello;
    const nodeName = nodes.find((node) => node.nodeId === nodeId)?.name ?? `node${nodeId}`;
    const identity = { nodeId, nodeName, clusterName, nodes };
    // Armed no sooner: before the ring is there nobody would feed it.
    this.#watchdog = this.#options.watchdog();
    const watchdog = this.#watchdog;
    this.#node = new Node({ ...this.#options.node, ...identity, watchdog });
    this.#step({ type: "start" });
    this.#local.server = listenLocal(this.#options.engineSocket, {
      request: (id, command, body, peer) =>
        this.#step({ type: "request", id, command, body, peer }),
      requestGone: (id) => this.#step({ type: "request-gone", id }),
      watch: (id, what, peer) => this.#step({ type: "watch", id, what, peer }),
      watchGone: (id) => this.#step({ type: "watch-gone", id }),
    });
    this.#options.log.write("notice", `Engine of node ${nodeName} (${nodeId}) started`);
    this.#options.ready();
  }

  #step(event: NodeEvent): void {
    if (this.#node === null || this.#ended) return;
    let effects: NodeEffect[];
    try {
      effects = this.#node.step(event, clock.wallMs());
    } catch (error) {
      // A defect of ours: the state may be half changed. Whoever supervises us starts us again.
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#options.log.write("error", `Internal error at event ${event.type}: ${why}`);
      this.#end(ExitCode.SOFTWARE);
      return;
    }
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: NodeEffect): void {
    switch (effect.type) {
      case "multicast":
        this.#unsent.push(effect.payload);
        this.#send();
        return;
      case "persist":
        this.#persist(effect.sequence, effect.cib, effect.ground);
        return;
      case "schedule":
        this.#scheduler.run(effect.run, effect.cib, clock.wallMs());
        return;
      case "remote-connect": {
        const { link, host, port } = effect;
        const to = { host, port };
        this.#options.remotes.connect(link, to, (event) =>
          this.#step({ type: "remote", link, event }),
        );
        return;
      }
      case "remote-send":
        this.#options.remotes.send(effect.link, effect.payload);
        return;
      case "remote-close":
        this.#options.remotes.close(effect.link);
        return;
      case "watchdog":
        this.#feed(effect.order);
        return;
      case "exit":
        if (effect.clean) this.#options.marker.clear();
        this.#end(effect.code);
        return;
      default:
        this.#local.do(effect);
        return;
    }
  }

  #feed(order: "feed" | "disarm"): void {
    try {
      if (order === "feed") this.#watchdog?.feed();
      else this.#watchdog?.disarm();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.log.write("error", `Watchdog ${this.#watchdog?.path}: ${why}`);
    }
  }

  /** In order, as far as the ring takes it; the rest when it has room again. */
  #send(): void {
    while (this.#unsent.length > 0 && this.#ring !== null && !this.#sending) {
      if (this.#ring.multicast(this.#unsent[0]!)) {
        this.#unsent.shift();
        continue;
      }
      this.#sending = true;
      clock.timer(RETRY_SEND_MS, () => {
        this.#sending = false;
        this.#send();
      });
    }
    if (this.#unsent.length <= MOST_UNSENT) return;
    this.#options.log.write("error", "The ring takes no messages: connecting anew");
    this.#ring?.close();
    this.#onRing({ type: "closed", reason: "it takes no messages" });
  }

  /** After everything else of this turn: changes that arrive together share one write. */
  #persist(sequence: number, cib: Element, ground: Ground | null): void {
    setImmediate(() => {
      let error: string | null = null;
      try {
        this.#options.storage.save(cib, ground);
      } catch (thrown) {
        error = thrown instanceof DiskError ? thrown.message : String(thrown);
      }
      this.#step({ type: "persisted", sequence, error });
    });
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#local.close();
    this.#options.remotes.closeAll();
    this.#ring?.close();
    clock.timer(LEAVE_MS, () => this.#resolve(code));
  }
}
