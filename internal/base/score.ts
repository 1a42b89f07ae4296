/** Scores: integers clamped to ±INFINITY, with Pacemaker's saturating sum. */

export const INFINITY_SCORE = 1_000_000;

/** Sum in which -INFINITY beats INFINITY and both absorb finite scores. */
export function addScores(a: number, b: number): number {
  if (a <= -INFINITY_SCORE || b <= -INFINITY_SCORE) return -INFINITY_SCORE;
  if (a >= INFINITY_SCORE || b >= INFINITY_SCORE) return INFINITY_SCORE;
  return clampScore(a + b);
}

export function clampScore(score: number): number {
  if (score > INFINITY_SCORE) return INFINITY_SCORE;
  if (score < -INFINITY_SCORE) return -INFINITY_SCORE;
  return score;
}

/** `INFINITY`, `-INFINITY` or the integer. */
export function formatScore(score: number): string {
  if (score >= INFINITY_SCORE) return "INFINITY";
  if (score <= -INFINITY_SCORE) return "-INFINITY";
  return String(score);
}

/** Parses `INFINITY`, `+INFINITY`, `-INFINITY` and decimal integers; null when malformed. */
export function parseScore(text: string): number | null {
  if (text === "INFINITY" || text === "+INFINITY") return INFINITY_SCORE;
  if (text === "-INFINITY") return -INFINITY_SCORE;
  if (!/^[+-]?\d+$/.test(text)) return null;
  return clampScore(Number.parseInt(text, 10));
}
