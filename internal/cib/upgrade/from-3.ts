import type { Element } from "../../xml/mod.ts";
import { mergeLifetimes } from "./lifetimes.ts";
import { tidyNames, unifyPairs } from "./pairs.ts";
import { resolveReferences, restoreReferences } from "./references.ts";
import { modernizeResources, splitLocations } from "./resources.ts";
import { dropUnsupported } from "./unsupported.ts";
import type { UpgradeRemark } from "./upgrade.ts";

/** Prefix of every id that the upgrade makes up. */
export const NEW_ID = "pcmk__3_10_upgrade-";

/** Turns a 3.x CIB into a 4.0 one, in place. The order of the steps is observable in the result. */
export function upgradeFrom3(cib: Element, onRemark: (remark: UpgradeRemark) => void): void {
  const warn = (text: string) => onRemark({ level: "warning", text });
  const copies = resolveReferences(cib);
  tidyNames(cib, warn);
  unifyPairs(cib);
  modernizeResources(cib);
  splitLocations(cib, copies);
  mergeLifetimes(cib, copies, warn);
  dropUnsupported(cib, onRemark);
  restoreReferences(cib, copies);
}
