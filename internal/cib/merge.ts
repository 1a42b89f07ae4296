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
  for (const element of root.walk()) {
    if (element.name === wanted.name && element.get("id") === id) return element;
  }
  return null;
}

/** First element of the name and, where the wanted one has an id, of that id. */
export function findReplaceable(root: Element, wanted: Element): Element | null {
  const id = wanted.get("id");
  for (const element of root.walk()) {
    if (element.name !== wanted.name) continue;
    if (id === null || element.get("id") === id) return element;
  }
  return null;
}

/** First element of the name that has every attribute of `wanted` with the same value. */
export function findDeletable(root: Element, wanted: Element): Element | null {
  for (const element of root.walk()) {
    if (element.name !== wanted.name) continue;
    let same = true;
    for (const [name, value] of wanted.entries()) same &&= element.get(name) === value;
    if (same) return element;
  }
  return null;
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
    if (id !== null ? child.get("id") !== id : false) continue;
    if (reference !== null && child.get("id-ref") !== reference) continue;
    return child;
  }
  return null;
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
