import { agentEnvironment, agentName } from "./environment.ts";
import { parseAgentMetadata } from "./metadata.ts";
import type {
  AgentId,
  AgentMetadata,
  ExecutorEffect,
  ExecutorOptions,
  RunOutcome,
} from "./types.ts";

const TIMEOUT_MS = 30_000;

interface Slot {
  state: "asked" | "known";
  value: AgentMetadata | null;
  waiting: ((metadata: AgentMetadata | null) => void)[];
}

/** Meta-data of the agents in use: asked for once, kept; asked for again if it could not be had. */
export class MetadataStore {
  readonly #options: ExecutorOptions;
  readonly #slots = new Map<string, Slot>();
  /** Agent name by run id. */
  readonly #runs = new Map<string, string>();
  #counter = 0;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Effects that fetch an agent's meta-data, unless it is known or under way. */
  ask(agent: AgentId): ExecutorEffect[] {
    const name = agentName(agent);
    const slot = this.#slots.get(name);
    if (slot !== undefined && (slot.state === "asked" || slot.value !== null)) return [];
    this.#slots.set(name, { state: "asked", value: null, waiting: [] });
    this.#counter += 1;
    const run = `m${this.#counter}`;
    this.#runs.set(run, name);
    const env = agentEnvironment({ resource: "", agent, parameters: {} }, this.#options);
    return [{ type: "run", run, agent, action: "meta-data", env, timeoutMs: TIMEOUT_MS }];
  }

  owns(run: string): boolean {
    return this.#runs.has(run);
  }

  /** The run of {@link ask} ended; those who waited are told. */
  done(run: string, outcome: RunOutcome): void {
    const name = this.#runs.get(run)!;
    this.#runs.delete(run);
    const slot = this.#slots.get(name)!;
    const worked = outcome.outcome === "exited" && outcome.code === 0;
    slot.state = "known";
    slot.value = worked ? parseAgentMetadata(outcome.stdout) : null;
    const { waiting } = slot;
    slot.waiting = [];
    for (const tell of waiting) tell(slot.value);
  }

  /** Calls back now or when the meta-data is there; with null when the agent has none. */
  whenKnown(agent: AgentId, tell: (metadata: AgentMetadata | null) => void): void {
    const slot = this.#slots.get(agentName(agent));
    if (slot?.state === "asked") slot.waiting.push(tell);
    else tell(slot?.value ?? null);
  }
}
