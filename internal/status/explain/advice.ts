import type { Node, Resource, ScoreReason } from "../../scheduler/mod.ts";

/** What would have to change for a reason to go away; null where nothing sensible can be said. */
export function remedy(reason: ScoreReason, resource: Resource, node: Node): string | null {
  const { configId } = resource;
  const id = configId === "" ? resource.id : configId;
  switch (reason.kind) {
    case "location":
      return /^cli-(ban|prefer)-/.test(reason.constraint)
        ? `'pcs resource clear ${id}' removes what an earlier move or ban left behind`
        : `change or remove it: 'pcs constraint delete ${reason.constraint}'`;
    case "migration-threshold":
    case "failed-operation":
      return `find out why it fails on ${node.name}, then 'pcs resource cleanup ${id} node=${node.name}'`;
    case "masked-probe":
      return `install or repair its agent and software on ${node.name}, then 'pcs resource refresh ${id} node=${node.name}'`;
    case "shutdown-lock":
      return `start node '${reason.lockedTo}' again, or 'pcs resource refresh ${id} node=${reason.lockedTo}'`;
    case "ticket":
      return `grant the ticket: 'crm_ticket --ticket ${reason.ticket} --grant'`;
    case "target-role":
      return `'pcs resource enable ${id}'`;
    case "colocation":
      return `have '${reason.with}' run on ${node.name}; 'pcs resource explain ${reason.with} --node ${node.name}' says what that takes`;
    case "instance-limit":
      return `raise clone-node-max of '${reason.clone}', if two on one node make sense`;
    case "collective-banned":
      return `'pcs resource explain ${reason.collective} --node ${node.name}'`;
    case "instance-surplus":
      return `raise clone-max of '${reason.clone}'; nothing is wrong otherwise`;
    case "utilization":
      return `free capacity on ${node.name}, or raise the node's utilization attributes`;
    case "health":
      return `cure what ails ${node.name}, or clear its #health attributes`;
    case "orphan":
      return "configure it again, or let the cluster stop it";
    case "multiply-active":
      return `stop it on all nodes but one, then 'pcs resource cleanup ${id}'`;
    case "came-without-quorum":
      return "bring back quorum; then the node takes part";
    case "exclusive-discovery":
      return "add the node to the location constraint that has resource-discovery=exclusive";
    default:
      return null;
  }
}

/** Why a node takes no resources at all, and what ends that; null when it takes them. */
export function nodeObstacle(node: Node): { why: string; remedy: string } | null {
  const { name } = node;
  if (node.unclean) {
    return {
      why: "the node's state is unknown; it is to be fenced",
      remedy: `see 'pcs stonith history'; once ${name} is certain to be off: 'pcs stonith confirm ${name}'`,
    };
  }
  if (!node.online) return { why: "the node is offline", remedy: `'pcs cluster start ${name}'` };
  if (node.standby || node.standbyOnFail) {
    return { why: "the node is in standby", remedy: `'pcs node unstandby ${name}'` };
  }
  if (node.maintenance) {
    return { why: "the node is in maintenance", remedy: `'pcs node unmaintenance ${name}'` };
  }
  if (node.shutdown) return { why: "the node is shutting down", remedy: "wait for it to return" };
  if (node.pending) return { why: "the node is joining", remedy: "wait until it has joined" };
  return null;
}
