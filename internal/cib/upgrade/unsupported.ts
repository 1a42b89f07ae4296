import type { Element } from "../../xml/mod.ts";
import type { UpgradeRemark } from "./upgrade.ts";

type Remark = (remark: UpgradeRemark) => void;

const GONE_CLASSES = new Set(["nagios", "upstart"]);
const RESOURCE_NAMES = new Set(["template", "primitive", "group", "clone", "bundle"]);

/** Drops what has no counterpart in 4.0, and the constraints that only concern it. */
export function dropUnsupported(cib: Element, onRemark: Remark): void {
  const gone = goneResources(cib, onRemark);
  for (const pair of cib.descendants("nvpair")) dropMeta(pair, onRemark);
  const constraints = cib.first("configuration")?.first("constraints");
  if (constraints !== null && constraints !== undefined) {
    for (const constraint of constraints.elements()) tidyConstraint(constraint, gone);
  }
  if (gone.size === 0) return;
  for (const reference of cib.descendants("resource_ref")) {
    if (gone.has(reference.id)) reference.remove();
  }
}

function goneResources(cib: Element, onRemark: Remark): Set<string> {
  const gone = new Set<string>();
  const warn = (text: string) => onRemark({ level: "warning", text });
  const info = (text: string) => onRemark({ level: "info", text });
  const resources = cib.first("configuration")?.first("resources");
  if (resources === null || resources === undefined) return gone;
  const templates = new Map(resources.elements("template").map((t) => [t.id, t]));
  const goneClass = (element: Element | undefined) =>
    element !== undefined && GONE_CLASSES.has((element.get("class") ?? "").toLowerCase());
  const primitiveGoes = (primitive: Element) => {
    const template = primitive.get("template");
    if (goneClass(primitive)) return true;
    return template !== null && (!templates.has(template) || goneClass(templates.get(template)));
  };
  const drop = (element: Element) => {
    gone.add(element.id);
    element.remove();
  };
  for (const element of [...resources.walk()].reverse()) {
    if (element.name === "primitive" && primitiveGoes(element)) {
      const template = templates.get(element.get("template") ?? "");
      const cls = element.get("class") ?? template?.get("class") ?? "";
      warn(`Dropping resource ${element.id} because ${cls} resources are no longer supported`);
      drop(element);
    } else if (
      (element.name === "group" && element.first("primitive") === null) ||
      (element.name === "clone" && element.descendants("primitive").length === 0)
    ) {
      info(`Dropping ${element.name} ${element.id} because it would become empty`);
      drop(element);
    } else if (element.name === "bundle" && element.first("rkt") !== null) {
      warn(`Dropping bundle resource ${element.id} because rkt containers are no longer supported`);
      drop(element);
    }
  }
  for (const template of templates.values()) {
    if (!goneClass(template)) continue;
    const cls = template.get("class");
    warn(`Dropping template ${template.id} because ${cls} resources are no longer supported`);
    template.remove();
  }
  return gone;
}

function dropMeta(pair: Element, onRemark: Remark): void {
  const set = pair.parent;
  if (set?.name !== "meta_attributes") return;
  const name = pair.get("name");
  const owner = set.parent?.name ?? "";
  const warn = (advice: string) =>
    onRemark({
      level: "warning",
      text: `Dropping ${name} meta-attribute from ${set.id} because it is no longer supported. ${advice}`,
    });
  if (name === "restart-type" && (RESOURCE_NAMES.has(owner) || owner === "rsc_defaults")) {
    warn('Consider setting the "kind" attribute for relevant constraints');
    pair.remove();
  } else if (
    (name === "can_fail" || name === "role_after_failure") &&
    (owner === "op" || owner === "op_defaults")
  ) {
    warn('Consider setting the "on-fail" operation attribute instead');
    pair.remove();
  }
}

/** Drops sets that would be empty, and the constraint if it names nothing that is left. */
function tidyConstraint(constraint: Element, gone: Set<string>): void {
  const named = ["rsc", "with-rsc", "first", "then"].map((name) => constraint.get(name));
  const sets = constraint.elements("resource_set");
  let left = sets.length;
  for (const set of sets) {
    if (set.elements("resource_ref").every((reference) => gone.has(reference.id))) {
      set.remove();
      left -= 1;
    }
  }
  const emptied = sets.length > 0 && left === 0;
  if (emptied || named.some((id) => id !== null && gone.has(id))) constraint.remove();
}
