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

/** cmap: members tell each other the version of their configuration file. */
export class ConfigVersions implements SyncService {
  readonly id = ServiceId.cmap;
  readonly versions = new Map<number, bigint>();
  readonly #own: () => bigint;

  constructor(own: () => bigint) {
    this.#own = own;
  }

  syncInit(change: { members: number[] }): void {
    for (const node of this.versions.keys()) {
      if (!change.members.includes(node)) this.versions.delete(node);
    }
  }

  syncMessages(): Uint8Array[] {
    return [encodeConfigVersion(this.#own())];
  }

  syncActivate(): void {}

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
