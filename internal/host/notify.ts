import { dlopen, FFIType, ptr } from "bun:ffi";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
/** sizeof(sun_path), less the zero at its end. */
const PATH_MAX = 107;

/**
 * Tells systemd (a unit of Type=notify) how it stands with this service, as `READY=1`: one datagram
 * to the socket that it named in the environment. Does nothing where none is named; false when the
 * message could not be sent. The tool systemd-notify would do as much, but is another process, whose
 * word a unit does not take unless told to.
 */
export function notifySupervisor(message: string): boolean {
  const path = process.env["NOTIFY_SOCKET"] ?? "";
  if (!/^[/@]./.test(path) || Buffer.byteLength(path) > PATH_MAX) return false;
  const { i32, u32, u64, i64 } = FFIType;
  const libc = dlopen("libc.so.6", {
    socket: { args: [i32, i32, i32], returns: i32 },
    sendto: { args: [i32, FFIType.ptr, u64, i32, FFIType.ptr, u32], returns: i64 },
    close: { args: [i32], returns: i32 },
  }).symbols;
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  // A leading @ stands for the abstract namespace, whose names begin with a zero.
  const name = Buffer.from(path.replace(/^@/, "\0"));
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), name]);
  const text = Buffer.from(message);
  const sent = libc.sendto(fd, ptr(text), text.length, MSG_DONTWAIT, ptr(address), address.length);
  libc.close(fd);
  return Number(sent) === text.length;
}
