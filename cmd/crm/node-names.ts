import { hostname } from "node:os";
import { ExitCode } from "../../internal/base/mod.ts";
import type { CibSource } from "./cib-source.ts";
import { ToolError } from "./tool.ts";

/** A node as the CIB knows it. */
export interface KnownNode {
  /** Its key in the CIB. */
  uuid: string;
  /** A Pacemaker Remote node: it has no entry of its own among the nodes. */
  remote: boolean;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Finds a node by name (in any case) among cluster nodes, remote nodes and guests; null if unknown. */
export async function findNode(source: CibSource, name: string): Promise<KnownNode | null> {
  const lower = name.toLowerCase();
  const quote = lower.includes("'") ? '"' : "'";
  const is = (attribute: string): string =>
    `[translate(@${attribute},'${UPPER}','${UPPER.toLowerCase()}')=${quote}${lower}${quote}]`;
  const remote = "primitive[@class='ocf'][@provider='pacemaker'][@type='remote']";
  const xpath = [
    `/cib/configuration/nodes/node${is("uname")}`,
    `/cib/configuration/resources//${remote}${is("id")}`,
    `/cib/configuration/resources//meta_attributes/nvpair[@name='remote-node']${is("value")}`,
    `/cib/status/node_state[@remote_node='true']${is("id")}`,
  ].join("|");
  const result = await source.request({ operation: "query", xpath, noChildren: true });
  if (!result.ok || result.value.output === null) return null;
  const { output } = result.value;
  const found = output.name === "xpath-query" ? output.elements() : [output];
  const best = found[0]!;
  if (best.name === "node") return { uuid: best.id, remote: best.get("type") === "remote" };
  return { uuid: best.name === "nvpair" ? (best.get("value") ?? "") : best.id, remote: true };
}

/** As {@link findNode}, with the tools' complaint when there is no such node. */
export async function requireNode(source: CibSource, name: string): Promise<KnownNode> {
  const node = await findNode(source, name);
  if (node !== null) return node;
  throw new ToolError(ExitCode.NOSUCH, `Could not map name=${name} to a UUID`);
}

/** Name of the node we run on: what an agent's environment says, else the engine, else the host. */
export async function localNodeName(source: CibSource): Promise<string> {
  const named = process.env["OCF_RESKEY_CRM_meta_on_node"];
  if (named !== undefined && named !== "") return named;
  if (source.kind === "live") {
    const { callEngine } = await import("../../internal/host/local-client.ts");
    const info = await callEngine("info", {});
    if (info.ok) return info.value.nodeName;
  }
  return hostname();
}
