import type { ScoreReason } from "../../scheduler/mod.ts";

/** A reason in words. */
export function because(reason: ScoreReason): string {
  switch (reason.kind) {
    case "node-default":
      return "what the node is worth to every resource";
    case "node-offline":
      return "the node is not available";
    case "location": {
      const role = reason.role === undefined ? "" : ` for role ${reason.role}`;
      return `location constraint '${reason.constraint}'${role}`;
    }
    case "health":
      return `health of the node (${reason.attribute})`;
    case "shutdown-lock":
      return `kept for node '${reason.lockedTo}', which was shut down`;
    case "stickiness":
      return `resource-stickiness ${reason.value}: it runs here`;
    case "migration-threshold":
      return `failed here ${reason.failCount} times; migration-threshold is ${reason.threshold}`;
    case "exclusive-discovery":
      return "a location constraint allows other nodes only (resource-discovery=exclusive)";
    case "came-without-quorum":
      return "there was no quorum since this node came, and no-quorum-policy is freeze: others may not know of it";
    case "failed-operation":
      return `operation '${reason.operation}' failed; on-fail is ${reason.onFail}`;
    case "masked-probe":
      return `'${reason.operation}' says that it cannot run here`;
    case "orphan":
      return "it is no longer configured";
    case "multiply-active":
      return "it is active on several nodes";
    case "unmanaged-active":
      return "it is unmanaged and stays where it is";
    case "ticket":
      return `ticket '${reason.ticket}' is not granted`;
    case "colocation": {
      if (reason.wish) return `where '${reason.with}' would rather be, which is to be with it`;
      if (isInternal(reason.constraint)) return `its group keeps it with '${reason.with}'`;
      return `colocation constraint '${reason.constraint}' with '${reason.with}'`;
    }
    case "colocation-undone":
      return `colocation constraint '${reason.constraint}' with '${reason.with}' is given up: it would leave no node`;
    case "target-role":
      return `target-role is ${reason.role}`;
    case "promotion-score":
      return `promotion score ${reason.score}`;
    case "promotion-order":
      return `what '${reason.clone}' makes of an instance in this state`;
    case "instance-limit":
      return `'${reason.clone}' has as many instances here as one node may have (${reason.max})`;
    case "collective-banned":
      return `'${reason.collective}' as a whole may not run here`;
    case "instance-surplus":
      return `'${reason.clone}' has all the instances it wants`;
    case "bundle-node":
      return `the node belongs to bundle '${reason.bundle}'`;
    case "utilization":
      return "the node has not enough capacity left (utilization)";
    case "remote-host":
      return "it must run where its connection runs";
  }
}

/** Made by the program for a group's members or a bundle's parts, not written by the user. */
export function isInternal(constraint: string): boolean {
  return constraint.startsWith("#");
}
