import type { Script, Step } from "./script.ts";

/**
 * The shortest script that still fails, as far as leaving out steps goes: halves, quarters and so on
 * down to single steps are left out for as long as what remains fails (the method is known as delta
 * debugging). `fails` plays a script; it is asked at most `limit` times.
 */
export function shrink(script: Script, fails: (script: Script) => boolean, limit = 80): Script {
  let steps: Step[] = script.steps;
  let asked = 0;
  const still = (kept: Step[]): boolean => {
    asked += 1;
    return fails({ ...script, steps: kept });
  };
  for (let parts = 2; steps.length > 0 && asked < limit; ) {
    const size = Math.ceil(steps.length / parts);
    let found = false;
    // From the end: what came last is what most likely has nothing to do with it.
    for (
      let at = Math.floor((steps.length - 1) / size) * size;
      at >= 0 && asked < limit;
      at -= size
    ) {
      const kept = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (!still(kept)) continue;
      steps = kept;
      found = true;
    }
    if (size === 1 && !found) break;
    parts = size === 1 ? steps.length : Math.min(steps.length, parts * 2);
  }
  return { ...script, steps };
}
