import type { Element } from "../../xml/mod.ts";
import { constraintsOf } from "../cib/sections.ts";
import { requireUnique } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { byCodePoint, formatList, indent } from "../frame/text.ts";
import { statusUnknown } from "../rule/data.ts";
import { loadConstraints } from "./config.ts";
import { constraintIds, constraintsOfResources, locationRuleIds } from "./data.ts";

/** Removes constraints and rules by id; a location constraint without its last rule goes too. */
export async function removeConstraints(
  context: PcsContext,
  ids: readonly string[],
): Promise<void> {
  const cib = await context.cib();
  const section = constraintsOf(cib);
  for (const id of ids) {
    const found = section.elements().find((constraint) => constraint.id === id);
    if (found !== undefined) {
      dropElement(cib, found);
      continue;
    }
    for (const constraint of section.elements("rsc_location")) {
      const rule = constraint.child("rule", id);
      if (rule === null) continue;
      dropElement(cib, rule);
      if (constraint.first("rule") === null) dropElement(cib, constraint);
    }
  }
  await context.pushCibPlainly();
}

/** Takes an element out with the access rights that name it or what is in it. */
function dropElement(cib: Element, element: Element): void {
  const ids = new Set([...element.walk()].map((inner) => inner.id));
  element.remove();
  for (const permission of cib.descendants("acl_permission")) {
    if (ids.has(permission.get("reference") ?? "")) permission.remove();
  }
}

/** `constraint delete | remove ID...`. */
export async function constraintRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  requireUnique(argv);
  const data = await loadConstraints(context, statusUnknown);
  const known = new Set([...constraintIds(data), ...locationRuleIds(data)]);
  const missing = argv.filter((id) => !known.has(id));
  if (missing.length > 0) {
    throw new CommandLineError(
      `Unable to find constraints or constraint rules: ${formatList(missing)}`,
    );
  }
  await removeConstraints(context, argv);
}

/** `constraint location delete | remove ID...`, as earlier releases had it. */
export async function locationRemove(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  context.report.deprecation(
    "This command is deprecated and will be removed. Please use 'pcs constraint delete' or 'pcs " +
      "constraint remove' instead.",
  );
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  requireUnique(argv);
  const data = await loadConstraints(context, statusUnknown);
  const known = [...data.location, ...data.location_set].map((c) => c.attributes.constraint_id);
  const missing = argv.filter((id) => !known.includes(id));
  if (missing.length > 0) {
    throw new CommandLineError(`Unable to find location constraints: ${formatList(missing)}`);
  }
  await removeConstraints(context, argv);
}

/** `constraint ref RESOURCE...`: ids of the constraints that name the resources. */
export async function constraintRef(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length === 0) throw new CommandLineError();
  const data = await loadConstraints(context, statusUnknown);
  const cib = await context.cib();
  for (const id of [...new Set(argv)].sort(byCodePoint)) {
    const names = new Set([id]);
    // A cloned primitive is constrained through its clone.
    const parent = cib.byId(id, "primitive")?.parent;
    if (parent?.name === "clone" || parent?.name === "master") names.add(parent.id);
    const ids = constraintIds(constraintsOfResources(data, names)).sort(byCodePoint);
    context.print(`Resource: ${id}`, ...indent(ids.length > 0 ? ids : ["No Matches"]));
  }
}
