import { upgradeCib } from "../../internal/cib/mod.ts";
import { carryDigests } from "../../internal/scheduler/mod.ts";
import { Comment, type Element, parseXml, printXml } from "../../internal/xml/mod.ts";

/** Names of parameters whose values nobody else should see. */
const SECRET =
  /passw|passwd|secret|token|private|credential|^auth|_key$|^key$|community|login|^user/i;
const HIDDEN = "**removed**";

/**
 * A CIB without secrets: values of such parameters, and comments. Digests that
 * were made with a secret are made anew without it, so that a replay finds definitions unchanged
 * (and nobody can guess at the secret). `nowMs`: when it was saved, for rules that look at the time.
 */
export function withoutSecrets(xml: string, nowMs: number): string {
  const parsed = parseXml(xml);
  // What cannot be read cannot be cleaned either.
  if (!parsed.ok) return "";
  const upgraded = upgradeCib(parsed.value);
  const original = upgraded.ok ? upgraded.value : parsed.value;
  const hidden = original.clone();
  let count = 0;
  for (const element of [...hidden.walk()]) count += clean(element);
  if (upgraded.ok && count > 0) carryDigests(original, hidden, nowMs);
  return printXml(hidden);
}

/** How many values were hidden. */
function clean(element: Element): number {
  element.children = element.children.filter((child) => !(child instanceof Comment));
  const names: string[] = [];
  if (element.name === "nvpair" && SECRET.test(element.get("name") ?? "")) {
    if (element.has("value")) names.push("value");
  }
  // Parameters of an operation or an agent stand as attributes.
  if (element.name === "attributes" || element.name === "parameters") {
    names.push(...element.attributeNames().filter((name) => SECRET.test(name)));
  }
  for (const name of names) element.set(name, HIDDEN);
  return names.length;
}

/** A log line without values that are given as `name=value` or `name: value`. */
export function lineWithoutSecrets(line: string): string {
  return line.replace(
    /\b(\w*(?:passw|passwd|secret|token|credential)\w*)(\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)/gi,
    `$1$2${HIDDEN}`,
  );
}
