import { err, ok, type Result } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import { fits2, fits3, fits4 } from "./fits.ts";
import { upgradeFrom1 } from "./from-1.ts";
import { upgradeFrom2 } from "./from-2.ts";
import { upgradeFrom3 } from "./from-3.ts";
import { compareSchemas, LATEST_SCHEMA, parseSchema } from "./schema-name.ts";

/** One remark about something that an upgrade could not keep as it was. */
export interface UpgradeRemark {
  level: "warning" | "info";
  text: string;
}

export interface UpgradeFailure {
  message: string;
}

/**
 * The CIB in the newest schema. Steps: 1.x to 2.0 (ACLs), 2.x to 3.0 (legacy names), 3.x to 4.0
 * (references, duplicate names, lifetimes, several rules, what is no longer supported). The input
 * is not changed; a CIB that is already there, or has validate-with="none", is returned itself. A
 * step whose outcome would already be valid without it is skipped, as the original does.
 * Validation before and after is the caller's.
 */
export function upgradeCib(
  cib: Element,
  onRemark: (remark: UpgradeRemark) => void = () => {},
): Result<Element, UpgradeFailure> {
  const name = cib.get("validate-with");
  if (name === "none") return ok(cib);
  const version = name === null ? null : parseSchema(name);
  if (version === null) return err({ message: `Schema ${name ?? "(none)"} is not known` });
  if (compareSchemas(version, LATEST_SCHEMA) >= 0) return ok(cib);
  const upgraded = cib.clone();
  if (version.major === 1 && !fits2(upgraded)) upgradeFrom1(upgraded);
  if (version.major <= 2 && !fits3(upgraded)) upgradeFrom2(upgraded);
  if (!fits4(upgraded)) upgradeFrom3(upgraded, onRemark);
  upgraded.set("validate-with", "pacemaker-4.0");
  return ok(upgraded);
}
