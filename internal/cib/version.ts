import type { Element } from "../xml/mod.ts";

/** A CIB's version: compared field by field, most significant first. */
export interface CibVersion {
  adminEpoch: number;
  epoch: number;
  numUpdates: number;
}

export const VERSION_ATTRIBUTES = ["admin_epoch", "epoch", "num_updates"] as const;

/** Version in the root element's attributes (also of a patchset's source and target); absent is 0. */
export function cibVersion(cib: Element): CibVersion {
  return {
    adminEpoch: counter(cib, "admin_epoch"),
    epoch: counter(cib, "epoch"),
    numUpdates: counter(cib, "num_updates"),
  };
}

function counter(cib: Element, name: string): number {
  const value = Number.parseInt(cib.get(name) ?? "0", 10);
  return Number.isNaN(value) ? 0 : value;
}

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareVersions(a: CibVersion, b: CibVersion): number {
  return a.adminEpoch - b.adminEpoch || a.epoch - b.epoch || a.numUpdates - b.numUpdates;
}

/** `admin_epoch.epoch.num_updates`. */
export function formatVersion(v: CibVersion): string {
  return `${v.adminEpoch}.${v.epoch}.${v.numUpdates}`;
}
