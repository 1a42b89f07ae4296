import { CRM_FEATURE_SET, err, ok, type Result } from "../base/mod.ts";
import { Element, findXPath } from "../xml/mod.ts";
import { sameElement } from "./compare.ts";
import { Editor } from "./editor.ts";
import { type CibFailure, CibFailures } from "./failure.ts";
import { findDeletable, findReplaceable, updateMatch } from "./merge.ts";
import { applyPatch } from "./patch.ts";
import { queryCib } from "./query.ts";
import type { CibOutcome, CibRequest } from "./request.ts";
import { findSection, sectionPath } from "./sections.ts";
import { cibVersion, compareVersions } from "./version.ts";

/** What a CIB must satisfy to be accepted; null, or why it is refused. */
export type CibCheck = (cib: Element, before: Element) => CibFailure | null;

export interface ApplyOptions {
  /** Schema validation; left out, everything well-formed is accepted. Not asked for status changes. */
  validate?: CibCheck;
  /** Turns a CIB into one of the newest schema; without it `upgrade` is refused. */
  upgrade?: (cib: Element) => Result<Element, unknown>;
  /** Whether a change is within the rights of the request's user; only asked when one is named. */
  authorize?: (before: Element, after: Element, user: string) => CibFailure | null;
  /** Hides what the user may not read. */
  readable?: (cib: Element, user: string) => Element | null;
}

interface Step {
  failure: CibFailure | null;
  output?: Element | null;
  /** Around a part that was replaced: that counts as a change even if it is as it was. */
  around?: Element;
}

const DONE: Step = { failure: null };

/**
 * Carries out one request on a CIB: a pure function, so that every node that applies the same
 * requests in the same order holds the same CIB.
 *
 * The result shares unchanged elements with `cib` (see {@link Editor} for what that means for the
 * given document's parent links); a refused request and a query leave `cib` entirely alone.
 */
export function applyCibRequest(
  cib: Element,
  request: CibRequest,
  options: ApplyOptions = {},
): Result<CibOutcome, CibFailure & { output: Element | null }> {
  const refuse = (failure: CibFailure, output: Element | null = null) =>
    err({ ...failure, output });
  const user = restrictedUser(request.user);
  if (request.operation === "query") {
    const visible = user === null ? cib : (options.readable?.(cib, user) ?? null);
    if (visible === null) return refuse(CibFailures.accessDenied);
    const found = queryCib(visible, request);
    if (found === null) return refuse(CibFailures.noObject);
    return ok({ cib, changed: false, configChanged: false, output: found });
  }
  const editor = new Editor(cib);
  const step = change(editor, request, options);
  if (step.failure !== null) return refuse(step.failure, step.output ?? null);
  const output = step.output ?? null;
  const around = step.around ?? null;
  const unchanged = !editor.changed || (wholesale(request) && sameElement(cib, editor.root));
  if (unchanged && around === null) {
    return ok({ cib, changed: false, configChanged: false, output });
  }
  const configChanged =
    (around !== null && isInConfiguration(around)) || configurationDiffers(cib, editor.root);
  const refused = finish(editor, cib, request, { ...options, configChanged }, user);
  if (refused !== null) return refuse(refused);
  return ok({ cib: editor.commit(), changed: true, configChanged, output });
}

function restrictedUser(user: string | undefined): string | null {
  return user === undefined || user === "root" || user === "hacluster" ? null : user;
}

/** Operations that put in something new whether or not it differs. */
function wholesale({ operation }: CibRequest): boolean {
  return operation === "replace" || operation === "apply_patch" || operation === "erase";
}

function isInConfiguration(element: Element): boolean {
  return element.name === "configuration" || element.ancestor("configuration") !== null;
}

function configurationDiffers(before: Element, after: Element): boolean {
  const [a, b] = [before.first("configuration"), after.first("configuration")];
  if (a === b) return false;
  return a === null || b === null || !sameElement(a, b);
}

/** Counts the version on, checks it, the rights and the schema, and stamps the root. */
function finish(
  editor: Editor,
  before: Element,
  request: CibRequest,
  options: ApplyOptions & { configChanged: boolean },
  user: string | null,
): CibFailure | null {
  const [old, now] = [cibVersion(before), cibVersion(editor.root)];
  const backwards = compareVersions({ ...now, numUpdates: 0 }, { ...old, numUpdates: 0 }) < 0;
  if (backwards) return CibFailures.oldData;
  const root = editor.editable(editor.root);
  if (user !== null) {
    const denied = options.authorize?.(before, root, user) ?? null;
    if (options.authorize === undefined) return CibFailures.accessDenied;
    if (denied !== null) return denied;
  }
  const { configChanged } = options;
  if (configChanged) {
    root.set("epoch", String(now.epoch + 1)).set("num_updates", "0");
  } else {
    root.set("num_updates", String(now.numUpdates + 1));
  }
  const { stamp } = request;
  if (configChanged && stamp !== undefined) {
    root.set("update-origin", stamp.origin).set("update-client", stamp.client);
    root.set("update-user", stamp.user).set("cib-last-written", stamp.lastWritten);
  }
  if (request.scope === "status") return null;
  return options.validate?.(root, before) ?? null;
}

function change(editor: Editor, asked: CibRequest, options: ApplyOptions): Step {
  const request = narrowed(asked);
  switch (request.operation) {
    case "create":
      return create(editor, request);
    case "modify":
      return modify(editor, request);
    case "delete":
    case "delete_all":
      return remove(editor, request);
    case "replace":
      return replace(editor, request);
    case "erase":
      return erase(editor);
    case "bump":
      return raise(editor, "epoch");
    case "apply_patch": {
      if (request.input === undefined) return { failure: CibFailures.invalid };
      return { failure: applyPatch(editor, request.input, false) };
    }
    case "upgrade":
      return upgrade(editor, options);
    case "query":
      return { failure: CibFailures.invalid };
  }
}

/** Of a whole CIB only the section counts that the request is for. */
function narrowed(request: CibRequest): CibRequest {
  const { input, xpath } = request;
  const scope = scopeOf(request);
  if (scope === undefined || xpath !== undefined || input?.name !== "cib") return request;
  const { input: _, ...rest } = request;
  const section = findSection(input, scope);
  return section === null ? rest : { ...rest, input: section };
}

/** The section asked for, `undefined` for the whole CIB. */
function scopeOf(request: CibRequest): string | undefined {
  return request.scope === "all" ? undefined : request.scope;
}

function create(editor: Editor, request: CibRequest): Step {
  const { input } = request;
  if (input === undefined) return { failure: CibFailures.invalid };
  const scope = scopeOf(request);
  const whole = scope === undefined || scope === "cib" || input.name === "cib";
  if (whole && request.xpath === undefined) {
    const { scope: _, ...rest } = request;
    return modify(editor, rest);
  }
  // As the original: creating does not look at an XPath, it then adds to the root.
  const section = findSection(editor.root, scope);
  const objects = input.name === scope ? input.elements() : [input];
  for (const object of objects) {
    const failure = createObject(editor, section, object);
    if (failure !== null) return { failure, output: failedUpdate(object, failure) };
  }
  return DONE;
}

function createObject(editor: Editor, section: Element | null, object: Element): CibFailure | null {
  if (section === null) return CibFailures.invalid;
  const id = object.get("id");
  const inside = editor.current(section);
  const taken = id === null ? inside.first(object.name) : inside.child(object.name, id);
  if (taken !== null) return CibFailures.exists;
  editor.insert(section, object.clone());
  return null;
}

function failedUpdate(object: Element, failure: CibFailure): Element {
  const update = new Element("failed_update", {});
  if (object.has("id")) update.set("id", object.id);
  update.set("object-type", object.name).set("operation", "cib_create");
  update.set("reason", failure.message).append(object.clone());
  return new Element("failed", {}, [update]);
}

function modify(editor: Editor, request: CibRequest): Step {
  const { input } = request;
  if (input === undefined) return { failure: CibFailures.invalid };
  const scores = request.scoreUpdate === true;
  if (request.xpath !== undefined) {
    const matches = elementsAt(editor.root, request.xpath);
    if (matches.length === 0) return { failure: CibFailures.noObject };
    const found = updateMatch(editor, matches[0]!, input, scores);
    return found ? DONE : { failure: CibFailures.noObject };
  }
  const scope = scopeOf(request);
  let section = findSection(editor.root, scope);
  if (section === null) {
    // A section that is not there yet is made, below the part of its path that is.
    const path = sectionPath(scope);
    const parent = findSection(editor.root, path.length > 1 ? path[0] : undefined);
    if (parent === null) return { failure: CibFailures.invalid };
    section = new Element(path.at(-1)!);
    editor.insert(parent, section);
  }
  if (updateMatch(editor, section, input, scores)) return DONE;
  if (request.allowCreate !== true) return { failure: CibFailures.noObject };
  editor.insert(section, input.clone());
  return DONE;
}

function remove(editor: Editor, request: CibRequest): Step {
  const { input } = request;
  if (request.xpath !== undefined) {
    const matches = elementsAt(editor.root, request.xpath);
    const victims = request.operation === "delete_all" ? outermost(matches) : matches.slice(0, 1);
    for (const victim of victims) {
      if (victim.parent === null) return { failure: CibFailures.invalid };
      editor.remove(victim);
    }
    return DONE;
  }
  if (input === undefined) return { failure: CibFailures.invalid };
  const section = findSection(editor.root, scopeOf(request));
  if (section === null) return DONE;
  const wanted = input.name === section.name ? input.elements() : [input];
  for (const each of wanted) {
    const victim = findDeletable(editor.current(section), each);
    if (victim !== null && victim !== editor.root) editor.remove(victim);
  }
  return DONE;
}

/** Matches that lie in no other match. */
function outermost(matches: Element[]): Element[] {
  const all = new Set(matches);
  return matches.filter((match) => {
    for (let up = match.parent; up !== null; up = up.parent) if (all.has(up)) return false;
    return true;
  });
}

function replace(editor: Editor, request: CibRequest): Step {
  const { input } = request;
  if (input === undefined) return { failure: CibFailures.invalid };
  if (request.xpath !== undefined) {
    const match = elementsAt(editor.root, request.xpath)[0];
    if (match === undefined) return { failure: CibFailures.noObject };
    if (match.parent === null) return { failure: CibFailures.invalid };
    const { parent } = match;
    editor.remove(match);
    editor.insert(parent, input.clone());
    return { failure: null, around: parent };
  }
  if (input.name === "cib") {
    if (compareVersions(cibVersion(input), cibVersion(editor.root)) < 0) {
      return { failure: CibFailures.oldData };
    }
    editor.setRoot(input.clone());
    return DONE;
  }
  const scope = scopeOf(request);
  const section = findSection(editor.root, scope === input.name ? undefined : scope);
  const target = section === null ? null : findReplaceable(section, input);
  if (target === null) return { failure: CibFailures.noObject };
  const around = target.parent ?? target;
  if (!sameElement(target, input)) editor.replace(target, input.clone());
  return { failure: null, around };
}

function erase(editor: Editor): Step {
  const old = editor.root;
  const sections = ["crm_config", "nodes", "resources", "constraints"];
  const configuration = new Element("configuration");
  for (const name of sections) configuration.append(new Element(name));
  const empty = new Element("cib", {}, [configuration, new Element("status")]);
  for (const name of ["crm_feature_set", "validate-with", "epoch", "num_updates", "admin_epoch"]) {
    const value = old.get(name) ?? (name === "crm_feature_set" ? CRM_FEATURE_SET : null);
    if (value !== null) empty.set(name, value);
  }
  for (const [name, value] of old.entries()) if (!empty.has(name)) empty.set(name, value);
  editor.setRoot(empty);
  return raise(editor, "admin_epoch");
}

function raise(editor: Editor, counter: "epoch" | "admin_epoch"): Step {
  const version = cibVersion(editor.root);
  const value = counter === "epoch" ? version.epoch : version.adminEpoch;
  editor.editable(editor.root).set(counter, String(value + 1));
  return DONE;
}

function upgrade(editor: Editor, options: ApplyOptions): Step {
  if (options.upgrade === undefined) return { failure: CibFailures.notSupported };
  const upgraded = options.upgrade(editor.root);
  if (!upgraded.ok) return { failure: CibFailures.transformFailed };
  if (upgraded.value.get("validate-with") === editor.root.get("validate-with")) return DONE;
  const root = upgraded.value === editor.root ? upgraded.value.clone() : upgraded.value;
  // A new schema is a new era of the configuration: its counting starts again, with 1 as in the
  // original, and goes on from there with what this request itself counts for.
  root.set("admin_epoch", String(cibVersion(root).adminEpoch + 1));
  root.set("epoch", "1").set("num_updates", "1");
  editor.setRoot(root);
  return DONE;
}

function elementsAt(root: Element, xpath: string): Element[] {
  return findXPath(root, xpath) ?? [];
}
