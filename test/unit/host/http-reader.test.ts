import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HttpReader } from "../../../internal/host/http-reader.ts";

function request(body: string): Buffer {
  return Buffer.from(`POST /v1/info HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
}

describe("requests on the local socket", () => {
  test("any cut of the stream gives the same requests", () => {
    const bodies = fc.array(fc.stringMatching(/^[a-z]{0,20}$/), { maxLength: 5 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 40 })), (wanted, cuts) => {
        const reader = new HttpReader(1000);
        const found: string[] = [];
        const take = (): void => {
          for (let next = reader.next(); next.state === "complete"; next = reader.next()) {
            found.push(next.request.body.toString());
          }
        };
        let rest = Buffer.concat(wanted.map(request));
        for (const cut of cuts) {
          reader.add(rest.subarray(0, cut));
          rest = rest.subarray(cut);
          take();
        }
        reader.add(rest);
        take();
        expect(found).toEqual(wanted);
        expect(reader.waiting).toBe(0);
      }),
    );
  });

  for (const [what, bytes] of [
    ["garbage", Buffer.from([0x16, 0x03, 0x01, 0x02])],
    ["no method", Buffer.from("hello world, this is no HTTP")],
    ["an endless head", Buffer.from(`GET / HTTP/1.1\r\nX: ${"a".repeat(20_000)}`)],
    ["a body that is too large", Buffer.from("POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n")],
    ["a length that is no number", Buffer.from("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")],
    ["chunks", Buffer.from("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")],
  ] as const) {
    test(`${what}: refused`, () => {
      const reader = new HttpReader(1000);
      reader.add(bytes);
      expect(reader.next().state).toBe("refused");
    });
  }
});
