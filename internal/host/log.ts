import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Log, LogLevel } from "../ports/mod.ts";
import { giveToCluster } from "./ownership.ts";

/** One log file never grows past this; the one before it is kept as FILE.1. */
const LARGEST_LOG_BYTES = 64 * 1024 * 1024;
const LONGEST_MESSAGE = 8192;

const ORDER: LogLevel[] = ["error", "warning", "notice", "info", "debug"];
/** syslog's numbers, understood by the journal as a prefix of a line on standard error. */
const SYSLOG: Record<LogLevel, number> = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 };

export interface LogOptions {
  /** Shown in each line: pacemaker-controld style, `muster-engine`. */
  program: string;
  /** The detail log; null for none. */
  file: string | null;
  /** The least important level that goes to the file. */
  fileLevel: LogLevel;
  /** The least important level that goes to standard error (the journal); null for none. */
  errorLevel: LogLevel | null;
  nodeName?: string;
}

/**
 * A log in Pacemaker's form: `Nov 23 11:40:07.123 node program [pid] level: message`. A file that
 * cannot be written is given up silently after saying so once on standard error: the cluster goes on.
 */
export function openLog(options: LogOptions): Log {
  let fd = options.file === null ? null : openFile(options.file);
  let size = fd === null ? 0 : fstatSync(fd).size;
  const fileRank = ORDER.indexOf(options.fileLevel);
  const errorRank = options.errorLevel === null ? -1 : ORDER.indexOf(options.errorLevel);
  const where = `${options.nodeName ?? hostname()} ${options.program} [${process.pid}]`;
  const toFile = (line: string): void => {
    if (fd === null || options.file === null) return;
    try {
      if (size > LARGEST_LOG_BYTES) {
        closeSync(fd);
        renameSync(options.file, `${options.file}.1`);
        fd = openFile(options.file);
        size = 0;
        if (fd === null) return;
      }
      size += writeSync(fd, line);
    } catch (error) {
      fd = null;
      writeSync(2, `<3>could not write ${options.file}: ${String(error)}\n`);
    }
  };
  return {
    write(level, message) {
      const rank = ORDER.indexOf(level);
      if (rank > fileRank && rank > errorRank) return;
      const text = oneLine(message);
      if (rank <= fileRank) toFile(`${stamp(new Date())} ${where} ${level}: ${text}\n`);
      if (rank <= errorRank) toJournal(`<${SYSLOG[level]}>${level}: ${text}\n`);
    },
  };
}

function toJournal(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody reads standard error any more.
  }
}

function openFile(path: string): number | null {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const isNew = !existsSync(path);
    const fd = openSync(path, "a", 0o660);
    if (isNew) fchmodSync(fd, 0o660);
    giveToCluster(path);
    return fd;
  } catch (error) {
    toJournal(`<4>warning: no log file ${path}: ${String(error)}\n`);
    return null;
  }
}

/** Messages hold agents' output: line breaks and control characters must not forge log lines. */
function oneLine(message: string): string {
  const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return cut.replace(/[\x00-\x1f\x7f]/g, " ");
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function stamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const ms = String(now.getMilliseconds()).padStart(3, "0");
  return `${MONTHS[now.getMonth()]} ${two(now.getDate())} ${time}.${ms}`;
}
