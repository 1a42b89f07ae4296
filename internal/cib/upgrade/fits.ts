import type { Element } from "../../xml/mod.ts";
import { FENCE_PARAMETERS, OPERATION_META, PROPERTIES, replacementFor } from "./legacy-names.ts";

/**
 * Whether a valid CIB of the version before is valid in the next one as it stands. Pacemaker then
 * only counts the version up, without transforming: so sets stay where they are, ids stay theirs.
 */
export function fits2(cib: Element): boolean {
  const acls = cib.first("configuration")?.first("acls");
  if (acls === null || acls === undefined) return true;
  const old = new Set(["acl_user", "read", "write", "deny", "role_ref"]);
  for (const element of acls.walk()) if (old.has(element.name)) return false;
  return true;
}

export function fits3(cib: Element): boolean {
  const configuration = cib.first("configuration");
  if (configuration === null) return true;
  for (const element of configuration.walk()) {
    if (!elementFits3(element)) return false;
  }
  return true;
}

const ISOLATION = /^isolation(-host|-instance|-wrapper)?$/;

function elementFits3(element: Element): boolean {
  switch (element.name) {
    case "nvpair":
      return pairFits3(element);
    case "node":
      return element.get("type") !== "normal";
    case "op":
      return !element.has("requires");
    case "rsc_colocation":
      return !element.has("score-attribute") && !element.has("score-attribute-mangle");
    default:
      return true;
  }
}

function pairFits3(pair: Element): boolean {
  const name = pair.get("name") ?? "";
  const set = pair.parent!;
  const owner = set.parent?.name ?? "";
  if (set.name === "cluster_property_set") {
    return replacementFor(PROPERTIES, name, pair.get("value") ?? "") === null;
  }
  if (owner === "op") {
    const inParameters = set.name === "instance_attributes" && OPERATION_META.has(name);
    return name !== "requires" && !inParameters;
  }
  if (owner !== "primitive" && owner !== "template") return true;
  if (set.name === "meta_attributes") return !ISOLATION.test(name);
  return name !== "pcmk_arg_map" && !FENCE_PARAMETERS.has(name);
}

export function fits4(cib: Element): boolean {
  const configuration = cib.first("configuration");
  if (configuration === null) return true;
  for (const element of configuration.walk()) {
    if (!elementFits4(element)) return false;
  }
  return true;
}

const GONE_ELEMENTS = new Set(["master", "lifetime", "rkt"]);
const GONE_PROPERTIES = new Set([
  "crmd-finalization-timeout",
  "crmd-integration-timeout",
  "crmd-transition-delay",
  "remove-after-stop",
]);

function elementFits4(element: Element): boolean {
  switch (element.name) {
    case "nvpair":
      return pairFits4(element);
    case "node":
      return element.get("type") !== "ping";
    case "rsc_location":
      return element.elements("rule").length < 2;
    case "date_spec":
      return !element.has("moon");
    case "fencing-level":
      return Number(element.get("index")) <= 9;
    case "primitive":
    case "template": {
      const cls = element.get("class");
      return cls !== "nagios" && cls !== "upstart";
    }
    default:
      return !GONE_ELEMENTS.has(element.name) && !element.has("masters");
  }
}

function pairFits4(pair: Element): boolean {
  const name = pair.get("name");
  if (pair.has("id-ref")) return name === null;
  const value = pair.get("value");
  if (value === null) return false;
  const set = pair.parent!;
  const owner = set.parent?.name ?? "";
  if (set.name === "cluster_property_set") {
    return !GONE_PROPERTIES.has(name!) && !(name === "stonith-action" && value === "poweroff");
  }
  if (set.name !== "meta_attributes") return true;
  const ofOperation = owner === "op" || owner === "op_defaults";
  return ofOperation
    ? name !== "can_fail" && name !== "role_after_failure"
    : name !== "restart-type";
}
