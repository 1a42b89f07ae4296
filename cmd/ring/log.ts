import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { LoggingSettings } from "../../internal/corosync-conf/mod.ts";
import { underRoot } from "../../internal/host/paths.ts";

export type RingLogLevel = "error" | "warning" | "notice" | "info" | "debug";
/** Corosync's subsystem names. */
export type Subsystem =
  | "CMAP"
  | "MAIN"
  | "TOTEM"
  | "QUORUM"
  | "VOTEQ"
  | "CPG"
  | "CFG"
  | "KNET"
  | "SYNC";

const RANK: RingLogLevel[] = ["error", "warning", "notice", "info", "debug"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Log lines in Corosync's form, to standard error and to the file that corosync.conf names. */
export class RingLog {
  #fd: number | null = null;
  #file: string | null = null;
  #limit = 3;
  #stamp: LoggingSettings["timestamp"] = "hires";
  #toStderr = true;
  readonly #nodeName: () => string;

  constructor(nodeName: () => string) {
    this.#nodeName = nodeName;
  }

  configure(settings: LoggingSettings): void {
    this.#limit = settings.debug ? 4 : RANK.indexOf(levelOf(settings.logfilePriority));
    this.#stamp = settings.timestamp;
    this.#toStderr = settings.toStderr;
    this.#file =
      settings.toLogfile && settings.logfile !== null ? underRoot(settings.logfile) : null;
    this.reopen();
  }

  /** After log rotation. */
  reopen(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
    if (this.#file === null) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      this.#fd = openSync(this.#file, "a", 0o644);
    } catch (error) {
      this.write("error", "MAIN", `Unable to open log file ${this.#file}: ${String(error)}`);
    }
  }

  write(level: RingLogLevel, subsystem: Subsystem, text: string): void {
    if (RANK.indexOf(level) > this.#limit) return;
    const stamp = timestamp(this.#stamp);
    const body = `${level.padEnd(7)} [${subsystem.padEnd(6)}] ${text}\n`;
    if (this.#toStderr) put(2, `${stamp}${body}`);
    if (this.#fd !== null) {
      put(this.#fd, `${stamp}[${process.pid}] ${this.#nodeName()} corosync ${body}`);
    }
  }
}

function put(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // A full disk or a closed terminal must not stop the ring.
  }
}

function levelOf(priority: LoggingSettings["logfilePriority"]): RingLogLevel {
  switch (priority) {
    case "emerg":
    case "alert":
    case "crit":
    case "err":
      return "error";
    default:
      return priority;
  }
}

function timestamp(kind: LoggingSettings["timestamp"]): string {
  if (kind === "off") return "";
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${MONTHS[now.getMonth()]} ${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const ms = kind === "hires" ? `.${String(now.getMilliseconds()).padStart(3, "0")}` : "";
  return `${day} ${time}${ms} `;
}
