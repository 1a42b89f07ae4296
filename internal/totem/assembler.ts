import { decodePg } from "../wire/mod.ts";
import { MESSAGE_MAX } from "./packer.ts";

interface Partial {
  /** Number under which the last packet was cut; 0 when it was not. */
  fragment: number;
  parts: Uint8Array[];
  bytes: number;
}

/** Puts the senders' messages together again. One per sending queue (see RingStack). */
export class Assembler {
  readonly #senders = new Map<number, Partial>();
  /** Packets whose lengths did not add up, and pieces whose beginning is missing. */
  malformed = 0;
  thrownAway = 0;

  /** Calls `deliver` with each message that this packet completes. Views into `payload` are kept. */
  take(sender: number, payload: Uint8Array, deliver: (message: Uint8Array) => void): void {
    const packet = decodePg(payload);
    if (packet === null) {
      this.malformed += 1;
      return;
    }
    const state = this.#senders.get(sender) ?? { fragment: 0, parts: [], bytes: 0 };
    this.#senders.set(sender, state);
    const last = packet.items.length - 1;
    const continues = packet.continuation !== 0;
    // Without its beginning the first item is of no use.
    const headless = continues && packet.continuation !== state.fragment;
    if (!continues || headless) clear(state);
    let skipping = headless;
    packet.items.forEach((item, i) => {
      const cut = i === last && packet.fragment !== 0;
      if (skipping) {
        this.thrownAway += 1;
        skipping = false;
        state.fragment = 0;
        return;
      }
      if (cut) {
        state.parts.push(item);
        state.bytes += item.length;
        if (state.bytes > MESSAGE_MAX) clear(state);
        else state.fragment = packet.fragment;
        return;
      }
      if (state.parts.length === 0) {
        deliver(item);
        return;
      }
      state.parts.push(item);
      const whole = join(state.parts, state.bytes + item.length);
      clear(state);
      deliver(whole);
    });
  }

  /** Forgets begun messages of senders that are no members any more, or of all. */
  forget(keep: (sender: number) => boolean): void {
    for (const sender of this.#senders.keys()) {
      if (!keep(sender)) this.#senders.delete(sender);
    }
  }
}

function clear(state: Partial): void {
  state.fragment = 0;
  state.parts = [];
  state.bytes = 0;
}

function join(parts: Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
