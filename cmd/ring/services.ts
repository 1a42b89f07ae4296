import type { PlainService } from "../../internal/totem/mod.ts";
import {
  CfgFn,
  decodeConfigVersion,
  decodeCryptoReconfig,
  decodeKillNode,
  encodeConfigVersion,
  ServiceId,
  type SyncService,
} from "../../internal/wire/mod.ts";

/**
 * cmap: members tell each other the version of their configuration file. Who meets others for the
 * first time and has an older file than one of them must not go on with it.
 */
export class ConfigVersions implements SyncService {
  readonly id = ServiceId.cmap;
  readonly versions = new Map<number, bigint>();
  readonly #own: () => bigint;
  readonly #older: (newest: bigint) => void;
  #alone = true;
  #met = false;

  /** `older`: called when our file turned out to be older than `newest`. */
  constructor(own: () => bigint, older: (newest: bigint) => void) {
    this.#own = own;
    this.#older = older;
  }

  syncInit(change: { members: number[] }): void {
    this.#alone = change.members.length === 1;
    for (const node of this.versions.keys()) {
      if (!change.members.includes(node)) this.versions.delete(node);
    }
  }

  syncMessages(): Uint8Array[] {
    return [encodeConfigVersion(this.#own())];
  }

  syncActivate(): void {
    if (this.#alone || this.#met) return;
    this.#met = true;
    const own = this.#own();
    const newest = [...this.versions.values()].reduce((a, b) => (b > a ? b : a), 0n);
    // Version 0 stands for a file without one.
    if (own !== 0n && newest !== 0n && newest !== own) this.#older(newest);
  }

  syncAbort(): void {}

  deliver(_fn: number, from: number, message: Uint8Array): void {
    const version = decodeConfigVersion(message);
    if (version !== null) this.versions.set(from, version);
  }
}

/** Corosync's quorum service takes part in synchronization without messages of its own. */
export class QuorumPlace implements SyncService {
  readonly id = ServiceId.quorum;
  syncInit(): void {}
  syncMessages(): Uint8Array[] {
    return [];
  }
  syncActivate(): void {}
  syncAbort(): void {}
  deliver(): void {}
}

export interface CfgEvents {
  killed(reason: string): void;
  reload(from: number): void;
  cryptoPhase(phase: number, from: number): void;
  leaving(from: number): void;
}

/** cfg: requests of an administrator that concern other nodes. */
export class CfgService implements PlainService {
  readonly id = ServiceId.cfg;
  readonly #me: number;
  readonly #events: CfgEvents;

  constructor(me: number, events: CfgEvents) {
    this.#me = me;
    this.#events = events;
  }

  deliver(fn: number, from: number, message: Uint8Array): void {
    switch (fn) {
      case CfgFn.killNode: {
        const kill = decodeKillNode(message);
        if (kill?.node === this.#me) this.#events.killed(kill.reason);
        return;
      }
      case CfgFn.reload:
        this.#events.reload(from);
        return;
      case CfgFn.cryptoReconfig:
        this.#events.cryptoPhase(decodeCryptoReconfig(message) ?? 0, from);
        return;
      case CfgFn.shutdown:
        this.#events.leaving(from);
    }
  }
}
