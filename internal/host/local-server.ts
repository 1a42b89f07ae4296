import { chmodSync, chownSync, mkdirSync, readFileSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { ExitCode, Limits } from "../base/mod.ts";
import type { LocalAnswer, LocalCommand, Peer, WatchCall, WatchLine } from "../node/mod.ts";
import { HttpReader, type HttpRequest } from "./http-reader.ts";
import { peerOf, userName } from "./peer.ts";

/** Most connections at a time; beyond it idle ones are closed, and new ones refused. */
const MOST_CONNECTIONS = 512;
/** A client that began a request has this long to finish it. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A watcher that does not read is cut off when this much waits for it. */
const MOST_UNREAD_BYTES = 64 * 1024 * 1024;
const ALIVE_INTERVAL_MS = 15_000;
const SOCKET_MODE = 0o660;

type Socket = Bun.Socket<Connection>;

export interface LocalHandler {
  request(id: number, command: LocalCommand, body: unknown, peer: Peer): void;
  requestGone(id: number): void;
  watch(id: number, what: WatchCall, peer: Peer): void;
  watchGone(id: number): void;
}

interface Connection {
  id: number;
  peer: Peer;
  reader: HttpReader;
  /** What the kernel did not take yet. */
  unsent: Buffer[];
  unsentBytes: number;
  /** The request being answered. */
  busy: boolean;
  watching: boolean;
  /** Close once everything is sent. */
  closing: boolean;
  deadline: ReturnType<typeof setTimeout> | null;
}

export interface LocalServer {
  answer(id: number, answer: LocalAnswer): void;
  line(id: number, line: WatchLine): void;
  close(): void;
}

/**
 * Listens for the tools. One request at a time on a connection; HTTP as small as it gets, since
 * who asks is only told by the socket itself (SO_PEERCRED), which no ready-made server shows.
 * Throws when the path cannot be listened on.
 */
export function listenLocal(path: string, handler: LocalHandler): LocalServer {
  const connections = new Map<number, Socket>();
  let counter = 0;
  mkdirSync(dirname(path), { recursive: true });
  removeStale(path);
  const umask = process.umask(0o777 & ~SOCKET_MODE);
  const listener = Bun.listen<Connection>({
    unix: path,
    socket: {
      open(socket) {
        counter += 1;
        socket.data = newConnection(counter, peer(socket));
        if (connections.size >= MOST_CONNECTIONS && !dropIdle(connections)) {
          socket.end();
          return;
        }
        connections.set(counter, socket);
      },
      data: (socket, bytes) => onData(socket, bytes, handler),
      drain: flush,
      close(socket) {
        const { id, watching, deadline, busy } = socket.data;
        if (deadline !== null) clearTimeout(deadline);
        if (!connections.delete(id)) return;
        if (watching) handler.watchGone(id);
        else if (busy) handler.requestGone(id);
      },
      error: (socket) => socket.terminate(),
    },
  });
  process.umask(umask);
  giveToGroup(path);
  const alive = setInterval(() => {
    for (const socket of connections.values()) if (socket.data.watching) writeLine(socket, ALIVE);
  }, ALIVE_INTERVAL_MS);
  return {
    answer(id, answer) {
      const socket = connections.get(id);
      if (socket !== undefined) respond(socket, 200, answer, handler);
    },
    line(id, line) {
      const socket = connections.get(id);
      if (socket !== undefined) writeLine(socket, line);
    },
    close() {
      clearInterval(alive);
      listener.stop(true);
      try {
        unlinkSync(path);
      } catch {
        // Taken away with its folder.
      }
    },
  };
}

/** Makes room for a tool by closing the oldest connection that waits for nothing. */
function dropIdle(connections: Map<number, Socket>): boolean {
  for (const [id, socket] of connections) {
    if (socket.data.busy || socket.data.watching) continue;
    connections.delete(id);
    if (socket.data.deadline !== null) clearTimeout(socket.data.deadline);
    socket.terminate();
    return true;
  }
  return false;
}

const ALIVE: WatchLine = { type: "alive" };

function newConnection(id: number, peer: Peer): Connection {
  return {
    id,
    peer,
    reader: new HttpReader(Limits.localRequestBytes),
    unsent: [],
    unsentBytes: 0,
    busy: false,
    watching: false,
    closing: false,
    deadline: null,
  };
}

/** The user at the other end. The engine's own user may do everything, as root may. */
function peer(socket: Socket): Peer {
  const fd = (socket as unknown as { fd: number }).fd;
  const credentials = peerOf(fd);
  if (credentials === null) return { user: "nobody", pid: 0 };
  const { uid, pid } = credentials;
  if (uid === 0) return { user: "root", pid };
  if (uid === process.geteuid?.()) return { user: "hacluster", pid };
  return { user: userName(uid) ?? `uid ${uid}`, pid };
}

function onData(socket: Socket, bytes: Uint8Array, handler: LocalHandler): void {
  const connection = socket.data;
  if (connection.closing) return;
  connection.reader.add(bytes);
  advance(socket, handler);
}

/** Takes the next request when it is complete and the one before is answered. */
function advance(socket: Socket, handler: LocalHandler): void {
  const connection = socket.data;
  if (connection.busy || connection.watching) {
    // Whoever sends more while an answer is due gets no memory for it.
    if (connection.reader.waiting > Limits.localRequestBytes) socket.terminate();
    return;
  }
  const next = connection.reader.next();
  if (next.state === "incomplete") {
    if (connection.reader.waiting > 0) startDeadline(socket);
    return;
  }
  if (connection.deadline !== null) clearTimeout(connection.deadline);
  connection.deadline = null;
  connection.busy = true;
  if (next.state === "refused") {
    connection.closing = true;
    respond(socket, next.status, refusal(next.reason), handler);
    return;
  }
  route(socket, next.request, handler);
}

function startDeadline(socket: Socket): void {
  const connection = socket.data;
  connection.deadline ??= setTimeout(() => {
    connection.closing = true;
    connection.busy = true;
    const answer = refusal("the request was not finished in time");
    write(socket, head(408, JSON.stringify(answer)));
  }, REQUEST_TIMEOUT_MS);
}

function route(socket: Socket, request: HttpRequest, handler: LocalHandler): void {
  const connection = socket.data;
  const command = /^\/v1\/([A-Za-z]+)$/.exec(request.path)?.[1];
  if (command === undefined || request.method !== "POST") {
    respond(socket, 404, refusal(`no such command: ${request.path.slice(0, 80)}`), handler);
    return;
  }
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString("utf8"));
  } catch {
    respond(socket, 400, refusal("the request is not JSON"), handler);
    return;
  }
  if (command !== "watch") {
    handler.request(connection.id, command as LocalCommand, body, connection.peer);
    return;
  }
  connection.watching = true;
  write(socket, Buffer.from(WATCH_HEAD));
  const what = typeof body === "object" && body !== null ? (body as WatchCall) : {};
  handler.watch(connection.id, what, connection.peer);
}

const WATCH_HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

function refusal(message: string): LocalAnswer {
  return { ok: false, error: { code: ExitCode.PROTOCOL, message, legacy: -71 } };
}

function respond(socket: Socket, status: number, answer: LocalAnswer, handler: LocalHandler): void {
  const connection = socket.data;
  if (!connection.busy) return;
  connection.busy = false;
  write(socket, head(status, JSON.stringify(answer)));
  // What came in the meantime; not at once, so that a flood of requests does not nest.
  if (!connection.closing) queueMicrotask(() => advance(socket, handler));
}

const REASONS: Record<number, string> = { 200: "OK", 400: "Bad Request", 404: "Not Found" };

function head(status: number, body: string): Buffer {
  const bytes = Buffer.from(body);
  const line = `HTTP/1.1 ${status} ${REASONS[status] ?? "Refused"}`;
  const fields = `Content-Type: application/json\r\nContent-Length: ${bytes.length}`;
  return Buffer.concat([Buffer.from(`${line}\r\n${fields}\r\n\r\n`), bytes]);
}

function writeLine(socket: Socket, line: WatchLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`);
  write(socket, Buffer.concat([size, bytes, Buffer.from("\r\n")]));
}

function write(socket: Socket, bytes: Buffer): void {
  const connection = socket.data;
  connection.unsent.push(bytes);
  connection.unsentBytes += bytes.length;
  if (connection.unsentBytes > MOST_UNREAD_BYTES) {
    socket.terminate();
    return;
  }
  flush(socket);
}

function flush(socket: Socket): void {
  const connection = socket.data;
  while (connection.unsent.length > 0) {
    const bytes = connection.unsent[0]!;
    const count = socket.write(bytes);
    if (count < 0) return;
    connection.unsentBytes -= count;
    if (count < bytes.length) {
      connection.unsent[0] = bytes.subarray(count);
      return;
    }
    connection.unsent.shift();
  }
  if (connection.closing) socket.end();
}

/** A socket file that nobody listens on any more. */
function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Members of group haclient may use the tools; only root can give the socket to them. */
function giveToGroup(path: string): void {
  chmodSync(path, SOCKET_MODE);
  if (process.geteuid?.() !== 0) return;
  const line = readFileSync("/etc/group", "utf8").match(/^haclient:[^:]*:(\d+):/m);
  if (line !== null) chownSync(path, 0, Number(line[1]));
}
