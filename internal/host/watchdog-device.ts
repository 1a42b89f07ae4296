import { dlopen, FFIType, ptr } from "bun:ffi";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";

/** Sets the device's timeout in seconds and gives back the one that it took. */
const WDIOC_SETTIMEOUT = 0xc0045706;
/** Written before the device is closed it stops watching, unless it was built never to. */
const MAGIC_CLOSE = "V";

/** A watchdog device: from its opening on it resets the machine unless it is fed. */
export class WatchdogDevice {
  readonly path: string;
  readonly timeoutMs: number;
  readonly #fd: number;
  readonly #stat: Stats;

  private constructor(path: string, timeoutMs: number, fd: number) {
    this.path = path;
    this.timeoutMs = timeoutMs;
    this.#fd = fd;
    this.#stat = fstatSync(fd);
  }

  /**
   * Opens (and so arms) the device at `path`. A FIFO or a regular file serves as well, for whoever
   * watches it. Throws when there is none, it is in use, or it does not take the timeout.
   */
  static open(path: string, timeoutMs: number): WatchdogDevice {
    // Never made here: a mistyped path would be a watchdog that watches nothing.
    const kind = statSync(path);
    const readable = kind.isFIFO();
    const flags = (readable ? constants.O_RDWR : constants.O_WRONLY) | constants.O_NONBLOCK;
    const fd = openSync(path, flags);
    if (kind.isCharacterDevice()) {
      try {
        setTimeoutOf(fd, path, timeoutMs);
      } catch (error) {
        writeSync(fd, MAGIC_CLOSE);
        closeSync(fd);
        throw error;
      }
    }
    return new WatchdogDevice(path, timeoutMs, fd);
  }

  /** The machine lives on for another timeout. Throws when the device does not take it. */
  feed(): void {
    this.#write("1");
  }

  disarm(): void {
    this.#write(MAGIC_CLOSE);
    closeSync(this.#fd);
  }

  #write(text: string): void {
    try {
      if (this.#stat.isFile()) writeSync(this.#fd, text, 0);
      else writeSync(this.#fd, text);
    } catch (error) {
      // A FIFO that nobody reads is full.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

function setTimeoutOf(fd: number, path: string, timeoutMs: number): void {
  const { i32, u64 } = FFIType;
  const libc = dlopen("libc.so.6", {
    ioctl: { args: [i32, u64, FFIType.ptr], returns: i32 },
  }).symbols;
  const wanted = Math.ceil(timeoutMs / 1000);
  const seconds = new Int32Array([wanted]);
  if (libc.ioctl(fd, WDIOC_SETTIMEOUT, ptr(seconds)) !== 0) {
    throw new Error(`${path} does not take a timeout: it is no watchdog device`);
  }
  if (seconds[0] !== wanted) {
    throw new Error(`${path} takes a timeout of ${seconds[0]}s, not of ${wanted}s`);
  }
}
