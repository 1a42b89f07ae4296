import type { Context } from "./context.ts";
import { makePlans, type Offer, type Plan, type Step, totalTimeoutMs } from "./plan.ts";
import { because } from "./reason-text.ts";
import type { FenceAction, FenceMessage, Fencing } from "./types.ts";

/** How long peers may take to say what they can do; they answer at once unless a device is asked. */
const QUERY_MS = 10_000;
/** Beyond what a device may take: for messages on their way. */
const SLACK_MS = 2000;

export interface Outcome {
  ok: boolean;
  exitStatus: number;
  status: number;
  reason: string;
  delegate: string | null;
}

interface Attempt {
  offer: Offer;
  /** Of the message to the executioner and its reply. */
  token: string;
  action: FenceAction;
}

const EXIT_ERROR = 1;
const EXIT_NO_DEVICE = 105;
const EXIT_TIMEOUT = 124;
const STATUS_ERROR = 4;
const STATUS_TIMEOUT = 2;
const STATUS_NO_DEVICE = 10;

/** A fencing operation at the node that leads it: query, choose, have it done, conclude. */
export class Operation {
  readonly id: string;
  readonly request: Fencing;
  readonly #context: Context;
  readonly #levels: { index: number; devices: string[] }[];
  readonly #watchdogMs: number | null;
  readonly #conclude: (outcome: Outcome) => void;
  /** Peers that still owe an answer. */
  readonly #asked: Set<string>;
  readonly #offers: Offer[] = [];
  #plans: Plan[] = [];
  #steps: Step[] = [];
  #attempts: Offer[] = [];
  #current: Attempt | null = null;
  #delegate: string | null = null;
  /** Only the first device of an operation waits for what was asked for, each for its own delays. */
  #delayed = false;
  #lastFailure: Outcome | null = null;
  #over = false;

  constructor(
    context: Context,
    id: string,
    request: Fencing,
    members: string[],
    levels: { index: number; devices: string[] }[],
    /** How long to wait for the target's watchdog; null when it has none to count on. */
    watchdogMs: number | null,
    conclude: (outcome: Outcome) => void,
  ) {
    this.#context = context;
    this.id = id;
    this.request = request;
    this.#levels = levels;
    this.#watchdogMs = watchdogMs;
    this.#conclude = conclude;
    this.#asked = new Set(members);
    context.setTimer(this.#timer("query"), QUERY_MS, () => this.#choose());
  }

  /** A node answered what it can do. */
  offered(node: string, offers: Offer[]): void {
    if (!this.#asked.delete(node)) return;
    this.#offers.push(...offers);
    if (this.#asked.size === 0) this.#choose();
  }

  /** A node left: it answers nothing, and finishes nothing. */
  left(node: string): void {
    if (this.#over) return;
    if (this.#asked.delete(node) && this.#asked.size === 0 && this.#plans.length === 0) {
      this.#choose();
      return;
    }
    for (const step of this.#steps) {
      step.attempts = step.attempts.filter((offer) => offer.node !== node);
    }
    this.#attempts = this.#attempts.filter((offer) => offer.node !== node);
    if (this.#current?.offer.node === node) {
      this.#failed({
        ok: false,
        exitStatus: EXIT_ERROR,
        status: STATUS_ERROR,
        reason: `${node} left while it was fencing`,
        delegate: node,
      });
    }
  }

  /** The executioner says how it ended. */
  executed(token: string, outcome: Outcome): void {
    if (this.#current?.token !== token) return;
    const { offer } = this.#current;
    if (!outcome.ok) {
      this.#failed({ ...outcome, delegate: offer.node });
      return;
    }
    this.#endAttempt();
    this.#delegate ??= offer.node;
    this.#steps.shift();
    this.#nextStep();
  }

  #choose(): void {
    this.#context.clearTimer(this.#timer("query"));
    if (this.#over || this.#plans.length > 0) return;
    const { action, target, timeoutMs } = this.request;
    const watchdog = this.#watchdogMs;
    const { self } = this.#context;
    this.#plans = makePlans(action, target, this.#levels, this.#offers, self, watchdog !== null);
    if (this.#plans.length === 0) {
      this.#context.log("warning", `No fence device can ${action} ${target}`);
      const failure = { exitStatus: EXIT_NO_DEVICE, status: STATUS_NO_DEVICE };
      this.#finish({ ok: false, ...failure, reason: "", delegate: null });
      return;
    }
    const total = Math.max(timeoutMs, totalTimeoutMs(this.#plans, watchdog ?? 0)) * 1.2 + SLACK_MS;
    this.#context.setTimer(this.#timer("total"), total, () =>
      this.#finish({
        ok: false,
        exitStatus: EXIT_TIMEOUT,
        status: STATUS_TIMEOUT,
        reason: `Fencing did not complete within ${Math.round(total / 1000)}s`,
        delegate: null,
      }),
    );
    this.#nextPlan();
  }

  #nextPlan(): void {
    const plan = this.#plans.shift();
    if (plan === undefined) {
      const nothing = { ok: false, exitStatus: EXIT_ERROR, status: STATUS_ERROR };
      this.#finish(this.#lastFailure ?? { ...nothing, reason: "", delegate: null });
      return;
    }
    this.#steps = plan.steps;
    this.#delegate = null;
    this.#nextStep();
  }

  #nextStep(): void {
    const step = this.#steps[0];
    if (step === undefined) {
      this.#finish({
        ok: true,
        exitStatus: 0,
        status: 0,
        reason: "",
        delegate: this.#delegate,
      });
      return;
    }
    if (step.watchdog === true) {
      this.#waitForWatchdog();
      return;
    }
    this.#attempts = [...step.attempts];
    this.#nextAttempt();
  }

  #waitForWatchdog(): void {
    const { target, action } = this.request;
    const waitMs = this.#watchdogMs ?? 0;
    this.#context.log("notice", `Waiting ${waitMs}ms for ${target} to self-fence (${action})`);
    // One that is still with us would feed its device on.
    const message: FenceMessage = { kind: "self-fence", operation: this.id, target };
    this.#context.emit({ type: "send", to: null, message });
    this.#context.setTimer(this.#timer("watchdog"), waitMs, () => {
      this.#context.log("notice", `Self-fencing (${action}) by ${target} assumed complete`);
      this.#steps.shift();
      this.#nextStep();
    });
  }

  #nextAttempt(): void {
    const offer = this.#attempts.shift();
    const step = this.#steps[0]!;
    if (offer === undefined) {
      if (!step.optional) {
        this.#nextPlan();
        return;
      }
      this.#steps.shift();
      this.#nextStep();
      return;
    }
    const token = this.#context.newId("e");
    this.#current = { offer, token, action: step.action };
    const { target, timeoutMs, delayMs } = this.request;
    const message: FenceMessage = {
      kind: "execute",
      operation: this.id,
      token,
      device: offer.device,
      action: step.action,
      target,
      timeoutMs,
      // -1 turns every delay off, also those of later devices.
      delayMs: this.#delayed ? Math.min(delayMs, 0) : delayMs,
    };
    this.#delayed = true;
    this.#context.emit({ type: "send", to: offer.node, message });
    const patience = offer.timeoutMs + Math.max(0, delayMs) + SLACK_MS;
    this.#context.setTimer(this.#timer("attempt"), patience, () =>
      this.#failed({
        ok: false,
        exitStatus: EXIT_TIMEOUT,
        status: STATUS_TIMEOUT,
        reason: `${offer.node} did not answer in time`,
        delegate: offer.node,
      }),
    );
  }

  #failed(outcome: Outcome): void {
    const { offer, action } = this.#current!;
    this.#endAttempt();
    this.#lastFailure = outcome;
    const what = `${action} of ${this.request.target} with ${offer.device} on ${offer.node}`;
    this.#context.log("warning", `${what} failed${because(outcome.reason)}`);
    this.#nextAttempt();
  }

  #endAttempt(): void {
    this.#context.clearTimer(this.#timer("attempt"));
    this.#current = null;
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    for (const what of ["query", "attempt", "total", "watchdog"])
      this.#context.clearTimer(this.#timer(what));
    this.#conclude(outcome);
  }

  #timer(what: string): string {
    return `f:${this.id}:${what}`;
  }
}
