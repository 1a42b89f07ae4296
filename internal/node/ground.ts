import { type CibVersion, cibVersion } from "../cib/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { Offer } from "./messages.ts";

/**
 * `[admin_epoch, epoch]` of the newest configuration with quorum that a copy of the CIB follows from: the
 * ground it stands on. A copy that was changed with quorum only is its own ground; one that was changed
 * without quorum keeps, however long that goes on, the one it had when quorum was lost.
 *
 * Why the version is not enough: it counts changes, and two sides that changed apart may count to any
 * number. Those with quorum follow from each other (any two majorities share a node), those without do
 * not. So the copy on the newest ground has every change that was acknowledged with quorum, and
 * one on an older ground lacks some. The original knows versions only, and loses such changes when a
 * node that was fenced boots alone, is changed, and then meets the others after all lost power.
 *
 * Why have-quorum is not enough: whoever starts one node of a stopped cluster, changes the
 * configuration there without quorum and then starts the rest wants to see his change, as with
 * the original. On equal ground nothing was missed, and the version decides. And whoever raises
 * admin_epoch says that this copy is to win whatever the others have, which it does.
 */
export type Ground = readonly [adminEpoch: number, epoch: number];

export function ownGround(cib: Element): Ground {
  const { adminEpoch, epoch } = cibVersion(cib);
  return [adminEpoch, epoch];
}

export function compareGrounds(a: Ground, b: Ground): number {
  return a[0] - b[0] || a[1] - b[1];
}

export function offeredVersion({ version: [adminEpoch, epoch, numUpdates] }: Offer): CibVersion {
  return { adminEpoch, epoch, numUpdates };
}
