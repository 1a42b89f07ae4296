import type { ConfSection } from "./tree.ts";

/** Type of a cmap value, as corosync-cmapctl names it. */
export type CmapType =
  | "i8"
  | "u8"
  | "i16"
  | "u16"
  | "i32"
  | "u32"
  | "i64"
  | "u64"
  | "flt"
  | "dbl"
  | "str"
  | "bin";

export interface CmapValue {
  type: CmapType;
  value: string | number | bigint;
}

const U32 = { type: "u32", low: 0n, high: 4294967295n } as const;
const U8 = { type: "u8", low: 0n, high: 255n } as const;
const U16 = { type: "u16", low: 0n, high: 65535n } as const;
const I32 = { type: "i32", low: -2147483648n, high: 2147483647n } as const;
const U64 = { type: "u64", low: 0n, high: 18446744073709551615n } as const;

interface IntegerRange {
  type: CmapType;
  low: bigint;
  high: bigint;
}

const TOTEM_U32 =
  "version nodeid threads netmtu token token_retransmit token_warning hold " +
  "token_retransmits_before_loss_const token_coefficient consensus join send_join merge " +
  "downcheck fail_recv_const seqno_unchanged_const heartbeat_failures_allowed " +
  "max_network_delay window_size max_messages miss_count_const knet_pmtud_interval " +
  "knet_mtu knet_compression_threshold";
const QUORUM_U32 =
  "expected_votes votes last_man_standing_window leaving_timeout device.timeout " +
  "device.sync_timeout device.votes";
const QUORUM_U8 =
  "two_node wait_for_all last_man_standing auto_tie_breaker allow_downscale " +
  "expected_votes_tracking device.master_wins";
const INTERFACE_U32 = "knet_ping_interval knet_ping_timeout knet_ping_precision knet_pong_count";

const INTEGERS: Record<string, IntegerRange> = {
  ...table("totem.", TOTEM_U32, U32),
  "totem.config_version": U64,
  "totem.knet_compression_level": I32,
  ...table("quorum.", QUORUM_U32, U32),
  ...table("quorum.", QUORUM_U8, U8),
  ...table("totem.interface.", INTERFACE_U32, U32),
  "totem.interface.mcastport": U16,
  "totem.interface.ttl": U8,
  "totem.interface.knet_link_priority": U8,
  "totem.interface.linknumber": U8,
  "totem.interface.ringnumber": U8,
  "nodelist.node.nodeid": U32,
  "nodelist.node.quorum_votes": U32,
};

function table(prefix: string, names: string, range: IntegerRange): Record<string, IntegerRange> {
  return Object.fromEntries(names.split(" ").map((name) => [prefix + name, range]));
}

/** An option whose value is no integer in its range; `message` in Corosync's words. */
export interface ConfValueError {
  line: number;
  message: string;
}

/** The first option that must be an integer and is not, in file order. */
export function checkIntegers(root: ConfSection): ConfValueError | null {
  let first: ConfValueError | null = null;
  let nodes = 0;
  const visit = (section: ConfSection, plain: string, path: string) => {
    for (const option of section.options) {
      const range = INTEGERS[plain + option.name];
      if (range === undefined || integerIn(option.value, range) !== null) continue;
      if (first !== null && first.line <= option.line) continue;
      first = {
        line: option.line,
        message:
          `Value of key "${path + option.name}" is expected to be integer in range ` +
          `(${range.low}..${range.high}), but "${option.value}" was given`,
      };
    }
    for (const child of section.sections) {
      const childPlain = `${plain}${child.name}.`;
      if (childPlain !== "nodelist.node.") visit(child, childPlain, `${path}${child.name}.`);
      else {
        visit(child, childPlain, `nodelist.node.${nodes}.`);
        nodes += 1;
      }
    }
  };
  visit(root, "", "");
  return first;
}

function integerIn(text: string, range: IntegerRange): bigint | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return value >= range.low && value <= range.high ? value : null;
}

/**
 * The file as cmap keys: `totem.token`, `nodelist.node.0.nodeid`, `totem.interface.0.mcastport`.
 * A later line of the same key wins, as in Corosync.
 */
export function confToCmap(root: ConfSection): Map<string, CmapValue> {
  const cmap = new Map<string, CmapValue>();
  let nodes = 0;
  const visit = (section: ConfSection, path: string, plain: string) => {
    for (const option of section.options) {
      const range = INTEGERS[plain + option.name];
      const integer = range === undefined ? null : integerIn(option.value, range);
      cmap.set(
        path + option.name,
        range === undefined || integer === null
          ? { type: "str", value: option.value }
          : { type: range.type, value: range.type === "u64" ? integer : Number(integer) },
      );
    }
    for (const child of section.sections) {
      const childPlain = `${plain}${child.name}.`;
      if (childPlain === "nodelist.node.") {
        visit(child, `nodelist.node.${nodes}.`, childPlain);
        nodes += 1;
      } else if (childPlain === "totem.interface.") {
        visit(child, `totem.interface.${linkNumberOf(child)}.`, childPlain);
      } else if (childPlain === "logging.logger_subsys.") {
        visit(child, `logging.logger_subsys.${subsystemOf(child)}.`, childPlain);
      } else visit(child, `${path}${child.name}.`, childPlain);
    }
  };
  visit(root, "", "");
  return cmap;
}

export function linkNumberOf(section: ConfSection): number {
  const text =
    section.options.findLast((o) => o.name === "linknumber" || o.name === "ringnumber")?.value ??
    "0";
  return Number(text);
}

function subsystemOf(section: ConfSection): string {
  return section.options.findLast((o) => o.name === "subsys")?.value ?? "";
}
