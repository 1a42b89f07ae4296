import type { Colocation } from "./constraint.ts";
import type { Resource } from "./resource.ts";

/** A resource's table changed: forgets the effects that were worked out from it, and from those. */
export function forgetEffects(resource: Resource): void {
  const stack: Colocation[] = resource.effectsHere ?? [];
  resource.effectsHere = null;
  while (stack.length > 0) {
    const colocation = stack.pop()!;
    if (colocation.effect === null) continue;
    colocation.effect = null;
    for (const larger of colocation.effectPartOf) stack.push(larger);
    colocation.effectPartOf = [];
  }
}
