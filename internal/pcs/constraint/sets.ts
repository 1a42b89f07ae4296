import { Element } from "../../xml/mod.ts";
import {
  checkNames,
  checkValues,
  oneOf,
  type Pairs,
  pacemakerBoolean,
  type ValueRule,
} from "../checks/mod.ts";
import { notFound } from "../cib/find.ts";
import { checkId, elementsById, IdProvider } from "../cib/ids.ts";
import { constraintsOf } from "../cib/sections.ts";
import { keyValues, splitList } from "../frame/arguments.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, LibraryError } from "../frame/report.ts";
import {
  ACTIONS,
  checkConstrainable,
  ROLES,
  reportDuplicates,
  roleForCib,
  setMembers,
} from "./checks.ts";

interface ResourceSet {
  ids: string[];
  options: Pairs;
}

/** How one kind of constraint is made of resource sets. */
export interface SetKind {
  tag: string;
  /** First part of generated ids. */
  prefix: string;
  optionNames: readonly string[];
  /** Checks the options of the constraint itself and returns its attributes, or throws. */
  attributes(options: Pairs): Map<string, string>;
  /** Whether another constraint says the same; by default when its sets are the same. */
  same?(added: Element, existing: Element): boolean;
}

const SET_OPTIONS: Record<string, ValueRule> = {
  action: oneOf(...ACTIONS),
  "require-all": pacemakerBoolean,
  role: oneOf(...ROLES),
  sequential: pacemakerBoolean,
};

/** `constraint KIND set R... [options] [set ...]... [setoptions ...]`. */
export async function createWithSets(
  context: PcsContext,
  argv: string[],
  options: Options,
  kind: SetKind,
): Promise<void> {
  options.allowOnly(["-f", "--force"]);
  const { sets, constraintOptions } = parseSets(argv);
  const cib = await context.cib();
  const ids = new IdProvider(cib);
  const attributes = constraintAttributes(ids, kind, sets, constraintOptions);
  for (const set of sets) checkSet(context, cib, set, options.force);
  const element = new Element(kind.tag, Object.fromEntries(attributes));
  for (const set of sets) {
    const setElement = new Element("resource_set", Object.fromEntries(set.options));
    const role = set.options.get("role");
    if (role !== undefined) setElement.set("role", roleForCib(cib, role));
    setElement.set("id", ids.allocate(`${element.id}_set`));
    for (const id of set.ids) setElement.append(new Element("resource_ref", { id }));
    element.append(setElement);
  }
  constraintsOf(cib).append(element);
  const same = kind.same ?? ((added, existing) => setMembers(added) === setMembers(existing));
  reportDuplicates(context, element, options.force, (existing) => same(element, existing));
  await context.pushCib();
}

function parseSets(argv: string[]): { sets: ResourceSet[]; constraintOptions: Pairs } {
  const [words = [], optionWords = [], ...more] = splitList(argv, "setoptions");
  if (more.length > 0) {
    throw new CommandLineError("Keyword 'setoptions' may be mentioned at most once");
  }
  if (words.length === 0) throw new CommandLineError();
  const sets = splitList(words, "set").map((part) => ({
    ids: part.filter((word) => !word.includes("=")),
    options: keyValues(part.filter((word) => word.includes("="))),
  }));
  if (sets.some((set) => set.ids.length === 0)) throw new CommandLineError();
  return { sets, constraintOptions: keyValues(optionWords) };
}

function constraintAttributes(
  ids: IdProvider,
  kind: SetKind,
  sets: readonly ResourceSet[],
  options: Pairs,
): Map<string, string> {
  const unknown = checkNames(options, [...kind.optionNames, "id"], null);
  if (unknown.length > 0) throw new LibraryError(unknown);
  let id = options.get("id");
  if (id === undefined) {
    // Short and without whole names of resources: these may leave the constraint one day.
    const names = sets.flatMap((set) => set.ids).slice(0, 3);
    id = ids.allocate(`${kind.prefix}_set_${names.map((n) => n[0]! + n.at(-1)!).join("")}`);
  } else {
    const wrong = checkId(id, "constraint id");
    const reports = wrong.length > 0 ? wrong : ids.book(id);
    if (reports.length > 0) throw new LibraryError(reports);
  }
  return kind.attributes(new Map([...options, ["id", id]]));
}

function checkSet(context: PcsContext, cib: Element, set: ResourceSet, forced: boolean): void {
  context.report.all(checkNames(set.options, Object.keys(SET_OPTIONS), "set"));
  context.report.all(checkValues(set.options, SET_OPTIONS));
  context.report.stopOnErrors();
  for (const id of set.ids) {
    const element = elementsById(cib, id)[0];
    if (element === undefined) context.report.add(notFound(id, []));
    else context.report.all(checkConstrainable(element, forced));
    context.report.stopOnErrors();
  }
}
