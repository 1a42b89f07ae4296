import type { Element } from "../xml/mod.ts";

export type CibOperation =
  | "query"
  | "create"
  | "modify"
  | "delete"
  | "delete_all"
  | "replace"
  | "erase"
  | "bump"
  | "apply_patch"
  | "upgrade";

/** One operation on a CIB, as cibadmin and the daemons ask for it. */
export interface CibRequest {
  operation: CibOperation;
  /** Section name; absent or `all`: the whole CIB. */
  scope?: string;
  xpath?: string;
  input?: Element;
  /** modify: create what is not there. */
  allowCreate?: boolean;
  /** modify: `name++` and `name+=N` in values count up. */
  scoreUpdate?: boolean;
  /** query: the elements alone, without what is in them. */
  noChildren?: boolean;
  /** query with xpath: paths of the matches instead of the matches. */
  nodePath?: boolean;
  /** Whose access rules apply; absent, `root` and `hacluster` may do everything. */
  user?: string;
  /** Written into the root when the configuration changed; absent: those attributes stay. */
  stamp?: CibStamp;
}

export interface CibStamp {
  /** Node the change came through. */
  origin: string;
  client: string;
  user: string;
  /** Local time, see `formatLastWritten`. */
  lastWritten: string;
}

export interface CibOutcome {
  /** The new root; the given one when nothing changed. */
  cib: Element;
  changed: boolean;
  /** True when something below `<configuration>` changed (the epoch rose). */
  configChanged: boolean;
  /** Answer of a query, or what a create could not do. */
  output: Element | null;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Time as in `cib-last-written`: `Mon Nov  3 09:05:00 2026`, at an offset from UTC in minutes. */
export function formatLastWritten(ms: number, offsetMinutes = 0): string {
  const t = new Date(ms + offsetMinutes * 60_000);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = String(t.getUTCDate()).padStart(2, " ");
  const time = `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
  const date = `${DAYS[t.getUTCDay()]} ${MONTHS[t.getUTCMonth()]} ${day}`;
  return `${date} ${time} ${t.getUTCFullYear()}`;
}
