import type { FenceAction } from "./types.ts";
import { WATCHDOG_DEVICE } from "./watchdog.ts";

/** What a node answered to a query: a device it can use on the target. */
export interface Offer {
  node: string;
  device: string;
  /** A monitor of it succeeded on that node. */
  verified: boolean;
  /** Longest that it may take on that node, its delays included. */
  timeoutMs: number;
  /** Turning a node on needs this device, whichever others there are (automatic unfencing). */
  required: boolean;
}

/** One thing to do: this action with this device, or with any one of a node's devices. */
export interface Step {
  action: FenceAction;
  /** Attempts in order of preference; the first success completes the step. */
  attempts: Offer[];
  /** Turning targets on again after all of them are off: its failure is no failure. */
  optional: boolean;
  /** Waits until the target's own watchdog has reset it; nobody has to do anything. */
  watchdog?: boolean;
}

/** Steps that must all succeed; the next plan is tried when one fails. */
export interface Plan {
  level: number | null;
  steps: Step[];
}

/**
 * The ways to fence a target, best first. Without topology any device will do, one after the other.
 * With it each level is a plan that needs all its devices; several devices cannot reboot a node one
 * by one (it would never be off at once), so they turn it off, then on.
 */
export function makePlans(
  action: FenceAction,
  target: string,
  levels: { index: number; devices: string[] }[],
  offers: Offer[],
  self: string,
  selfFencing: boolean,
): Plan[] {
  const fencing = action !== "on" && selfFencing;
  const itself: Step = { action, attempts: [], optional: false, watchdog: true };
  const ranked = rank(offers, target, self, action);
  const required = requiredSteps(action, ranked);
  if (levels.length === 0 && required.length > 0) return [{ level: null, steps: required }];
  if (levels.length === 0) {
    if (ranked.length === 0) return fencing ? [{ level: null, steps: [itself] }] : [];
    return [{ level: null, steps: [{ action, attempts: ranked, optional: false }] }];
  }
  const plans: Plan[] = [];
  for (const level of levels) {
    const names = level.devices.filter((name) => name !== WATCHDOG_DEVICE);
    const counted = names.length < level.devices.length;
    if (counted && !fencing) continue;
    const attempts = names.map((device) => ranked.filter((o) => o.device === device));
    if (attempts.some((list) => list.length === 0)) continue;
    const step = (kind: FenceAction, optional: boolean): Step[] => {
      const steps: Step[] = attempts.map((list) => ({ action: kind, attempts: list, optional }));
      return counted && kind !== "on" ? [...steps, itself] : steps;
    };
    const remap = action === "reboot" && level.devices.length > 1;
    const steps = remap ? [...step("off", false), ...step("on", true)] : step(action, false);
    const more = required.filter((step) => !names.includes(step.attempts[0]!.device));
    plans.push({ level: level.index, steps: [...steps, ...more] });
  }
  // Whatever the levels say, a node that fences itself is down after that time.
  if (fencing) plans.push({ level: null, steps: [itself] });
  return plans;
}

/** A step for each device without which a node must not be turned on. */
function requiredSteps(action: FenceAction, ranked: Offer[]): Step[] {
  if (action !== "on") return [];
  const devices = new Set(ranked.filter((offer) => offer.required).map((offer) => offer.device));
  return [...devices].map((device) => {
    const attempts = ranked.filter((offer) => offer.device === device);
    return { action, attempts, optional: false };
  });
}

/**
 * Verified devices first, then our own; the target itself only when nobody else can do it, or when
 * it is turned on: some devices can be told that by the target alone.
 */
function rank(offers: Offer[], target: string, self: string, action: FenceAction): Offer[] {
  const weight = (offer: Offer): number =>
    (offer.node === target ? 4 : 0) + (offer.verified ? 0 : 2) + (offer.node === self ? 0 : 1);
  const others = offers.filter((offer) => offer.node !== target);
  const usable = others.length > 0 && action !== "on" ? others : offers;
  return usable
    .map((offer, at) => ({ offer, at }))
    .sort((a, b) => weight(a.offer) - weight(b.offer) || a.at - b.at)
    .map(({ offer }) => offer);
}

/** Longest that the plans may take together, if all but the last attempt fail. */
export function totalTimeoutMs(plans: Plan[], watchdogMs: number): number {
  let total = 0;
  for (const plan of plans) {
    for (const step of plan.steps) {
      if (step.watchdog === true) total += watchdogMs;
      for (const attempt of step.attempts) total += attempt.timeoutMs;
    }
  }
  return total;
}
