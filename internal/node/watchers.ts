import { diffCib } from "../cib/mod.ts";
import { type Element, printXml } from "../xml/mod.ts";
import type { ClusterInfo, FenceHistoryEntry, WatchCall, WatchLine } from "./local.ts";

/** Connections that follow the cluster's state. */
export class Watchers {
  #watching = new Map<number, WatchCall>();
  #send: (id: number, line: WatchLine) => void;

  constructor(send: (id: number, line: WatchLine) => void) {
    this.#send = send;
  }

  add(
    id: number,
    what: WatchCall,
    state: { cib: Element; info: ClusterInfo; fencing: FenceHistoryEntry[] },
  ): void {
    this.#watching.set(id, what);
    if (what.cluster === true) this.#send(id, { type: "cluster", info: state.info });
    if (what.fencing === true) this.#send(id, { type: "fencing", entries: state.fencing });
    if (what.cib === true) this.#send(id, { type: "cib", xml: printXml(state.cib) });
  }

  remove(id: number): void {
    this.#watching.delete(id);
  }

  changed(before: Element, after: Element): void {
    if (!this.#any("cib")) return;
    const patch = diffCib(before, after, { digest: false });
    if (patch !== null) this.#all("cib", { type: "patch", xml: printXml(patch) });
  }

  replaced(cib: Element): void {
    if (this.#any("cib")) this.#all("cib", { type: "cib", xml: printXml(cib) });
  }

  cluster(info: ClusterInfo): void {
    this.#all("cluster", { type: "cluster", info });
  }

  fencing(entries: FenceHistoryEntry[]): void {
    this.#all("fencing", { type: "fencing", entries });
  }

  #any(kind: keyof WatchCall): boolean {
    for (const what of this.#watching.values()) if (what[kind] === true) return true;
    return false;
  }

  #all(kind: keyof WatchCall, line: WatchLine): void {
    for (const [id, what] of this.#watching) if (what[kind] === true) this.#send(id, line);
  }
}
