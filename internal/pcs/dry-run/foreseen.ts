import { Element } from "../../xml/mod.ts";

/** What a verb would bring about without writing it into the configuration. */
export type Foreseen =
  /** A node's services are moved away, then its cluster software ends. */
  | { kind: "shutdown"; node: string | null }
  /** A node is switched off; `confirmed`: somebody has seen that it is. */
  | { kind: "fencing" | "confirmed"; node: string }
  /** Failures are forgotten, of all resources or on all nodes where none is named. */
  | { kind: "forget"; resource: string | null; node: string | null }
  | { kind: "restart"; resource: string };

/** Puts into a CIB what the cluster would find there; `here` is this machine's node. */
export function foresee(cib: Element, what: Foreseen, here: string | null): void {
  switch (what.kind) {
    case "shutdown":
      for (const state of statesOf(cib, what.node ?? here)) askToShutDown(state);
      return;
    case "fencing":
      for (const state of statesOf(cib, what.node)) lose(state, "member");
      return;
    case "confirmed":
      for (const state of statesOf(cib, what.node)) lose(state, "down");
      return;
    case "forget":
      for (const state of statesOf(cib, what.node ?? "")) forget(state, what.resource);
      return;
    case "restart":
      stopResource(cib, what.resource);
  }
}

/** States of a node, of all nodes for the empty name. */
function statesOf(cib: Element, node: string | null): Element[] {
  const states = cib.first("status")?.elements("node_state") ?? [];
  return node === "" ? states : states.filter((state) => state.get("uname") === node);
}

function askToShutDown(state: Element): void {
  const id = `status-${state.id}`;
  const pair = new Element("nvpair", { id: `${id}-shutdown`, name: "shutdown", value: "1" });
  const attributes = state.first("transient_attributes");
  const set = attributes?.first("instance_attributes") ?? null;
  if (set !== null) {
    for (const old of set.elements("nvpair")) if (old.get("name") === "shutdown") old.remove();
    set.append(pair);
    return;
  }
  attributes?.remove();
  const made = new Element("instance_attributes", { id }, [pair]);
  state.append(new Element("transient_attributes", { id: state.id }, [made]));
}

/** The node left; `expected` tells whether it was to be there. */
function lose(state: Element, expected: "member" | "down"): void {
  state.set("in_ccm", "false").set("crmd", "offline").set("join", "down").set("expected", expected);
  if (expected === "member") return;
  for (const name of ["lrm", "transient_attributes"]) state.first(name)?.remove();
}

function forget(state: Element, resource: string | null): void {
  const counts = state.first("transient_attributes")?.descendants("nvpair") ?? [];
  const prefix = `(fail-count|last-failure)-${resource === null ? "" : `${quoted(resource)}(:\\d+)?#`}`;
  const pattern = new RegExp(`^${prefix}`);
  for (const pair of counts) if (pattern.test(pair.get("name") ?? "")) pair.remove();
  for (const history of state.first("lrm")?.descendants("lrm_resource") ?? []) {
    if (resource !== null && history.id.replace(/:\d+$/, "") !== resource) continue;
    for (const op of history.elements("lrm_rsc_op")) {
      if (op.id.endsWith("_last_failure_0")) op.remove();
    }
  }
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function stopResource(cib: Element, id: string): void {
  const element = cib.byId(id);
  if (element === null) return;
  const pair = { id: "dry-run-target-role", name: "target-role", value: "Stopped" };
  const sets = element.elements("meta_attributes");
  for (const old of sets.flatMap((set) => set.elements("nvpair"))) {
    if (old.get("name") === "target-role") old.remove();
  }
  const set = new Element("meta_attributes", { id: "dry-run-meta" }, [new Element("nvpair", pair)]);
  element.insert(0, set);
}
