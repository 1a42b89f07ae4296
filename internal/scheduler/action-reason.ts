import type { Action } from "./action.ts";

/** What another action's state made of this one. */
export type ImpliedChange = "required" | "unrunnable" | "unmigratable";

export type PeerState = keyof typeof PEER_STATES;

export type DeviceChange = keyof typeof DEVICE_CHANGES;

/** Why a node has to be fenced, or unfenced. */
export type FencingReason =
  | { kind: "node-unclean" }
  | { kind: "guest-unclean" }
  | { kind: "fencing-requested" }
  | { kind: "cluster-inquorate" }
  | { kind: "peer"; state: PeerState }
  | { kind: "resource-failed"; resource: string }
  /** `revocable`: called off once the connection to the node is made elsewhere. */
  | { kind: "resource-active"; resource: string; revocable: boolean }
  | { kind: "stop-unrunnable"; resource: string }
  | { kind: "connection-lost"; resources: keyof typeof CONNECTION_STATES }
  | { kind: "container-failed"; container: string }
  | { kind: "ticket-lost"; ticket: string }
  | { kind: "device-changed"; device: string; how: DeviceChange }
  | { kind: "needs-unfencing"; resource: string; task: string };

/** Why an action is done, or cannot be: a typed value, of which texts are only made when asked for. */
export type ActionReason =
  | FencingReason
  | { kind: "no-quorum" }
  | { kind: "quorum-freeze" }
  | { kind: "definition-changed" }
  | { kind: "no-node-available" }
  | { kind: "multiply-active" }
  | { kind: "colocation"; with: string }
  | { kind: "implied"; change: ImpliedChange; resource: string | null; task: string };

const PEER_STATES = {
  "unexpectedly-down": "peer is unexpectedly down",
  "never-seen": "peer has not been seen by the cluster",
  rejected: "peer failed Pacemaker membership criteria",
  "pending-too-long": "peer pending timed out on joining the process group",
  lost: "peer is no longer part of the cluster",
  "process-lost": "peer process is no longer available",
  unknown: "peer was in an unknown state",
} as const;

/** What is known of the resources on a node whose connection is lost. */
const CONNECTION_STATES = {
  active: "resources are active but connection is unrecoverable",
  unknown: "resources are in unknown state and connection is unrecoverable",
  unprobed: "the connection is unrecoverable",
  reset: "remote connection is unrecoverable",
} as const;

const DEVICE_CHANGES = {
  parameters: "Device parameters changed",
  reload: "Device parameters changed (reload)",
  reschedule: "Device parameters changed (reschedule)",
  definition: "Device definition changed",
} as const;

const CHANGES: Record<ImpliedChange, string> = {
  required: "required",
  unrunnable: "unrunnable",
  unmigratable: "unmigrateable",
};

/** What `because` being as it is makes of an action of another resource. */
export function implied(change: ImpliedChange, because: Action): ActionReason {
  return { kind: "implied", change, resource: because.resource?.id ?? null, task: because.task };
}

/** The original's words. */
export function reasonText(reason: ActionReason): string {
  switch (reason.kind) {
    case "node-unclean":
      return "node is unclean";
    case "guest-unclean":
      return "guest is unclean";
    case "fencing-requested":
      return "fencing was requested";
    case "cluster-inquorate":
      return "cluster does not have quorum";
    case "peer":
      return PEER_STATES[reason.state];
    case "resource-failed":
      return `${reason.resource} failed there`;
    case "resource-active":
      return reason.revocable
        ? `${reason.resource} is active there (fencing will be revoked if remote connection can be re-established elsewhere)`
        : `${reason.resource} is thought to be active there`;
    case "stop-unrunnable":
      return "stop is unrunnable";
    case "connection-lost":
      return CONNECTION_STATES[reason.resources];
    case "container-failed":
      return "container failed";
    case "ticket-lost":
      return "deadman ticket was lost";
    case "device-changed":
      return DEVICE_CHANGES[reason.how];
    case "needs-unfencing":
      return `required by ${reason.resource} ${reason.task}`;
    case "no-quorum":
      return "no quorum";
    case "quorum-freeze":
      return "quorum freeze";
    case "definition-changed":
      return "resource definition change";
    case "no-node-available":
      return "node availability";
    case "multiply-active":
      return "being multiply active";
    case "colocation":
      return `colocation with ${reason.with}`;
    case "implied": {
      const whose = reason.resource === null ? "" : ` ${reason.resource}`;
      return `${CHANGES[reason.change]}${whose} ${reason.task}`;
    }
  }
}
