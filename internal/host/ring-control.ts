import { FrameKind, FrameReader, jsonBody, jsonFrame } from "./ring-frames.ts";

/** What the ring answered, or why there is no answer. */
export type RingAnswer<T> =
  | { ok: true; value: T }
  | { ok: false; reason: "not-running" | "refused" | "timeout"; message: string };

/** One request to the local ring process (see cmd/ring/control.ts), for tools that run and end. */
export function askRing<T>(
  socketPath: string,
  op: string,
  parameters: Record<string, unknown> = {},
  timeoutMs = 10_000,
): Promise<RingAnswer<T>> {
  return new Promise((resolve) => {
    const reader = new FrameReader();
    let settled = false;
    let close: (() => void) | null = null;
    const settle = (answer: RingAnswer<T>) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      close?.();
      resolve(answer);
    };
    const fail = (error: Error) =>
      settle({ ok: false, reason: "not-running", message: error.message });
    const timer = setTimeout(
      () => settle({ ok: false, reason: "timeout", message: "no answer" }),
      timeoutMs,
    );
    Bun.connect({
      unix: socketPath,
      socket: {
        binaryType: "uint8array",
        open: (socket) => {
          close = () => socket.end();
          socket.write(jsonFrame(FrameKind.request, { op, ...parameters }));
        },
        data: (_, chunk) => {
          reader.feed(chunk, (kind, body) => {
            if (kind === FrameKind.reply) settle(jsonBody(body) as RingAnswer<T>);
            return true;
          });
        },
        close: () => fail(new Error("closed")),
        error: (_, error) => fail(error),
        connectError: (_, error) => fail(error),
      },
    }).catch(fail);
  });
}

/** Asks again and again: `onValue` gets each value the ring sends until the caller ends it. */
export function watchRing(
  socketPath: string,
  op: string,
  parameters: Record<string, unknown>,
  onValue: (value: unknown) => void,
): Promise<"not-running" | "closed"> {
  return new Promise((resolve) => {
    const reader = new FrameReader();
    let opened = false;
    Bun.connect({
      unix: socketPath,
      socket: {
        binaryType: "uint8array",
        open: (socket) => {
          opened = true;
          socket.write(jsonFrame(FrameKind.request, { op, ...parameters }));
        },
        data: (_, chunk) => {
          reader.feed(chunk, (kind, body) => {
            if (kind === FrameKind.reply) onValue(jsonBody(body));
            return true;
          });
        },
        close: () => resolve(opened ? "closed" : "not-running"),
        error: () => resolve("not-running"),
        connectError: () => resolve("not-running"),
      },
    }).catch(() => resolve("not-running"));
  });
}
