import { err, ok, type Result } from "../base/mod.ts";
import { Comment, Element, type Node, Text } from "../xml/mod.ts";
import { cibDigest } from "./digest.ts";
import { Editor } from "./editor.ts";
import { type CibFailure, CibFailures } from "./failure.ts";
import { VERSION_ATTRIBUTES } from "./version.ts";

/**
 * Applies a version 2 patchset. The CIB's version must be the patchset's source (unless
 * `anyVersion`), every path must be found, and a digest the patchset carries must fit the result.
 * The result shares what did not change with `cib`, see {@link Editor}.
 */
export function patchCib(
  cib: Element,
  patch: Element,
  options: { anyVersion?: boolean } = {},
): Result<Element, CibFailure> {
  const editor = new Editor(cib);
  const refused = applyPatch(editor, patch, options.anyVersion === true);
  return refused === null ? ok(editor.commit()) : err(refused);
}

/** Applies a patchset within an editing; null, or why it cannot be (the editing is then spoiled). */
export function applyPatch(editor: Editor, patch: Element, anyVersion: boolean): CibFailure | null {
  if (patch.name !== "diff" || patch.get("format") !== "2") return CibFailures.invalid;
  const outdated = anyVersion ? null : checkVersion(editor.root, patch);
  if (outdated !== null) return outdated;
  const placed: Placing[] = [];
  let failed = false;
  for (const change of patch.elements("change")) {
    if (!prepare(editor, change, placed)) failed = true;
  }
  placed.sort((a, b) => a.position - b.position);
  for (const each of placed) if (!place(editor, each)) failed = true;
  if (failed) return CibFailures.diffFailed;
  const digest = patch.get("digest");
  if (digest !== null && digest !== cibDigest(editor.root)) return CibFailures.diffFailed;
  return null;
}

interface Placing {
  kind: "create" | "move";
  position: number;
  /** The parent for create, the node itself for move. */
  node: Node;
  change: Element;
}

/** Carries out a deletion or modification; creations and moves wait for {@link place}. */
function prepare(editor: Editor, change: Element, placed: Placing[]): boolean {
  const operation = change.get("operation");
  if (operation === null) return true;
  const position = integer(change.get("position"));
  const found = findPath(editor, change.get("path") ?? "", operation === "delete" ? position : -1);
  if (found === null) return operation === "delete";
  switch (operation) {
    case "delete":
      if (found === editor.root) return false;
      editor.remove(found);
      return true;
    case "modify":
      return found instanceof Element && setAttributes(editor, found, change);
    case "create":
    case "move":
      if (operation === "move" && found.parent === null) return false;
      placed.push({ kind: operation, position, node: found, change });
      return true;
    default:
      return false;
  }
}

function setAttributes(editor: Editor, target: Element, change: Element): boolean {
  const result = change.first("change-result")?.first();
  if (result === null || result === undefined) return false;
  const { attributes } = editor.editable(target);
  attributes.splice(0, attributes.length, ...result.attributes);
  return true;
}

function place(editor: Editor, { kind, position, node, change }: Placing): boolean {
  // A later change of the same patchset may have deleted what an earlier one named.
  const anchor = node instanceof Element ? node : node.parent!;
  if (!editor.has(anchor)) return false;
  if (kind === "move") {
    const parent = editor.current(node.parent!);
    if (position < 0 || position >= parent.children.length) return false;
    editor.move(node, position);
    return true;
  }
  const content = change.children.find((n) => !(n instanceof Text));
  if (content === undefined || !(node instanceof Element)) return false;
  const parent = editor.current(node);
  const copy = content instanceof Element ? content.clone() : new Comment(content.text);
  const index = position < 0 ? parent.children.length : Math.min(position, parent.children.length);
  editor.insert(parent, copy, index);
  return true;
}

/** Follows `/cib/configuration/…/name[@id='x']` from the root; `position` tells comments apart. */
function findPath(editor: Editor, path: string, position: number): Node | null {
  const steps = splitPath(path);
  const root = editor.root;
  if (steps.length === 0 || !fits(root, steps[0]!)) return null;
  let current: Node = root;
  for (let i = 1; i < steps.length; i++) {
    if (!(current instanceof Element)) return null;
    const last = i === steps.length - 1;
    const next = findChild(current, steps[i]!, last ? position : -1);
    if (next === null) return null;
    current = next;
  }
  return current;
}

interface Step {
  name: string;
  id: string | null;
}

const STEP = /\/([^/[]+)(?:\[@id=(?:'([^']*)'|"([^"]*)")\])?/y;

function splitPath(path: string): Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  for (let match = STEP.exec(path); match !== null; match = STEP.exec(path)) {
    steps.push({ name: match[1]!, id: match[2] ?? match[3] ?? null });
    if (STEP.lastIndex === path.length) return steps;
  }
  return [];
}

function fits(element: Element, step: Step): boolean {
  return element.name === step.name && (step.id === null || element.get("id") === step.id);
}

function findChild(parent: Element, step: Step, position: number): Node | null {
  let index = 0;
  for (const child of parent.children) {
    if (child instanceof Element) {
      if (fits(child, step)) return child;
    } else if (child instanceof Comment && step.name === "comment") {
      if (position < 0 || position === index) return child;
    }
    if (!(child instanceof Text)) index += 1;
  }
  return null;
}

/** A patch without versions fits any CIB; one whose target is not above its source fits none. */
function checkVersion(cib: Element, patch: Element): CibFailure | null {
  const version = patch.first("version");
  const source = version?.first("source") ?? null;
  const target = version?.first("target") ?? null;
  let newer = target === null;
  for (const name of VERSION_ATTRIBUTES) {
    const now = Math.max(0, integer(cib.get(name)));
    const from = source === null ? now : integer(source.get(name) ?? String(now));
    if (now < from) return CibFailures.diffFailed;
    if (now > from) return CibFailures.oldData;
    if (target !== null && integer(target.get(name)) > from) newer = true;
  }
  return newer ? null : CibFailures.oldData;
}

function integer(text: string | null): number {
  const value = Number.parseInt(text ?? "-1", 10);
  return Number.isNaN(value) ? -1 : value;
}
