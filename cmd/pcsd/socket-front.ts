import { chmodSync, rmSync } from "node:fs";
import type { Socket } from "bun";
import { groupNames, peerOf, userName } from "../../internal/host/peer.ts";

/** Longest request head taken; longer ones are hung up on. */
const HEAD_BYTES_MAX = 64 * 1024;
const GROUP = "haclient";

interface Link {
  /** Bytes of the request's head until it is whole; null afterwards. */
  head: Buffer | null;
  user: string | null;
  inner: Socket<Link> | null;
  outer: Socket<Link> | null;
  toInner: Buffer[];
  toOuter: Buffer[];
}

/**
 * The Unix socket of pcsd. HTTP servers do not tell who connected, so this front asks the kernel,
 * puts the user's name into the head of the one request that a connection may carry, and passes
 * everything on to the server behind `innerPath`. Users outside the group are hung up on.
 */
export function listenWithPeers(path: string, innerPath: string, header: string): void {
  rmSync(path, { force: true });
  Bun.listen<Link>({
    unix: path,
    socket: {
      open(socket) {
        socket.data = {
          head: Buffer.alloc(0),
          user: permitted(socket),
          inner: null,
          outer: socket,
          toInner: [],
          toOuter: [],
        };
        if (socket.data.user === null) {
          socket.end();
          return;
        }
        connectInner(socket.data, innerPath);
      },
      data(socket, chunk) {
        const link = socket.data;
        if (link.head === null) return send(link.inner, link.toInner, chunk);
        link.head = Buffer.concat([link.head, chunk]);
        const end = link.head.indexOf("\r\n\r\n");
        if (end < 0) {
          if (link.head.length > HEAD_BYTES_MAX) socket.end();
          return;
        }
        send(link.inner, link.toInner, rewrite(link.head, end, header, link.user ?? ""));
        link.head = null;
      },
      drain: (socket) => flush(socket, socket.data.toOuter),
      close(socket) {
        socket.data?.inner?.end();
      },
      error(socket) {
        socket.data?.inner?.end();
      },
    },
  });
  chmodSync(path, 0o660);
}

function permitted(socket: Socket<Link>): string | null {
  const peer = peerOf((socket as unknown as { fd: number }).fd);
  const name = peer === null ? null : userName(peer.uid);
  if (name === null) return null;
  return peer!.uid === 0 || groupNames(name).includes(GROUP) ? name : null;
}

function connectInner(link: Link, path: string): void {
  void Bun.connect<Link>({
    unix: path,
    data: link,
    socket: {
      open(socket) {
        link.inner = socket;
        flush(socket, link.toInner);
      },
      data: (_socket, chunk) => send(link.outer, link.toOuter, chunk),
      drain: (socket) => flush(socket, link.toInner),
      close() {
        link.outer?.end();
      },
      error() {
        link.outer?.end();
      },
      connectError() {
        link.outer?.end();
      },
    },
  });
}

/** One request a connection, so that no second head passes unseen. */
function rewrite(bytes: Buffer, end: number, header: string, user: string): Buffer {
  const lines = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const kept = lines.filter(
    (line) =>
      !/^(connection|keep-alive)\s*:/i.test(line) && !line.toLowerCase().startsWith(`${header}:`),
  );
  const head = [...kept, `${header}: ${user}`, "connection: close", "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), bytes.subarray(end + 4)]);
}

function send(socket: Socket<Link> | null, queue: Buffer[], chunk: Buffer): void {
  queue.push(Buffer.from(chunk));
  if (socket !== null) flush(socket, queue);
}

function flush(socket: Socket<Link>, queue: Buffer[]): void {
  for (let chunk = queue[0]; chunk !== undefined; chunk = queue[0]) {
    const count = socket.write(chunk);
    if (count < chunk.length) {
      queue[0] = chunk.subarray(Math.max(0, count));
      return;
    }
    queue.shift();
  }
}
