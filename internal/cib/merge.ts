import { addScores, parseScore } from "../base/mod.ts";
import { Comment, Element } from "../xml/mod.ts";
import type { Editor } from "./editor.ts";

/**
 * Merges `update` into the first element (document order, `root` included) of its name and id;
 * false when there is none.
 */
export function updateMatch(
  editor: Editor,
  root: Element,
  update: Element,
  scores: boolean,
): boolean {
  const target = findMatch(root, update);
  if (target === null) return false;
  mergeInto(editor, target, update, scores);
  return true;
}

function findMatch(root: Element, wanted: Element): Element | null {
  const id = wanted.get("id");
  return search(root, wanted.name, (element) => element.get("id") === id);
}

/** First element of the name that passes, in document order. No generator: CIBs are large. */
function search(from: Element, name: string, test: (e: Element) => boolean): Element | null {
  if (from.name === name && test(from)) return from;
  for (const child of from.children) {
    if (!(child instanceof Element)) continue;
    const found = search(child, name, test);
    if (found !== null) return found;
  }
  return null;
}

/** First element of the name and, where the wanted one has an id, of that id. */
export function findReplaceable(root: Element, wanted: Element): Element | null {
  const id = wanted.get("id");
  return search(root, wanted.name, (element) => id === null || element.get("id") === id);
}

/** First element of the name that has every attribute of `wanted` with the same value. */
export function findDeletable(root: Element, wanted: Element): Element | null {
  const attributes = [...wanted.entries()];
  const same = (element: Element): boolean =>
    attributes.every(([name, value]) => element.get(name) === value);
  return search(root, wanted.name, same);
}

/** Sets the attributes of `update` on the target and merges its children, creating what is missing. */
function mergeInto(editor: Editor, target: Element, update: Element, scores: boolean): void {
  for (const [name, value] of update.entries()) setAttribute(editor, target, name, value, scores);
  for (const child of update.children) {
    if (child instanceof Comment) mergeComment(editor, target, child);
    if (!(child instanceof Element)) continue;
    const existing = findChild(editor.current(target), child);
    if (existing !== null) mergeInto(editor, existing, child, scores);
    else editor.insert(target, child.clone());
  }
}

function findChild(parent: Element, wanted: Element): Element | null {
  const id = wanted.get("id");
  const reference = id === null ? wanted.get("id-ref") : null;
  for (const child of parent.children) {
    if (!(child instanceof Element) || child.name !== wanted.name) continue;
    if (id !== null && idOf(child) !== id) continue;
    if (reference !== null && child.get("id-ref") !== reference) continue;
    return child;
  }
  return null;
}

/** The id comes first in nearly every element: of hundreds of histories one is looked for each time. */
function idOf(element: Element): string | null {
  const { attributes } = element;
  return attributes[0] === "id" ? attributes[1]! : element.get("id");
}

function mergeComment(editor: Editor, target: Element, comment: Comment): void {
  const same = (other: unknown): boolean =>
    other instanceof Comment && other.text.toLowerCase() === comment.text.toLowerCase();
  if (!editor.current(target).children.some(same)) editor.insert(target, new Comment(comment.text));
}

function setAttribute(
  editor: Editor,
  target: Element,
  name: string,
  value: string,
  scores: boolean,
): void {
  const old = editor.current(target).get(name);
  const now = scores && old !== null ? countUp(name, old, value) : value;
  if (old !== now) editor.editable(target).set(name, now);
}

/** The new value where `value` is `name++` or `name+=N`, else `value` itself. */
export function countUp(name: string, old: string, value: string): string {
  if (!value.startsWith(`${name}+`)) return value;
  const rest = value.slice(name.length + 1);
  if (rest[0] !== "+" && rest[0] !== "=") return value;
  const by = rest[0] === "+" ? 1 : leadingScore(rest.slice(1));
  return String(addScores(leadingScore(old), by));
}

function leadingScore(text: string): number {
  const whole = parseScore(text);
  if (whole !== null) return whole;
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? 0 : number;
}
