import { dlopen, FFIType, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";

/** Who is at the other end of a Unix socket, as the kernel says. */
export interface Peer {
  pid: number;
  uid: number;
  gid: number;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const UCRED_BYTES = 12;

let libc: ReturnType<typeof openLibc> | null = null;

function openLibc() {
  const { i32, pointer } = { i32: FFIType.i32, pointer: FFIType.ptr };
  return dlopen("libc.so.6", {
    getsockopt: { args: [i32, i32, i32, pointer, pointer], returns: i32 },
  });
}

/** Credentials of a connected Unix socket's peer, or null when the kernel does not tell. */
export function peerOf(fd: number): Peer | null {
  libc ??= openLibc();
  const credentials = new Int32Array(3);
  const length = new Uint32Array([UCRED_BYTES]);
  const code = libc.symbols.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ptr(credentials), ptr(length));
  if (code !== 0 || length[0] !== UCRED_BYTES) return null;
  return { pid: credentials[0]!, uid: credentials[1]!, gid: credentials[2]! };
}

/** Name of a user by number, from /etc/passwd; null when it has none. */
export function userName(uid: number): string | null {
  for (const fields of table("/etc/passwd")) if (Number(fields[2]) === uid) return fields[0]!;
  return null;
}

/** Names of the groups that a user belongs to, from /etc/passwd and /etc/group. */
export function groupNames(user: string): string[] {
  const primary = table("/etc/passwd").find((fields) => fields[0] === user)?.[3];
  return table("/etc/group")
    .filter((fields) => fields[2] === primary || (fields[3] ?? "").split(",").includes(user))
    .map((fields) => fields[0]!);
}

function table(file: string): string[][] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line.includes(":")).map((line) => line.split(":"));
  } catch {
    return [];
  }
}
