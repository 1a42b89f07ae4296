import { Comment, type Element, parseXml, printXml } from "../../internal/xml/mod.ts";

/** Names of parameters whose values nobody else should see. */
const SECRET =
  /passw|passwd|secret|token|private|credential|^auth|_key$|^key$|community|login|^user/i;
const HIDDEN = "**removed**";

/** A CIB without secrets: values of such parameters, names of ACL users, and comments. */
export function withoutSecrets(xml: string): string {
  const parsed = parseXml(xml);
  // What cannot be read cannot be cleaned either.
  if (!parsed.ok) return "";
  for (const element of [...parsed.value.walk()]) clean(element);
  return printXml(parsed.value);
}

function clean(element: Element): void {
  element.children = element.children.filter((child) => !(child instanceof Comment));
  if (element.name === "nvpair" && SECRET.test(element.get("name") ?? "")) {
    if (element.has("value")) element.set("value", HIDDEN);
  }
  // Parameters of an operation or an agent stand as attributes.
  if (element.name === "attributes" || element.name === "parameters") {
    for (const name of element.attributeNames()) {
      if (SECRET.test(name)) element.set(name, HIDDEN);
    }
  }
}

/** A log line without values that are given as `name=value` or `name: value`. */
export function lineWithoutSecrets(line: string): string {
  return line.replace(
    /\b(\w*(?:passw|passwd|secret|token|credential)\w*)(\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)/gi,
    `$1$2${HIDDEN}`,
  );
}
