import type { Element } from "../xml/mod.ts";
import type { SimulatedCluster } from "./cluster.ts";
import type { Deed } from "./world.ts";

const WATCHED = new Set(["start", "stop", "promote", "demote"]);

/** What is known of one action of one resource on one node. */
interface Account {
  /** How often its agent said that it went well. */
  successes: number;
  /** Transition keys of those that the CIB says went well: one for each time it was asked for. */
  claimed: Set<string>;
}

/**
 * What the history in the quorate DC's CIB says went well did: an agent was run for it, in time, and
 * said so. The history holds the last operation of a kind only, so it never tells of more successes than
 * there were.
 */
export class HistoryTruth {
  readonly #fail: (text: string) => void;
  /** By node, then by `RESOURCE ACTION`, without instance numbers. */
  readonly #accounts = new Map<string, Map<string, Account>>();
  /** The history that was read last, by node. */
  readonly #read = new Map<string, Element>();

  constructor(cluster: SimulatedCluster, fail: (text: string) => void) {
    this.#fail = fail;
    cluster.world.listeners.push((deed) => this.#deed(deed));
  }

  #deed({ node, resource, action, rc }: Deed): void {
    if (rc === 0 && WATCHED.has(action)) this.#of(node, resource, action).successes += 1;
  }

  look(cib: Element): void {
    for (const state of cib.first("status")?.elements("node_state") ?? []) {
      const node = state.get("uname") ?? "";
      const history = state.first("lrm");
      if (history === null || history === this.#read.get(node)) continue;
      this.#read.set(node, history);
      for (const resource of history.descendants("lrm_resource")) {
        // Devices are no agents of the simulated machines.
        if (resource.get("class") === "ocf") this.#compare(node, resource);
      }
    }
  }

  #compare(node: string, resource: Element): void {
    for (const op of resource.elements("lrm_rsc_op")) {
      const action = op.get("operation") ?? "";
      const well = op.get("op-status") === "0" && op.get("rc-code") === "0";
      if (!well || !WATCHED.has(action)) continue;
      const account = this.#of(node, resource.id ?? "", action);
      account.claimed.add(op.get("transition-key") ?? "");
      if (account.claimed.size <= account.successes) continue;
      this.#fail(`the CIB says that ${action} of ${resource.id} on ${node} went well`);
      account.successes = account.claimed.size;
    }
  }

  #of(node: string, resource: string, action: string): Account {
    const ofNode = this.#accounts.get(node) ?? new Map<string, Account>();
    this.#accounts.set(node, ofNode);
    const key = `${resource.replace(/:\d+$/, "")} ${action}`;
    const account = ofNode.get(key) ?? { successes: 0, claimed: new Set<string>() };
    ofNode.set(key, account);
    return account;
  }
}
