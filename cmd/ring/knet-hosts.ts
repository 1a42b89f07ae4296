import { isIPv6 } from "node:net";
import { type Assemblies, BulkReceiver, KnetReceiver, LinkState } from "../../internal/wire/mod.ts";
import { canonical } from "./address.ts";
import { linkTimers } from "./knet-config.ts";
import type { KnetState, Path } from "./knet-state.ts";

/** Brings the nodes and the ways to them into line with the configuration; what is known stays. */
export function arrangeHosts(state: KnetState, assemblies: Assemblies): void {
  const { settings, me } = state.config;
  const listed = new Set<number>();
  for (const { nodeId } of settings.nodes) {
    if (nodeId === me.nodeId) continue;
    listed.add(nodeId);
    const before = state.hosts.get(nodeId);
    state.hosts.set(nodeId, {
      nodeId,
      paths: pathsTo(state, nodeId),
      receiver: before?.receiver ?? new KnetReceiver(nodeId, assemblies),
      bulk: before?.bulk ?? new BulkReceiver(),
      kin: before?.kin ?? false,
      turn: 0,
    });
  }
  for (const nodeId of state.hosts.keys()) if (!listed.has(nodeId)) state.hosts.delete(nodeId);
}

function pathsTo({ config, hosts, links }: KnetState, nodeId: number): Path[] {
  const { settings, addresses } = config;
  const now = performance.now();
  const before = hosts.get(nodeId)?.paths ?? [];
  const paths: Path[] = [];
  for (const link of settings.links) {
    const text = addresses.get(nodeId)?.get(link.link);
    if (text === undefined || !links.has(link.link)) continue;
    const address = canonical(text);
    const old = before.find((path) => path.link === link.link && path.address === address);
    const timers = linkTimers(link, settings);
    old?.state.retime(timers);
    const state = old?.state ?? new LinkState(timers, now);
    const ipVersion = isIPv6(address.split("%")[0]!) ? 6 : 4;
    const { port, priority } = link;
    paths.push({ link: link.link, text, address, ipVersion, port, priority, state });
  }
  return paths;
}
