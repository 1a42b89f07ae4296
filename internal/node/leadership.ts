import { type Candidate, electDc } from "../controller/mod.ts";
import type { Parts } from "./parts.ts";

/** How it came that there is a DC to be chosen. */
interface Agreement {
  /** No member was running before. */
  fresh: boolean;
  /** All members join, since some are new; else the DC was lost. */
  joining: boolean;
}

/** Who is DC, and what this node does about it. */
export class Leadership {
  readonly #parts: Parts;
  #dcName: string | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get dcName(): string | null {
    return this.#dcName;
  }

  get isDc(): boolean {
    return this.#dcName === this.#parts.options.nodeName;
  }

  /** The controller's state as the original names it. */
  get state(): string {
    const { group, rooms } = this.#parts;
    if (this.isDc) return rooms.dc.state;
    return group.synced ? "S_NOT_DC" : "S_PENDING";
  }

  /** All members choose the same one. */
  elect(agreement: Agreement): void {
    const candidates: Candidate[] = [...this.#parts.group.offers()].map(([nodeId, offer]) => ({
      nodeId,
      ...offer,
    }));
    this.#set(electDc(candidates)?.name ?? null, agreement);
  }

  /** There is no agreement any more: the ring is gone. */
  lost(): void {
    this.#set(null, null);
  }

  #set(name: string | null, agreement: Agreement | null): void {
    const { effects, leaving, requests, rooms, watchers } = this.#parts;
    const self = this.#parts.options.nodeName;
    const was = this.#dcName;
    this.#dcName = name;
    if (name !== was) effects.log("notice", `Designated Controller is ${name ?? "nobody"}`);
    if (name !== self) {
      if (was === self) rooms.controller({ type: "deposed" });
    } else if (agreement !== null) this.#start(was === self, agreement);
    rooms.attribute({ type: "writer", name });
    if (name !== null) {
      requests.askIdleAgain();
      leaving.askProbed();
    }
    watchers.cluster(this.#parts.info());
  }

  #start(sitting: boolean, agreement: Agreement): void {
    const { membership, options, rooms } = this.#parts;
    const members = membership.nodes();
    if (sitting) rooms.controller({ type: "integrating", members });
    else {
      const ring = membership.quorum?.members ?? members.map((node) => node.nodeId);
      const { startedAtMs } = options;
      rooms.controller({ type: "elected", members, ring, startedAtMs, ...agreement });
    }
    rooms.recordFencing();
  }
}
