import { describe, expect, test } from "bun:test";
import { SealError, SealedStream } from "../../../internal/host/sealed-stream.ts";

const secret = Buffer.from("the cluster's key");

function pair(clientSecret = secret) {
  const client = new SealedStream("client", clientSecret);
  const server = new SealedStream("server", secret);
  return { client, server, greet: () => server.take(client.hello()) };
}

function text(frames: Buffer[]): string[] {
  return frames.map((frame) => frame.toString());
}

describe("a sealed stream", () => {
  test("carries frames both ways, however the bytes are cut", () => {
    const { client, server, greet } = pair();
    expect(client.take(greet().reply!).frames).toEqual([]);
    expect(client.open && server.open).toBe(true);
    const bytes = Buffer.concat([client.seal(Buffer.from("one")), client.seal(Buffer.from(""))]);
    const seen: string[] = [];
    for (const byte of bytes) seen.push(...text(server.take(Buffer.from([byte])).frames));
    expect(seen).toEqual(["one", ""]);
    expect(text(client.take(server.seal(Buffer.from("two"))).frames)).toEqual(["two"]);
    expect(bytes.includes("one")).toBe(false);
  });

  test("nobody with another key, or none, gets an answer", () => {
    expect(pair(Buffer.from("another key")).greet).toThrow(SealError);
    expect(() => pair().server.take(Buffer.from("GET / HTTP/1.1\r\n"))).toThrow(
      "not a peer of ours",
    );
    expect(() => new SealedStream("server", Buffer.alloc(0))).toThrow("empty");
  });

  test("a server's answer to somebody else is not taken", () => {
    const recorded = pair().greet().reply!;
    expect(() => pair().client.take(recorded)).toThrow("another key");
  });

  test("what is changed, repeated or too large ends the connection", () => {
    for (const spoil of [
      (frame: Buffer) => frame.fill(frame[5]! ^ 1, 5, 6),
      (frame: Buffer) => Buffer.concat([frame, frame]),
      (frame: Buffer) => frame.fill(0xff, 0, 4),
    ]) {
      const { client, server, greet } = pair();
      client.take(greet().reply!);
      const frame = spoil(client.seal(Buffer.from("start")));
      expect(() => server.take(frame)).toThrow(SealError);
    }
  });
});
