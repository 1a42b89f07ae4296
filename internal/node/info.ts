import { cibVersion, formatVersion } from "../cib/mod.ts";
import { clusterProperty } from "../controller/mod.ts";
import type { RingQuorum } from "../ports/mod.ts";
import type { Element } from "../xml/mod.ts";
import type { ClusterInfo } from "./local.ts";
import type { NodeNames } from "./names.ts";

interface Facts {
  self: { nodeId: number; name: string; uuid: string };
  clusterName: string;
  pid: number;
  startedAt: number;
  dc: string | null;
  quorum: RingQuorum | null;
  state: ClusterInfo["state"];
  /** Node ids whose engines are in the group. */
  engines: number[];
  names: NodeNames;
  cib: Element;
}

/** This node's view of the cluster, as the tools get it. */
export function clusterInfo(facts: Facts): ClusterInfo {
  const { self, cib } = facts;
  const states = cib.first("status")?.elements("node_state") ?? [];
  const remotes = states.filter((state) => state.get("remote_node") === "true");
  return {
    nodeId: self.nodeId,
    nodeName: self.name,
    uuid: self.uuid,
    clusterName: facts.clusterName,
    pid: facts.pid,
    dc: facts.dc,
    dcVersion: facts.dc === null ? null : clusterProperty(cib, "dc-version"),
    quorate: facts.quorum?.quorate ?? false,
    state: facts.state,
    peers: facts.names.all().map(({ nodeId, uuid, name, since, member }) => ({
      nodeId,
      uuid,
      name,
      member,
      engine: facts.engines.includes(nodeId),
      since,
    })),
    remotes: remotes.map((state) => ({
      name: state.get("uname") ?? state.id,
      state: state.get("in_ccm") === "true" ? "member" : "lost",
    })),
    cibVersion: formatVersion(cibVersion(cib)),
    startedAt: facts.startedAt,
  };
}
