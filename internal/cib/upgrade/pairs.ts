import { parseScore } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";

const SETS = new Set([
  "cluster_property_set",
  "instance_attributes",
  "meta_attributes",
  "utilization",
]);

const RENAMED: Record<string, string> = {
  "crmd-finalization-timeout": "join-finalization-timeout",
  "crmd-integration-timeout": "join-integration-timeout",
  "crmd-transition-delay": "transition-delay",
};

/** Sorts sets behind other children by score, drops what 4.0 no longer has, renames properties. */
export function tidyNames(cib: Element, warn: (text: string) => void): void {
  for (const element of [...cib.walk()]) {
    sortSets(element);
    if (element.name === "nvpair") {
      if (!element.has("value")) element.remove();
      else if (element.parent?.name === "cluster_property_set") tidyProperty(element, warn);
    } else if (element.name === "date_spec" && element.unset("moon")) {
      warn(
        `Dropping moon attribute from date spec ${element.id} because moon phase is no longer supported`,
      );
    } else if (element.name === "fencing-level" && Number(element.get("index")) > 9) {
      element.remove();
    }
  }
}

function tidyProperty(pair: Element, warn: (text: string) => void): void {
  const name = pair.get("name") ?? "";
  const renamed = RENAMED[name];
  if (renamed !== undefined) pair.set("name", renamed);
  if (name === "stonith-action" && pair.get("value") === "poweroff") pair.set("value", "off");
  if (name === "remove-after-stop") {
    warn(`Dropping nvpair ${pair.id} because the remove-after-stop property is unsupported`);
    pair.remove();
  }
}

function sortSets(element: Element): void {
  const isSet = (child: unknown) => child instanceof Element && SETS.has(child.name);
  const sets = element.children.filter(isSet) as Element[];
  if (sets.length === 0) return;
  const bootstrap = (set: Element) =>
    set.name === "cluster_property_set" && set.id === "cib-bootstrap-options" ? 1 : 0;
  const score = (set: Element) => parseScore(set.get("score") ?? "0") ?? 0;
  sets.sort((a, b) => bootstrap(b) - bootstrap(a) || score(b) - score(a));
  element.children = [...element.children.filter((child) => !isSet(child)), ...sets];
}

/** Leaves one pair per name in each set: the one that takes effect. */
export function unifyPairs(cib: Element): void {
  for (const element of cib.walk()) {
    const pairs = element.elements("nvpair");
    if (pairs.length > 1) unifySet(pairs);
  }
}

function unifySet(pairs: Element[]): void {
  const lastDefault = new Map<string, number>();
  const last = new Map<string, number>();
  pairs.forEach((pair, i) => {
    const name = pair.get("name") ?? "";
    last.set(name, i);
    if (pair.get("value") === "#default") lastDefault.set(name, i);
  });
  const kept = new Set<string>();
  pairs.forEach((pair, i) => {
    const name = pair.get("name") ?? "";
    if (pair.get("value") === "#default") {
      if (i !== last.get(name)) pair.remove();
    } else if (i < (lastDefault.get(name) ?? -1) || kept.has(name)) {
      pair.remove();
    } else {
      kept.add(name);
    }
  });
}
