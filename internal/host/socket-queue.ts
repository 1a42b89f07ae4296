/** What a Bun socket offers to writers. */
interface Writable {
  write(data: Uint8Array): number;
}

/** Small frames are joined up to this size, to spare system calls. */
const JOIN_BYTES = 64 * 1024;

/**
 * Outgoing bytes of one stream socket. Writes are gathered until {@link flush}; what the kernel
 * does not take waits for the socket's drain. The owner looks at {@link waiting} and sets a limit.
 */
export class SocketQueue {
  #chunks: Uint8Array[] = [];
  waiting = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.waiting += chunk.length;
  }

  /** Writes as much as the kernel takes. */
  flush(socket: Writable): void {
    let taken = 0;
    while (taken < this.#chunks.length) {
      const { batch, count } = this.#nextBatch(taken);
      const written = Math.max(0, socket.write(batch));
      this.waiting -= written;
      taken += count;
      if (written < batch.length) {
        this.#chunks = [batch.subarray(written), ...this.#chunks.slice(taken)];
        return;
      }
    }
    this.#chunks = [];
  }

  #nextBatch(from: number): { batch: Uint8Array; count: number } {
    let bytes = this.#chunks[from]!.length;
    let end = from + 1;
    while (end < this.#chunks.length && bytes + this.#chunks[end]!.length <= JOIN_BYTES) {
      bytes += this.#chunks[end]!.length;
      end += 1;
    }
    if (end === from + 1) return { batch: this.#chunks[from]!, count: 1 };
    const batch = new Uint8Array(bytes);
    let at = 0;
    for (let i = from; i < end; i += 1) {
      batch.set(this.#chunks[i]!, at);
      at += this.#chunks[i]!.length;
    }
    return { batch, count: end - from };
  }
}
