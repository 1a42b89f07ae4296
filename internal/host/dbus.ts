import type { Socket } from "bun";
import {
  type Call,
  type DbusMessage,
  decodeMessage,
  encodeCall,
  MessageType,
} from "./dbus-wire.ts";

const SYSTEM_BUS = "/run/dbus/system_bus_socket";

/** A refusal by the other side, or the loss of the bus. */
export class DbusError extends Error {
  override name = "DbusError";
  /** `org.freedesktop.systemd1.NoSuchUnit` and the like; `disconnected` for a lost bus. */
  readonly error: string;
  constructor(error: string, message: string) {
    super(message);
    this.error = error;
  }
}

interface Waiting {
  resolve: (message: DbusMessage) => void;
  reject: (error: DbusError) => void;
}

/** A connection to the system bus: calls with their replies, and signals. */
export class DbusConnection {
  readonly #onSignal: (message: DbusMessage) => void;
  readonly #onClose: () => void;
  #socket: Socket | null = null;
  #serial = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #outgoing: Buffer[] = [];
  #greeting: (() => void) | null = null;
  readonly #waiting = new Map<number, Waiting>();

  private constructor(onSignal: (message: DbusMessage) => void, onClose: () => void) {
    this.#onSignal = onSignal;
    this.#onClose = onClose;
  }

  /** Connects and says hello. Throws {@link DbusError}. */
  static async open(
    onSignal: (message: DbusMessage) => void,
    onClose: () => void,
    path = SYSTEM_BUS,
  ): Promise<DbusConnection> {
    const connection = new DbusConnection(onSignal, onClose);
    await connection.#connect(path);
    await connection.call({
      destination: "org.freedesktop.DBus",
      path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus",
      member: "Hello",
      arguments: [],
    });
    return connection;
  }

  async #connect(path: string): Promise<void> {
    const greeted = new Promise<void>((resolve) => {
      this.#greeting = resolve;
    });
    try {
      this.#socket = await Bun.connect({
        unix: path,
        socket: {
          data: (_, bytes) => this.#receive(bytes),
          drain: () => this.#flush(),
          close: () => this.#lost("the bus closed the connection"),
          error: (_, error) => this.#lost(error.message),
        },
      });
    } catch (error) {
      throw new DbusError("disconnected", error instanceof Error ? error.message : String(error));
    }
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
    this.#write(Buffer.from(`\0AUTH EXTERNAL ${uid}\r\n`, "latin1"));
    await greeted;
    this.#write(Buffer.from("BEGIN\r\n", "latin1"));
  }

  call(call: Call): Promise<DbusMessage> {
    return new Promise((resolve, reject) => {
      if (this.#socket === null) {
        reject(new DbusError("disconnected", "not connected to the system bus"));
        return;
      }
      this.#serial += 1;
      this.#waiting.set(this.#serial, { resolve, reject });
      this.#write(encodeCall(this.#serial, call));
    });
  }

  close(): void {
    this.#socket?.end();
  }

  #write(bytes: Buffer): void {
    this.#outgoing.push(bytes);
    this.#flush();
  }

  #flush(): void {
    while (this.#outgoing.length > 0 && this.#socket !== null) {
      const first = this.#outgoing[0]!;
      const written = this.#socket.write(first);
      if (written < first.length) {
        this.#outgoing[0] = first.subarray(Math.max(0, written));
        return;
      }
      this.#outgoing.shift();
    }
  }

  #receive(bytes: Buffer): void {
    this.#buffer =
      this.#buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffer, bytes]);
    if (this.#greeting !== null && !this.#readGreeting()) return;
    try {
      for (let next = decodeMessage(this.#buffer); next !== null; ) {
        this.#buffer = next.rest;
        this.#deliver(next.message);
        next = decodeMessage(this.#buffer);
      }
    } catch (error) {
      this.#lost(String(error));
    }
  }

  /** True once the bus has accepted who we are. */
  #readGreeting(): boolean {
    const end = this.#buffer.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.#buffer.toString("latin1", 0, end);
    this.#buffer = this.#buffer.subarray(end + 2);
    const resolve = this.#greeting;
    this.#greeting = null;
    if (line.startsWith("OK ")) resolve?.();
    else this.#lost(`the bus refused us: ${line}`);
    return true;
  }

  #deliver(message: DbusMessage): void {
    if (message.type === MessageType.SIGNAL) {
      this.#onSignal(message);
      return;
    }
    const waiting = this.#waiting.get(message.replySerial);
    this.#waiting.delete(message.replySerial);
    if (message.type === MessageType.ERROR) {
      waiting?.reject(new DbusError(message.errorName, message.errorName));
    } else {
      waiting?.resolve(message);
    }
  }

  #lost(reason: string): void {
    if (this.#socket === null) return;
    const socket = this.#socket;
    this.#socket = null;
    socket.end();
    for (const { reject } of this.#waiting.values()) reject(new DbusError("disconnected", reason));
    this.#waiting.clear();
    this.#onClose();
  }
}
