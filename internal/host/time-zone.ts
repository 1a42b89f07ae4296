import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const ZONES = "/usr/share/zoneinfo";

let zone: { named: string | undefined; bytes: Buffer | null } | null = null;

/**
 * Seconds east of UTC of local time at a point in time (seconds since 1970), as TZ and the system
 * say. From the system's own file of the zone: the runtime's first answer takes a quarter of the time
 * that a tool runs. It is asked where the file does not know.
 */
export function localOffset(epochSeconds: number): number {
  const named = process.env["TZ"];
  if (zone === null || zone.named !== named) zone = { named, bytes: readZone(named) };
  const offset = zone.bytes === null ? null : offsetIn(zone.bytes, epochSeconds);
  return offset ?? -new Date(epochSeconds * 1000).getTimezoneOffset() * 60;
}

/** The file of the zone that TZ names, of the machine's zone without; null when there is none. */
function readZone(named: string | undefined): Buffer | null {
  const name = named?.replace(/^:/, "");
  if (name === "") return null;
  try {
    return readFileSync(name === undefined ? "/etc/localtime" : resolve(ZONES, name));
  } catch {
    // A zone that is written out (CET-1CEST), or a machine without files of zones.
    return null;
  }
}

const MAGIC = "TZif";
const HEAD_BYTES = 44;
const TYPE_BYTES = 6;

/** One of the two blocks of a file: how many of what, and where. */
interface Block {
  times: number;
  types: number;
  leaps: number;
  /** Of the first time. */
  start: number;
  /** Of what follows the block. */
  end: number;
}

/**
 * What a file (RFC 8536) says of a moment: seconds east of UTC. Null where it does not: after the
 * last change that is listed when a rule goes on from there, with leap seconds, or when it is no file
 * of version 2.
 */
export function offsetIn(file: Buffer, epochSeconds: number): number | null {
  if (file.toString("latin1", 0, 4) !== MAGIC || file[4]! < 0x32) return null;
  const old = blockAt(file, 0, 4);
  const block = old === null ? null : blockAt(file, old.end, 8);
  if (block === null || block.leaps > 0) return null;
  let latest = -1;
  while (latest + 1 < block.times && timeAt(file, block, latest + 1) <= epochSeconds) latest += 1;
  const rule = /^\n([^\n]*)\n$/.exec(file.toString("latin1", block.end))?.[1];
  if (rule === undefined) return null;
  if (rule.includes(",") && latest === block.times - 1) return null;
  const indices = block.start + block.times * 8;
  const type = latest < 0 ? 0 : file[indices + latest]!;
  return type < block.types ? file.readInt32BE(indices + block.times + type * TYPE_BYTES) : null;
}

function timeAt(file: Buffer, { start }: Block, index: number): number {
  return Number(file.readBigInt64BE(start + index * 8));
}

/** The block at a place, whose times have so many bytes; null when the file ends before it does. */
function blockAt(file: Buffer, at: number, timeBytes: number): Block | null {
  if (file.length < at + HEAD_BYTES) return null;
  const counts = [20, 24, 28, 32, 36, 40].map((place) => file.readUInt32BE(at + place));
  const [inUtc, standard, leaps, times, types, letters] = counts as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const start = at + HEAD_BYTES;
  const end =
    start +
    times * (timeBytes + 1) +
    types * TYPE_BYTES +
    letters +
    leaps * (timeBytes + 4) +
    standard +
    inUtc;
  return end > file.length ? null : { times, types, leaps, start, end };
}
