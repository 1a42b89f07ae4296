import { Limits } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import type { CharTest } from "./bracket.ts";
import { type Piece, type Place, parsePattern } from "./parse.ts";

type Step =
  | { kind: "char"; test: CharTest }
  | { kind: "place"; at: Place }
  /** Both ways, the first one preferred. */
  | { kind: "fork"; first: number; second: number }
  | { kind: "jump"; to: number }
  | { kind: "save"; slot: number }
  | { kind: "match" };

/** One way through the steps, and what it has passed so far. */
interface Way {
  step: number;
  saved: readonly number[];
}

const WORD = /[\p{L}\p{N}_]/u;

/**
 * A POSIX extended regular expression. All ways through it are followed at once, so that matching
 * takes at most pattern × text steps: patterns come from configurations and tools, and what
 * backtracks (as JavaScript's own do) can be made to take years.
 */
export class PosixPattern {
  readonly #steps: readonly Step[];
  readonly #slots: number;

  private constructor(steps: readonly Step[], slots: number) {
    this.#steps = steps;
    this.#slots = slots;
  }

  /** The error says in words what is wrong with it. */
  static compile(source: string): Result<PosixPattern, string> {
    const parsed = parsePattern(source);
    if (!parsed.ok) return parsed;
    const steps: Step[] = [];
    const body: Piece = { kind: "group", number: 0, body: parsed.value.body };
    if (!emit(steps, body)) return err(`it has more than ${Limits.patternSteps} steps`);
    steps.push({ kind: "match" });
    return ok(new PosixPattern(steps, 2 * (parsed.value.groups + 1)));
  }

  test(text: string): boolean {
    return this.exec(text) !== null;
  }

  /** The first match, the longest from there, and what its groups stand for; null for none. */
  exec(text: string): (string | undefined)[] | null {
    const chars = [...text];
    const nothing: readonly number[] = new Array(this.#slots).fill(-1);
    let best: readonly number[] | null = null;
    let ways: Way[] = [];
    for (let at = 0; at <= chars.length; at++) {
      const seen = new Uint8Array(this.#steps.length);
      const next: Way[] = [];
      for (const way of ways) this.#follow(way, chars, at, seen, next);
      // Once something matches, what begins further right cannot be the first match.
      if (best === null) this.#follow({ step: 0, saved: nothing }, chars, at, seen, next);
      ways = [];
      for (const way of next) {
        const step = this.#steps[way.step]!;
        if (step.kind === "match") {
          if (best === null || way.saved[0]! <= best[0]!) best = way.saved;
        } else if (step.kind === "char" && at < chars.length && step.test(chars[at]!)) {
          ways.push({ step: way.step + 1, saved: way.saved });
        }
      }
      const first = best?.[0];
      if (first !== undefined) ways = ways.filter((way) => way.saved[0]! <= first);
      if (best !== null && ways.length === 0) break;
    }
    if (best === null) return null;
    const found: (string | undefined)[] = [];
    for (let slot = 0; slot < this.#slots; slot += 2) {
      const [from, to] = [best[slot]!, best[slot + 1]!];
      found.push(from < 0 || to < 0 ? undefined : chars.slice(from, to).join(""));
    }
    return found;
  }

  /** Goes on to the next steps that ask for a character or are the end; the preferred come first. */
  #follow(from: Way, chars: readonly string[], at: number, seen: Uint8Array, into: Way[]): void {
    const waiting: Way[] = [from];
    for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
      if (seen[way.step] === 1) continue;
      seen[way.step] = 1;
      const { saved } = way;
      const step = this.#steps[way.step]!;
      if (step.kind === "char" || step.kind === "match") into.push(way);
      else if (step.kind === "jump") waiting.push({ step: step.to, saved });
      else if (step.kind === "fork") {
        waiting.push({ step: step.second, saved }, { step: step.first, saved });
      } else if (step.kind === "save") {
        waiting.push({ step: way.step + 1, saved: saved.with(step.slot, at) });
      } else if (holds(step.at, chars, at)) waiting.push({ step: way.step + 1, saved });
    }
  }
}

function holds(place: Place, chars: readonly string[], at: number): boolean {
  if (place === "start") return at === 0;
  if (place === "end") return at === chars.length;
  const before = at > 0 && WORD.test(chars[at - 1]!);
  const after = at < chars.length && WORD.test(chars[at]!);
  if (place === "word-edge") return before !== after;
  if (place === "inside-word") return before === after;
  return place === "word-start" ? !before && after : before && !after;
}

/** Appends the steps of a piece; false when they become too many. */
function emit(steps: Step[], piece: Piece): boolean {
  if (steps.length > Limits.patternSteps) return false;
  switch (piece.kind) {
    case "char":
    case "place":
      steps.push(piece);
      return true;
    case "sequence":
      return piece.parts.every((part) => emit(steps, part));
    case "group":
      steps.push({ kind: "save", slot: 2 * piece.number });
      if (!emit(steps, piece.body)) return false;
      steps.push({ kind: "save", slot: 2 * piece.number + 1 });
      return true;
    case "choice":
      return emitChoice(steps, piece.parts);
    default:
      return emitRepeat(steps, piece);
  }
}

function emitChoice(steps: Step[], parts: readonly Piece[]): boolean {
  const jumps: { kind: "jump"; to: number }[] = [];
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    const fork = { kind: "fork" as const, first: steps.length + 1, second: 0 };
    if (!last) steps.push(fork);
    if (!emit(steps, part)) return false;
    if (last) continue;
    const jump = { kind: "jump" as const, to: 0 };
    jumps.push(jump);
    steps.push(jump);
    fork.second = steps.length;
  }
  for (const jump of jumps) jump.to = steps.length;
  return true;
}

function emitRepeat(
  steps: Step[],
  { body, least, most }: { body: Piece; least: number; most: number },
): boolean {
  for (let i = 0; i < least; i++) if (!emit(steps, body)) return false;
  if (most === Infinity) {
    const start = steps.length;
    const fork = { kind: "fork" as const, first: start + 1, second: 0 };
    steps.push(fork);
    if (!emit(steps, body)) return false;
    steps.push({ kind: "jump", to: start });
    fork.second = steps.length;
    return true;
  }
  const forks: { second: number }[] = [];
  for (let i = least; i < most; i++) {
    const fork = { kind: "fork" as const, first: steps.length + 1, second: 0 };
    steps.push(fork);
    forks.push(fork);
    if (!emit(steps, body)) return false;
  }
  for (const fork of forks) fork.second = steps.length;
  return true;
}
