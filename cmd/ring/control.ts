import type { CmapType } from "../../internal/corosync-conf/mod.ts";
import { FrameKind, jsonFrame } from "../../internal/host/ring-frames.ts";
import { encodeKillNode } from "../../internal/wire/mod.ts";
import type { Client } from "./clients.ts";
import { icmap, statsMap } from "./cmap.ts";
import type { RingDaemon } from "./daemon.ts";

type Request = Record<string, unknown>;
type Handler = (daemon: RingDaemon, request: Request, client: Client) => unknown;

/** Keys that a user may add to the map. */
const CMAP_KEYS_MAX = 10_000;

/** A request that the ring turns down; the tool shows the message. */
class Refusal extends Error {
  override name = "Refusal";
}

/** What tools may ask of the ring process, by the request's `op`. Answers are JSON. */
const HANDLERS: Record<string, Handler> = {
  status: (daemon) => {
    const { settings, me } = daemon.config;
    return {
      nodeId: me.nodeId,
      transport: settings.transport,
      links: daemon.transport?.status().links ?? [],
      nodes: settings.nodes.map((node) => ({ nodeId: node.nodeId, name: node.name })),
    };
  },
  quorum: (daemon) => ({
    ...daemon.quorumStatus,
    nodeId: daemon.config.me.nodeId,
    provider: daemon.config.settings.quorum.enabled ? "corosync_votequorum" : null,
    names: nodeNames(daemon),
  }),
  "quorum-watch": (daemon, _, client) => {
    const send = () => {
      daemon.clients.send(client, reply({ ok: true, value: daemon.quorumStatus }));
      daemon.clients.flush();
    };
    daemon.quorumWatchers.add(send);
    client.onEnd.push(() => daemon.quorumWatchers.delete(send));
    return daemon.quorumStatus;
  },
  "expected-votes": (daemon, request) => {
    const votes = integer(request, "votes");
    if (!daemon.quorum.mayExpect(votes)) throw new Refusal("CS_ERR_INVALID_PARAM");
    daemon.run(() => daemon.quorum.setExpectedVotes(votes));
    return null;
  },
  votes: (daemon, request) => {
    const node = integer(request, "nodeId");
    const votes = integer(request, "votes");
    const may = daemon.quorum.mayVote(node, votes);
    if (may === "unknown") throw new Refusal("CS_ERR_NAME_NOT_FOUND");
    if (!may) throw new Refusal("CS_ERR_INVALID_PARAM");
    daemon.run(() => daemon.quorum.setVotes(node, votes));
    return null;
  },
  "cancel-wait-for-all": (daemon) => {
    daemon.run(() => daemon.quorum.cancelWaitForAll());
    return null;
  },
  counters: (daemon) => ({
    totem: daemon.stack.totem.stats,
    progress: daemon.stack.totem.progress,
    transport: daemon.transport?.counters() ?? {},
  }),
  cmap: (daemon, request) => {
    const map = request["map"] === "stats" ? statsMap(daemon) : icmap(daemon);
    return [...map]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { type, value }]) => ({
        key,
        type,
        value: typeof value === "bigint" ? String(value) : value,
      }));
  },
  "cmap-set": (daemon, request) => {
    const key = String(request["key"]);
    if (!/^[a-zA-Z0-9._\-/:]{3,255}$/.test(key)) throw new Refusal("CS_ERR_INVALID_PARAM");
    if (/^(runtime|stats)\./.test(key)) throw new Refusal("CS_ERR_ACCESS");
    if (daemon.cmapOverrides.size >= CMAP_KEYS_MAX) throw new Refusal("CS_ERR_NO_MEMORY");
    daemon.cmapOverrides.set(key, {
      type: String(request["type"]) as CmapType,
      value: typeof request["value"] === "number" ? request["value"] : String(request["value"]),
    });
    return null;
  },
  "cmap-delete": (daemon, request) => {
    if (!daemon.cmapOverrides.delete(String(request["key"]))) throw new Refusal("CS_ERR_ACCESS");
    return null;
  },
  "cmap-clear": (daemon) => {
    daemon.lateness.clear();
    return null;
  },
  groups: (daemon) => daemon.groups.all,
  reload: (daemon) => {
    daemon.reloadEverywhere();
    return null;
  },
  "reopen-logs": (daemon) => {
    daemon.log.reopen();
    return null;
  },
  kill: (daemon, request) => {
    const node = integer(request, "nodeId");
    if (!daemon.stack.totem.members.includes(node)) throw new Refusal("CS_ERR_NOT_EXIST");
    daemon.run(() => daemon.stack.send(encodeKillNode(node, String(request["reason"] ?? ""))));
    return null;
  },
  shutdown: (daemon) => {
    setTimeout(() => daemon.stop(), 0);
    return null;
  },
};

export function answer(daemon: RingDaemon, client: Client, request: Request): void {
  const handler = HANDLERS[String(request["op"])];
  let frame: Uint8Array;
  try {
    if (handler === undefined) throw new Refusal(`unknown request ${String(request["op"])}`);
    frame = reply({ ok: true, value: handler(daemon, request, client) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    frame = reply({ ok: false, reason: "refused", message: error.message });
  }
  daemon.clients.send(client, frame);
  daemon.clients.flush();
}

function reply(value: unknown): Uint8Array {
  return jsonFrame(FrameKind.reply, value);
}

function integer(request: Request, name: string): number {
  const value = request[name];
  if (typeof value !== "number" || !Number.isInteger(value)) throw new Refusal(`no ${name}`);
  return value;
}

function nodeNames(daemon: RingDaemon) {
  return Object.fromEntries(
    daemon.config.settings.nodes.map((node) => {
      const addresses = [...(daemon.config.addresses.get(node.nodeId)?.values() ?? [])];
      const address = addresses[0] ?? "";
      const name = node.name ?? node.addresses.get(0) ?? address;
      return [node.nodeId, { name, address, addresses }];
    }),
  );
}
