import { QuorumPolicy } from "../../scheduler/mod.ts";

/** Value of no-quorum-policy by number. */
export const QUORUM_POLICY_WORD: Record<QuorumPolicy, string> = {
  [QuorumPolicy.stop]: "stop",
  [QuorumPolicy.freeze]: "freeze",
  [QuorumPolicy.ignore]: "ignore",
  [QuorumPolicy.fence]: "fence",
  [QuorumPolicy.demote]: "demote",
};

/** What it means, in the words of crm_mon. */
export const QUORUM_POLICY_TEXT: Record<QuorumPolicy, string> = {
  [QuorumPolicy.stop]: "Stop ALL resources",
  [QuorumPolicy.freeze]: "Freeze resources",
  [QuorumPolicy.ignore]: "Ignore",
  [QuorumPolicy.fence]: "Fence nodes in partition",
  [QuorumPolicy.demote]: "Demote promotable resources and stop all other resources",
};
