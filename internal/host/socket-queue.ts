/** What a Bun socket offers to writers. */
interface Writable {
  write(data: Uint8Array): number;
}

/** Bytes are gathered in blocks of this size: one system call for many small frames. */
const BLOCK_BYTES = 256 * 1024;
/** Empty blocks that are kept for later. */
const SPARE_BLOCKS = 2;

interface Block {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/**
 * Outgoing bytes of one stream socket. Writes are copied and gathered until {@link flush}; what the
 * kernel does not take waits for the socket's drain. The owner looks at {@link waiting} and sets a
 * limit.
 */
export class SocketQueue {
  #blocks: Block[] = [];
  readonly #spare: Uint8Array[] = [];
  waiting = 0;

  push(chunk: Uint8Array): void {
    this.waiting += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      let block = this.#blocks.at(-1);
      if (block === undefined || block.end === BLOCK_BYTES) {
        const bytes = this.#spare.pop() ?? new Uint8Array(BLOCK_BYTES);
        block = { bytes, start: 0, end: 0 };
        this.#blocks.push(block);
      }
      const take = Math.min(chunk.length - at, BLOCK_BYTES - block.end);
      block.bytes.set(take === chunk.length ? chunk : chunk.subarray(at, at + take), block.end);
      block.end += take;
      at += take;
    }
  }

  /** Writes as much as the kernel takes. */
  flush(socket: Writable): void {
    let done = 0;
    for (const block of this.#blocks) {
      const left = block.end - block.start;
      const written = Math.max(0, socket.write(block.bytes.subarray(block.start, block.end)));
      this.waiting -= written;
      block.start += written;
      if (written < left) break;
      done += 1;
      if (this.#spare.length < SPARE_BLOCKS) this.#spare.push(block.bytes);
    }
    if (done > 0) this.#blocks.splice(0, done);
  }
}
