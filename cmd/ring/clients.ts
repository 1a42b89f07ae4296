import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Socket, UnixSocketListener } from "bun";
import { groupNames, peerOf, userName } from "../../internal/host/peer.ts";
import { RING_MESSAGE_MAX } from "../../internal/host/ring-client.ts";
import {
  FRAME_HEADER,
  FrameKind,
  FrameReader,
  frameHeader,
  jsonBody,
  jsonFrame,
} from "../../internal/host/ring-frames.ts";
import { SocketQueue } from "../../internal/host/socket-queue.ts";
import type { GroupChange, GroupMember } from "../../internal/totem/mod.ts";
import { putU32 } from "../../internal/wire/mod.ts";

/** A client that lets more than this pile up is cut off: it must not fill the ring's memory. */
const SLOW_CLIENT_BYTES = 64 * 1024 * 1024;
const CLIENTS_MAX = 256;
/** Node id and pid in front of a message's payload. */
const MESSAGE_SOURCE = 8;
const ADMIN_GROUP = "haclient";

export interface Client {
  readonly pid: number;
  readonly uid: number;
  group: string | null;
  readonly queue: SocketQueue;
  readonly reader: FrameReader;
  readonly socket: Socket<Client>;
  paused: boolean;
  dirty: boolean;
  /** Called when the connection ends (watchers). */
  onEnd: (() => void)[];
}

export interface ClientEvents {
  join(client: Client): boolean;
  multicast(client: Client, payload: Uint8Array, safe: boolean): void;
  left(client: Client, died: boolean): void;
  request(client: Client, request: Record<string, unknown>): void;
  /** False while the ring has enough to send: clients are not read then. */
  mayRead(): boolean;
  /** All frames of one read were taken. */
  batchDone(): void;
  log(text: string): void;
}

/** The Unix socket on which local programs join groups, send, and ask. */
export class ClientServer {
  readonly #events: ClientEvents;
  readonly #clients = new Set<Client>();
  readonly #dirty = new Set<Client>();
  #listener: UnixSocketListener<Client> | null = null;

  constructor(events: ClientEvents) {
    this.#events = events;
  }

  listen(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    this.#listener = Bun.listen<Client>({
      unix: path,
      socket: {
        binaryType: "uint8array",
        open: (socket) => this.#opened(socket),
        data: (socket, chunk) => this.#received(socket.data, chunk),
        drain: (socket) => socket.data.queue.flush(socket),
        close: (socket) => this.#closed(socket),
        error: () => {},
      },
    });
    chmodSync(path, 0o660);
    const gid = adminGroupId();
    if (process.getuid?.() === 0 && gid !== null) chownSync(path, 0, gid);
  }

  /** Bytes that the slowest client has not taken yet. */
  get mostWaiting(): number {
    let most = 0;
    for (const client of this.#clients) most = Math.max(most, client.queue.waiting);
    return most;
  }

  get all(): ReadonlySet<Client> {
    return this.#clients;
  }

  #opened(socket: Socket<Client>): void {
    const fd = (socket as unknown as { fd: number }).fd;
    const peer = peerOf(fd);
    socket.data = {
      pid: peer?.pid ?? 0,
      uid: peer?.uid ?? -1,
      group: null,
      queue: new SocketQueue(),
      reader: new FrameReader(),
      socket,
      paused: false,
      dirty: false,
      onEnd: [],
    };
    if (peer === null || !allowed(peer.uid) || this.#clients.size >= CLIENTS_MAX) {
      this.#refuse(socket.data, peer === null ? "unknown peer" : "not permitted");
      return;
    }
    this.#clients.add(socket.data);
  }

  #refuse(client: Client, reason: string): void {
    this.#events.log(`refused a local client (pid ${client.pid}): ${reason}`);
    client.queue.push(jsonFrame(FrameKind.refused, { reason }));
    client.queue.flush(client.socket);
    client.socket.end();
  }

  #received(client: Client, chunk: Uint8Array): void {
    if (!this.#clients.has(client)) return;
    const sane = client.reader.feed(chunk, (kind, body) => {
      this.#frame(client, kind, body);
      return this.#events.mayRead();
    });
    this.#events.batchDone();
    if (!sane) {
      this.#refuse(client, "sent what is no frame");
      return;
    }
    if (!this.#events.mayRead() && !client.paused) {
      client.paused = true;
      client.socket.pause();
    }
  }

  #frame(client: Client, kind: number, body: Uint8Array): void {
    try {
      switch (kind) {
        case FrameKind.multicast:
        case FrameKind.multicastSafe:
          if (client.group === null || body.length > RING_MESSAGE_MAX) break;
          this.#events.multicast(client, body, kind === FrameKind.multicastSafe);
          return;
        case FrameKind.join: {
          const { group } = jsonBody(body) as { group: string };
          if (client.group !== null || !/^.{1,127}$/.test(group)) break;
          client.group = group;
          if (this.#events.join(client)) return;
          client.group = null;
          break;
        }
        case FrameKind.leave:
          if (client.group === null) return;
          this.#events.left(client, false);
          client.group = null;
          return;
        case FrameKind.request:
          this.#events.request(client, jsonBody(body) as Record<string, unknown>);
          return;
      }
    } catch (error) {
      this.#refuse(client, `bad request: ${String(error)}`);
      return;
    }
    this.#refuse(client, "a request that does not fit");
  }

  /** The ring has room again. */
  resume(): void {
    for (const client of this.#clients) {
      if (!client.paused) continue;
      client.paused = false;
      this.#received(client, new Uint8Array(0));
      if (!client.paused) client.socket.resume();
    }
  }

  /** Queues a frame, its payload maybe apart. */
  send(client: Client, frame: Uint8Array, payload?: Uint8Array): void {
    client.queue.push(frame);
    if (payload !== undefined) client.queue.push(payload);
    if (client.dirty) return;
    client.dirty = true;
    this.#dirty.add(client);
  }

  get dirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Writes what the last step produced. */
  flush(): void {
    if (this.#dirty.size === 0) return;
    for (const client of this.#dirty) {
      client.dirty = false;
      client.queue.flush(client.socket);
      if (client.queue.waiting > SLOW_CLIENT_BYTES) {
        this.#events.log(`local client pid ${client.pid} does not keep up, closing it`);
        client.socket.terminate();
      }
    }
    this.#dirty.clear();
  }

  #closed(socket: Socket<Client>): void {
    const client = socket.data;
    if (!this.#clients.delete(client)) return;
    this.#dirty.delete(client);
    for (const end of client.onEnd) end();
    if (client.group !== null) this.#events.left(client, true);
  }

  close(): void {
    for (const client of this.#clients) client.socket.end();
    this.#listener?.stop(true);
  }
}

/** What stands in front of the payload of a message. */
export function messageHead(from: GroupMember, payloadBytes: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEADER + MESSAGE_SOURCE);
  head.set(frameHeader(FrameKind.message, MESSAGE_SOURCE + payloadBytes));
  putU32(head, FRAME_HEADER, from.nodeId);
  putU32(head, FRAME_HEADER + 4, from.pid);
  return head;
}

const LEFT_REASONS: Record<number, "leave" | "nodedown" | "procdown"> = {
  2: "leave",
  3: "nodedown",
  5: "procdown",
};

export function membershipFrame(change: GroupChange): Uint8Array {
  const plain = ({ nodeId, pid }: GroupMember) => ({ nodeId, pid });
  return jsonFrame(FrameKind.membership, {
    members: change.members.map(plain),
    joined: change.joined.map(plain),
    left: change.left.map((m) => ({ ...plain(m), reason: LEFT_REASONS[m.reason] ?? "leave" })),
  });
}

function allowed(uid: number): boolean {
  if (uid === 0 || uid === process.getuid?.()) return true;
  const user = userName(uid);
  return user !== null && groupNames(user).includes(ADMIN_GROUP);
}

function adminGroupId(): number | null {
  try {
    const file = readFileSync("/etc/group", "utf8");
    const line = file.split("\n").find((entry) => entry.startsWith(`${ADMIN_GROUP}:`));
    return line === undefined ? null : Number(line.split(":")[2]);
  } catch {
    return null;
  }
}
