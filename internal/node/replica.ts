import { CRM_FEATURE_SET, ExitCode } from "../base/mod.ts";
import {
  type ApplyOptions,
  applyCibRequest,
  type CibFailure,
  type CibRequest,
  type CibVersion,
  cibVersion,
  compareVersions,
  diskDigest,
} from "../cib/mod.ts";
import type { RingMember } from "../ports/mod.ts";
import { Element, parseXml, printXml } from "../xml/mod.ts";
import { compareGrounds, type Ground, offeredVersion, ownGround } from "./ground.ts";
import { fromWire, type Offer, type WireRequest } from "./messages.ts";

/** One member's process in the group: `NODEID:PID`. */
export type MemberKey = string;

export function memberKey(member: RingMember): MemberKey {
  return `${member.nodeId}:${member.pid}`;
}

export interface Applied {
  before: Element;
  after: Element;
  changed: boolean;
  configChanged: boolean;
  /** Of the last request. */
  output: Element | null;
  failure: CibFailure | null;
}

/** What the members have to do next to agree. */
export type Agreement =
  /** Offers are missing, or the image is on its way. */
  | { state: "waiting" }
  /** This member has the newest CIB and must send it. */
  | { state: "send-image"; xml: string }
  /** All hold the same CIB. */
  | { state: "agreed" };

/**
 * The CIB as a replicated state machine. Members apply the same requests in the same order; when
 * members join, all offer the version they hold, the newest wins and is sent whole. Until then no
 * request is applied, and those that arrive are dropped on every member alike (their senders, who
 * see it happen, send them again). Every decision here follows from ordered events alone.
 */
export class Replica {
  #cib: Element;
  #options: ApplyOptions;
  #members: MemberKey[] = [];
  /** Offers of the current exchange; null when the members are agreed (or there are none). */
  #offers: Map<MemberKey, Offer> | null = null;
  #source: MemberKey | null = null;
  /** Offers of the last agreement, for elections when members leave. */
  #agreed = new Map<MemberKey, Offer>();
  #synced = false;
  /** Null: the copy is its own ground. */
  #ground: Ground | null;

  constructor(cib: Element, ground: Ground | null, options: ApplyOptions) {
    this.#cib = cib;
    this.#ground = ground;
    this.#options = options;
  }

  get cib(): Element {
    return this.#cib;
  }

  get version(): CibVersion {
    return cibVersion(this.#cib);
  }

  /** What the copy stands on, to be kept with it; null: on itself. */
  get ground(): Ground | null {
    return this.#ground;
  }

  /** Members hold the same CIB and apply changes. */
  get synced(): boolean {
    return this.#synced;
  }

  get members(): readonly MemberKey[] {
    return this.#members;
  }

  /** What the current members offered when they last agreed. */
  get offers(): ReadonlyMap<MemberKey, Offer> {
    return this.#agreed;
  }

  /** What this member's offer says of its copy. */
  describe(): Pick<Offer, "version" | "digest" | "featureSet" | "ground"> {
    const { adminEpoch, epoch, numUpdates } = this.version;
    return {
      version: [adminEpoch, epoch, numUpdates],
      digest: diskDigest(this.#cib),
      featureSet: CRM_FEATURE_SET,
      ground: this.#ground ?? ownGround(this.#cib),
    };
  }

  /** The group changed. True when the members must offer (again). */
  membership(members: MemberKey[], someJoined: boolean): boolean {
    this.#members = members;
    for (const key of this.#agreed.keys()) if (!members.includes(key)) this.#agreed.delete(key);
    if (someJoined || (!this.#synced && this.#offers === null)) {
      this.#offers = new Map();
      this.#source = null;
      this.#synced = false;
      return true;
    }
    for (const key of this.#offers?.keys() ?? []) {
      if (!members.includes(key)) this.#offers?.delete(key);
    }
    if (this.#source !== null && !members.includes(this.#source)) this.#source = null;
    return false;
  }

  /** The ring is gone: alone, and not allowed to act. */
  disconnected(): void {
    this.#members = [];
    this.#offers = null;
    this.#source = null;
    this.#synced = false;
    this.#agreed.clear();
  }

  offer(from: MemberKey, offer: Offer): void {
    if (this.#members.includes(from)) this.#offers?.set(from, offer);
  }

  /** Call after each offer and each loss of a member while not synced. */
  agree(self: MemberKey): Agreement {
    const offers = this.#offers;
    if (offers === null || this.#source !== null) return { state: "waiting" };
    if (!this.#members.every((key) => offers.has(key))) return { state: "waiting" };
    const [first, ...others] = [...offers.values()];
    if (first === undefined) return { state: "waiting" };
    if (others.every((other) => other.digest === first.digest)) {
      this.#finish();
      return { state: "agreed" };
    }
    this.#source = newest(offers);
    if (this.#source !== self) return { state: "waiting" };
    return { state: "send-image", xml: printXml(this.#cib) };
  }

  /** The image of the member that won. True when it was expected and is now everyone's CIB. */
  image(from: MemberKey, xml: string): boolean {
    if (this.#offers === null || from !== this.#source) return false;
    const parsed = parseXml(xml);
    // All members see the same text; the sender printed it from a tree, so this does not happen.
    if (!parsed.ok) return false;
    this.#cib = parsed.value;
    this.#finish();
    return true;
  }

  #finish(): void {
    // Members that hold the same copy may know different things of it: what the best of them knows is true.
    const source = this.#source === null ? null : this.#offers?.get(this.#source);
    const held = source == null ? [...(this.#offers?.values() ?? [])] : [source];
    const grounds = held.flatMap(({ ground }) => (ground === undefined ? [] : [ground]));
    this.#ground = grounds.sort(compareGrounds).at(-1) ?? null;
    this.#agreed = this.#offers ?? new Map();
    this.#offers = null;
    this.#source = null;
    this.#synced = true;
  }

  /** The copy as it is now is held with quorum. */
  confirmed(): void {
    this.#ground = null;
  }

  /** Applies requests in order; a failing one is skipped, and told if it was the last. */
  apply(requests: WireRequest[], quorate: boolean): Applied {
    const before = this.#cib;
    let output: Element | null = null;
    let failure: CibFailure | null = null;
    let configChanged = false;
    for (const wire of requests) {
      const request = fromWire(wire);
      if (request === null) {
        failure = { code: 65, message: "Invalid XML", legacy: -22 };
        continue;
      }
      const result = this.#applyOne(request);
      failure = result.ok ? null : result.error;
      output = result.ok ? result.value.output : result.error.output;
      if (!result.ok) continue;
      this.#cib = result.value.cib;
      configChanged ||= result.value.configChanged;
    }
    const after = this.#cib;
    // Quorum may come back a moment before the members do: only their agreement confirms the copy.
    if (before !== after && !quorate) this.#ground ??= ownGround(before);
    return { before, after, changed: before !== after, configChanged, output, failure };
  }

  /** A query, straight from memory. */
  query(request: WireRequest): ReturnType<typeof applyCibRequest> {
    return this.#applyOne(fromWire(request)!);
  }

  /** A request that trips over a defect of ours fails on every member alike, and stops none. */
  #applyOne(request: CibRequest): ReturnType<typeof applyCibRequest> {
    try {
      return applyCibRequest(this.#cib, request, this.#options);
    } catch (error) {
      const message = `Internal error: ${error instanceof Error ? error.message : String(error)}`;
      return { ok: false, error: { code: ExitCode.SOFTWARE, message, legacy: -1, output: null } };
    }
  }
}

/**
 * What members changed without quorum while others ran with it counts for nothing: the others' changes
 * were acknowledged for good. Else a raised admin_epoch wins, then the newest ground, then the newest
 * version; among equals one that was running, then the lowest key.
 */
function newest(offers: ReadonlyMap<MemberKey, Offer>): MemberKey {
  const all = [...offers.values()];
  const quorate = all.some((offer) => offer.live && offer.quorate);
  // All members must come to the same end, those of an older version too, which know no grounds.
  const grounds = all.every((offer) => offer.ground !== undefined);
  let best: [MemberKey, Offer] | null = null;
  for (const entry of offers) {
    const [, offer] = entry;
    if (quorate && !offer.quorate) continue;
    if (best === null || newer(entry, best, grounds)) best = entry;
  }
  return best![0];
}

function newer(
  [keyA, a]: [MemberKey, Offer],
  [keyB, b]: [MemberKey, Offer],
  grounds: boolean,
): boolean {
  const [versionA, versionB] = [offeredVersion(a), offeredVersion(b)];
  const order =
    (grounds && versionA.adminEpoch === versionB.adminEpoch
      ? compareGrounds(a.ground!, b.ground!)
      : 0) || compareVersions(versionA, versionB);
  if (order !== 0) return order > 0;
  if (a.live !== b.live) return a.live;
  return keyA < keyB;
}

/** The CIB as it goes to disk: without status, which is only true while the cluster runs. */
export function withoutStatus(cib: Element): Element {
  const copy = new Element(cib.name, cib.attributes.slice());
  copy.set("num_updates", "0");
  for (const child of cib.elements()) {
    if (child.name !== "status") copy.append(child.clone());
  }
  copy.append(new Element("status"));
  return copy;
}
