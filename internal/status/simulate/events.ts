import { Element } from "../../xml/mod.ts";

/** What a simulated transition does, in order. */
export type SimulatedEvent =
  | { kind: "pseudo"; task: string; node: string | null }
  | { kind: "resource"; resource: string; task: string; intervalMs: number; node: string }
  | { kind: "cluster"; task: string; resource: string | null; node: string }
  | { kind: "fencing"; target: string; operation: string }
  | { kind: "pretend"; action: number; rc: number }
  | { kind: "attribute"; name: string; value: string; state: string };

/** The line of `Executing Cluster Transition`; `pretend` stands outside of the list. */
export function eventText(event: SimulatedEvent): string {
  switch (event.kind) {
    case "pseudo":
      return `Pseudo action:   ${event.task}${event.node === null ? "" : ` on ${event.node}`}`;
    case "resource": {
      const every = event.intervalMs > 0 ? `=${event.intervalMs}` : "";
      return `Resource action: ${event.resource.padEnd(15)} ${event.task}${every} on ${event.node}`;
    }
    case "cluster": {
      const about = event.resource === null ? "" : ` for ${event.resource}`;
      return `Cluster action:  ${event.task}${about} on ${event.node}`;
    }
    case "fencing":
      return `Fencing ${event.target} (${event.operation})`;
    case "pretend":
      return `Pretending action ${event.action} failed with rc=${event.rc}`;
    case "attribute":
      return `Injecting attribute ${event.name}=${event.value} into /node_state '${event.state}'`;
  }
}

export function eventXml(event: SimulatedEvent): Element {
  switch (event.kind) {
    case "pseudo": {
      const element = new Element("pseudo_action", { task: event.task });
      if (event.node !== null) element.set("node", event.node);
      return element;
    }
    case "resource": {
      const element = new Element("rsc_action", {
        resource: event.resource,
        op: event.task,
        node: event.node,
      });
      if (event.intervalMs > 0) element.set("interval", String(event.intervalMs));
      return element;
    }
    case "cluster": {
      const element = new Element("cluster_action", { task: event.task, node: event.node });
      if (event.resource !== null) element.set("id", event.resource);
      return element;
    }
    case "fencing":
      return new Element("fencing_action", { target: event.target, op: event.operation });
    case "pretend":
      return new Element("pretend", { action: String(event.action), rc: String(event.rc) });
    case "attribute":
      return new Element("inject_attr", {
        name: event.name,
        value: event.value,
        node_path: "/node_state",
        cib_node: event.state,
      });
  }
}
