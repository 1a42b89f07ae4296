import type { LocalCommand, LocalRequest } from "../node/mod.ts";
import type { SimulatedCluster } from "./cluster.ts";
import type { SeededRandom } from "./random.ts";

const RETRY_MS = 2_000;
const TRIES = 60;
/** How often to look whether the engine that was asked still lives. */
const PATIENCE_MS = 10_000;

/** Somebody who changes the configuration while things break, and remembers what was promised. */
export class Administrator {
  #cluster: SimulatedCluster;
  #random: SeededRandom;
  /** The newest wish for each place that is changed. */
  #wishes = new Map<string, unknown>();
  #count = 0;
  /** Names of properties whose change a quorate partition acknowledged. */
  readonly acknowledged: string[] = [];
  /** The file that {@link pushConfiguration} pushes. */
  resourcesXml: string | null = null;

  constructor(cluster: SimulatedCluster, random: SeededRandom) {
    this.#cluster = cluster;
    this.#random = random;
  }

  /** Writes a property that nobody else has; what is acknowledged must survive. */
  setProperty(): void {
    this.#count += 1;
    const name = `sim-${this.#count}`;
    const input =
      `<crm_config><cluster_property_set id="sim"><nvpair id="${name}" name="${name}" ` +
      'value="1"/></cluster_property_set></crm_config>';
    const machine = this.#pick();
    if (machine === null) return;
    const body = { operation: "modify", scope: "crm_config", input, allowCreate: true } as const;
    this.#note(machine.name, `sets ${name}`);
    machine.request("cib", body, (answer) => {
      const { quorate } = this.#cluster.ring.view(machine.nodeId);
      const word = answer.ok ? "acknowledged" : `refused: ${answer.error.message}`;
      this.#note(machine.name, `${name} ${word}${quorate ? "" : ", no quorum"}`);
      // A side without quorum may have to give up what it was told, as with the originals.
      if (answer.ok && quorate) this.acknowledged.push(name);
    });
  }

  standby(name: string, nodeId: number, on: boolean): void {
    const input =
      `<node id="${nodeId}" uname="${name}"><instance_attributes id="nodes-${nodeId}">` +
      `<nvpair id="nodes-${nodeId}-standby" name="standby" value="${on ? "on" : "off"}"/>` +
      "</instance_attributes></node>";
    const body = { operation: "modify", scope: "nodes", input, allowCreate: true } as const;
    this.#insist("cib", body, `standby ${name} ${on ? "on" : "off"}`, `standby ${name}`);
  }

  /** Forgets failures and history of a resource on a node, as `pcs resource cleanup` does. */
  cleanup(resource: string, node: string): void {
    this.#cluster.onCleanup?.(resource, node);
    this.#insist("attributeClearFailures", { resource, node }, `cleanup ${resource} on ${node}`);
    this.#insist("historyDelete", { resource, node }, `refresh ${resource} on ${node}`);
  }

  /** `place`: the XPath of what is written, by which {@link delete} takes it back. */
  modify(scope: string, input: string, place = `modify ${scope}`): void {
    const body = { operation: "modify", scope, input, allowCreate: true } as const;
    this.#insist("cib", body, `modify ${scope}`, place);
  }

  delete(xpath: string): void {
    this.#insist("cib", { operation: "delete", xpath }, `delete ${xpath}`, xpath);
  }

  /** A meta attribute of a resource. */
  setMeta(resource: string, name: string, value: string): void {
    const meta =
      `<meta_attributes id="${resource}-meta"><nvpair id="${resource}-meta-${name}" ` +
      `name="${name}" value="${value}"/></meta_attributes>`;
    const scope = "resources";
    const machine = this.#pick();
    const kind = machine?.node?.cib.first("configuration")?.byId(resource)?.name ?? "primitive";
    const input = `<${kind} id="${resource}">${meta}</${kind}>`;
    const body = { operation: "modify", scope, input, allowCreate: true } as const;
    const place = `//nvpair[@id="${resource}-meta-${name}"]`;
    this.#insist("cib", body, `meta ${resource} ${name}=${value}`, place);
  }

  /** A cluster option. */
  setOption(name: string, value: string): void {
    const input =
      `<crm_config><cluster_property_set id="options"><nvpair id="option-${name}" ` +
      `name="${name}" value="${value}"/></cluster_property_set></crm_config>`;
    this.modify("crm_config", input, `//nvpair[@id="option-${name}"]`);
  }

  /** Pushes the resources as they are in the administrator's own file. */
  pushConfiguration(): void {
    const input = this.resourcesXml;
    if (input === null) return;
    this.#insist("cib", { operation: "replace", scope: "resources", input }, "push");
  }

  #note(who: string, text: string): void {
    this.#cluster.note(who, "admin", text);
  }

  #pick() {
    const running = this.#cluster.machines.filter((machine) => machine.node !== null);
    return running.length === 0 ? null : running[this.#random.between(0, running.length - 1)]!;
  }

  /**
   * Asks some node, and another when it refuses or its engine dies before it has answered. Whoever
   * changes his mind about a place does not go on asking for what he wanted before.
   */
  #insist<K extends LocalCommand>(
    command: K,
    body: LocalRequest<K>,
    what: string,
    place = what,
    tries = TRIES,
  ): void {
    this.#wishes.set(place, body);
    const machine = this.#pick();
    const again = (): void => {
      if (tries === 0) return;
      this.#cluster.queue.after(RETRY_MS, () => {
        if (this.#wishes.get(place) !== body) return;
        this.#insist(command, body, what, place, tries - 1);
      });
    };
    if (machine === null) return again();
    const { engine } = machine;
    let answered = false;
    const lookAgain = (): void => {
      if (answered) return;
      if (machine.engine !== engine) again();
      else this.#cluster.queue.after(PATIENCE_MS, lookAgain);
    };
    this.#cluster.queue.after(PATIENCE_MS, lookAgain);
    machine.request(command, body, (answer) => {
      answered = true;
      const word = answer.ok ? "done" : `refused: ${answer.error.message}`;
      this.#note(machine.name, `${what}: ${word}`);
      // What a side without quorum was told it may have to give up when it meets the others.
      const { quorate } = this.#cluster.ring.view(machine.nodeId);
      if (!answer.ok || !quorate) again();
    });
  }
}
