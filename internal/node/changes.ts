import { type CibStamp, formatLastWritten } from "../cib/mod.ts";
import type { ChangeReason, CibChange, HistoryResult } from "../controller/mod.ts";
import type { Ground } from "./ground.ts";
import { changeRequests, type WireRequest } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { withoutStatus } from "./replica.ts";
import type { ChangeDone } from "./requests.ts";
import type { Peer } from "./types.ts";

const PERSIST_RETRY_MS = 1_000;

/** Changes of the CIB on their way out: to the group, signed by who wants them, and to the disk. */
export class Changes {
  readonly #parts: Parts;
  /** As it was last written. */
  #groundKept: Ground | null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#groundKept = parts.options.ground;
  }

  /** What the node itself wants changed. */
  own(
    reason: ChangeReason,
    changes: CibChange[],
    result: HistoryResult | null,
    done: ChangeDone | null,
  ): void {
    const requests = changeRequests(changes, this.#stamp("hacluster", "hacluster"));
    const message = { kind: "change" as const, reason, requests };
    this.#parts.group.change(result === null ? message : { ...message, result }, done);
  }

  ofClient(requests: WireRequest[], peer: Peer, done: ChangeDone): void {
    const stamp = this.#stamp(peer.user, peer.user);
    const stamped = requests.map((request) => ({ ...request, stamp }));
    this.#parts.group.change({ kind: "change", reason: "client", requests: stamped }, done);
  }

  #stamp(client: string, user: string): CibStamp {
    const { nowMs, options } = this.#parts;
    const lastWritten = formatLastWritten(nowMs(), options.utcOffsetMinutes);
    return { origin: options.nodeName, client, user, lastWritten };
  }

  /** Has the CIB written when it is another than the disk's, and nothing is being written. */
  persist(): void {
    const { replica, outbox } = this.#parts.group;
    const { ground } = replica;
    // A copy that the disk has as one without quorum is confirmed: that has to be kept, too.
    if (ground === null && this.#groundKept !== null) outbox.replaced();
    const sequence = outbox.nextWrite();
    if (sequence === null) return;
    this.#groundKept = ground;
    const cib = withoutStatus(replica.cib);
    this.#parts.effects.emit({ type: "persist", sequence, cib, ground });
  }

  persisted(sequence: number, error: string | null): void {
    const { effects, group } = this.#parts;
    if (error !== null) {
      effects.log("error", `The CIB could not be written: ${error}`);
      effects.setTimer("node:persist", PERSIST_RETRY_MS);
    }
    group.outbox.written(sequence, error);
  }
}
