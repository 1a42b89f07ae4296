/** The D-Bus client against a bus that the test plays. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DbusConnection, DbusError } from "../../../internal/host/dbus.ts";
import { decodeMessage, encodeCall, Reader } from "../../../internal/host/dbus-wire.ts";
import { unitList } from "../../../internal/host/unit-info.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-dbus-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const call = (member: string) => ({
  destination: "org.example",
  path: "/org/example",
  interface: "org.example.Manager",
  member,
  arguments: ["nginx.service", "replace"],
});

test("a call reads back as it was written, whole and in pieces", () => {
  const bytes = encodeCall(7, call("StartUnit"));
  const decoded = decodeMessage(Buffer.concat([bytes, Buffer.from("rest")]));
  expect(decoded?.message).toMatchObject({
    type: 1,
    serial: 7,
    path: "/org/example",
    member: "StartUnit",
    signature: "ss",
  });
  expect(decoded?.rest.toString()).toBe("rest");
  const reader = new Reader(decoded!.message.body);
  expect([reader.string(), reader.string()]).toEqual(["nginx.service", "replace"]);
  for (const length of [0, 10, 40, bytes.length - 1]) {
    expect(decodeMessage(bytes.subarray(0, length))).toBeNull();
  }
  expect(() => decodeMessage(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toThrow();
});

test("a list of strings goes out as one argument, and a list of units is read back", () => {
  const listed = encodeCall(1, { ...call("ListUnitsByNames"), arguments: [["a.service", "b"]] });
  const { message } = decodeMessage(listed)!;
  expect(message.signature).toBe("as");
  const reader = new Reader(message.body);
  expect(reader.uint32()).toBe(message.body.length - 4);
  expect([reader.string(), reader.string()]).toEqual(["a.service", "b"]);

  const units = [
    ["a.service", "The first", "loaded", "active", "running", "", "/unit/a", 0, "", "/"],
    [
      "b.service",
      "b.service",
      "not-found",
      "inactive",
      "dead",
      "",
      "/unit/b",
      7,
      "start",
      "/job/7",
    ],
  ];
  expect(unitList(structs(units))).toEqual([
    { description: "The first", load: "loaded", active: "active" },
    { description: "b.service", load: "not-found", active: "inactive" },
  ]);
  expect(unitList(structs([]))).toEqual([]);
});

/** An array of structures of strings and numbers, as D-Bus lays them out. */
function structs(rows: (string | number)[][]): Buffer {
  const bytes: number[] = [0, 0, 0, 0];
  const align = (size: number) => {
    while (bytes.length % size !== 0) bytes.push(0);
  };
  const number = (value: number) => {
    align(4);
    bytes.push(value & 0xff, (value >> 8) & 0xff, 0, 0);
  };
  align(8);
  for (const row of rows) {
    align(8);
    for (const cell of row) {
      number(typeof cell === "number" ? cell : cell.length);
      if (typeof cell === "string") bytes.push(...Buffer.from(cell), 0);
    }
  }
  const body = Buffer.from(bytes);
  body.writeUInt32LE(bytes.length - 8, 0);
  return body;
}

/** A reply or error: a call's bytes with another type and the field REPLY_SERIAL in place of PATH. */
function reply(type: 2 | 3, to: number, text: string): Buffer {
  const fields = Buffer.alloc(type === 2 ? 16 : 16 + 8);
  fields.set([5, 1, 0x75, 0], 0);
  fields.writeUInt32LE(to, 4);
  const signature = Buffer.from([8, 1, 0x67, 0, 1, 0x73, 0]);
  const name = Buffer.from("org.example.No\0");
  const error = Buffer.concat([Buffer.from([4, 1, 0x73, 0, 14, 0, 0, 0]), name]);
  const all = Buffer.concat(
    type === 2 ? [fields.subarray(0, 8), signature] : [fields.subarray(0, 8), error],
  );
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from(`${text}\0`)]);
  body.writeUInt32LE(text.length, 0);
  const header = Buffer.alloc(16);
  header.set([0x6c, type, 0, 1]);
  header.writeUInt32LE(type === 2 ? body.length : 0, 4);
  header.writeUInt32LE(99, 8);
  header.writeUInt32LE(all.length, 12);
  const padding = Buffer.alloc((8 - (all.length % 8)) % 8);
  return Buffer.concat([header, all, padding, type === 2 ? body : Buffer.alloc(0)]);
}

test("hello, a reply, a refusal, the loss of the bus", async () => {
  const path = join(folder, "bus");
  let peer: Socket | null = null;
  const server = createServer((socket) => {
    peer = socket;
    let buffer: Buffer = Buffer.alloc(0);
    let begun = false;
    socket.on("data", (bytes: Buffer) => {
      buffer = Buffer.concat([buffer, bytes]);
      if (!begun) {
        if (!buffer.includes("\r\n")) return;
        if (!buffer.includes("BEGIN\r\n")) {
          if (buffer.indexOf("\r\n") === buffer.length - 2) socket.write("OK 0123\r\n");
          return;
        }
        begun = true;
        buffer = buffer.subarray(buffer.indexOf("BEGIN\r\n") + 7);
      }
      for (let next = decodeMessage(buffer); next !== null; next = decodeMessage(buffer)) {
        buffer = Buffer.from(next.rest);
        const { member, serial } = next.message;
        socket.write(reply(member === "Refuse" ? 3 : 2, serial, `did ${member}`));
      }
    });
  }).listen(path);
  let closed = false;
  const bus = await DbusConnection.open(
    () => undefined,
    () => {
      closed = true;
    },
    path,
  );
  const answer = await bus.call(call("StartUnit"));
  expect(new Reader(answer.body).string()).toBe("did StartUnit");
  const refusal = await bus.call(call("Refuse")).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DbusError);
  expect((refusal as DbusError).error).toBe("org.example.No");
  peer!.destroy();
  for (let i = 0; i < 100 && !closed; i++) await Bun.sleep(10);
  expect(closed).toBe(true);
  const late = await bus.call(call("StartUnit")).catch((error: unknown) => error);
  expect((late as DbusError).error).toBe("disconnected");
  server.close();
  const nobody = await DbusConnection.open(
    () => undefined,
    () => undefined,
    join(folder, "none"),
  ).catch((error: unknown) => error);
  expect(nobody).toBeInstanceOf(DbusError);
});
