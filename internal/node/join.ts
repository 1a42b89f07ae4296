import {
  type CibChange,
  type ClusterNode,
  findNodeState,
  nodeStatePath,
  nodeStateUpdate,
  transientAttributesPath,
} from "../controller/mod.ts";
import { type Element, printXml } from "../xml/mod.ts";

/**
 * What a node that joins writes about itself: that it is a member, and its history unless the CIB
 * has exactly that. `joinedAt` is in seconds since 1970; `first`: this engine was no member before,
 * so that what an earlier one said of itself for the time of its life is void; `quorumSeen`: it has
 * been in a partition with quorum.
 */
export function joinChanges(
  cib: Element,
  self: ClusterNode,
  joinedAt: number,
  history: Element,
  first: boolean,
  quorumSeen: boolean,
): CibChange[] {
  const state = findNodeState(cib, self.uuid);
  const recorded = state?.first("lrm") ?? null;
  const same = recorded !== null && printXml(recorded) === printXml(history);
  const inCcm = Number(state?.get("in_ccm") ?? 0);
  const input = nodeStateUpdate(
    self,
    {
      inCcm: inCcm > 0 ? inCcm : joinedAt,
      crmd: joinedAt,
      join: "member",
      expected: "member",
      ...(quorumSeen && !recordedWithoutQuorum(cib, self.uuid) ? {} : { quorumSeen }),
    },
    "do_state_transition",
    same ? [] : [history],
  );
  const changes: CibChange[] = [{ operation: "modify", scope: "status", input, allowCreate: true }];
  if (!same && recorded !== null) {
    changes.unshift({ operation: "delete", scope: "status", xpath: `${nodeStatePath(self)}/lrm` });
  }
  if (first) {
    changes.unshift({
      operation: "delete",
      scope: "status",
      xpath: transientAttributesPath(self),
    });
  }
  return changes;
}

/** The CIB says that there was no quorum since the node came. */
export function recordedWithoutQuorum(cib: Element, uuid: string): boolean {
  return findNodeState(cib, uuid)?.get("quorum_seen") === "0";
}
