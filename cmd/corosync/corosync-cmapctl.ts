import { readFileSync } from "node:fs";
import { errOut, out } from "../io.ts";
import { ask, type CmapEntry as Entry } from "./ask.ts";
import { track } from "./cmapctl-track.ts";
import { CMAPCTL_USAGE } from "./cmapctl-usage.ts";
import { getopt } from "./getopt.ts";

const TYPES = new Set("i8 u8 i16 u16 i32 u32 i64 u64 flt dbl str bin".split(" "));
const CLEARABLE = ["knet", "ipc", "totem", "schedmiss", "all"];

type Action = "print" | "set" | "delete" | "delete-prefix" | "get" | "load" | "clear" | "track";

/** corosync-cmapctl: reads and changes the ring's map. */
export async function main(argv: string[], name: string): Promise<number> {
  const parsed = getopt(name, argv, "m:hqgsdDtTbp:C:");
  if (!parsed.ok) {
    errOut(parsed.message);
    return 1;
  }
  let action: Action = "print";
  let map = "icmap";
  let file = "";
  let quiet = false;
  let binary = false;
  let prefixes = false;
  let clear = "";
  for (const { letter, argument } of parsed.options) {
    switch (letter) {
      case "h":
        out(CMAPCTL_USAGE);
        return 0;
      case "m":
        if (!["default", "icmap", "stats"].includes(argument)) {
          return fail("invalid map name, must be 'default', 'icmap' or 'stats'");
        }
        map = argument === "stats" ? "stats" : "icmap";
        break;
      case "C":
        if (!CLEARABLE.includes(argument)) {
          return fail("argument to -C should be 'knet', 'totem', 'ipc', 'schedmiss' or 'all'");
        }
        action = "clear";
        clear = argument;
        break;
      case "p":
        action = "load";
        file = argument;
        break;
      case "b":
        binary = true;
        break;
      case "T":
        prefixes = true;
        action = "track";
        break;
      case "q":
        quiet = true;
        break;
      default:
        action = ACTIONS[letter] ?? action;
    }
  }
  const words = parsed.rest;
  if (words.length === 0 && NEEDS_KEY.has(action)) {
    errOut("Expected key after options\n");
    return 1;
  }
  const answer = await ask<Entry[]>("cmap", { map });
  if (!answer.ok) return fail("Failed to initialize the cmap API. Error CS_ERR_LIBRARY");
  const entries = answer.value;
  switch (action) {
    case "print":
      for (const entry of entries) {
        if (words.length === 0 || words.some((word) => entry.key.startsWith(word))) {
          out(`${entryText(entry, binary)}\n`);
        }
      }
      return 0;
    case "get":
      return get(entries, words, { quiet, binary });
    case "set":
      if (words.length < 3) return fail("At least 3 parameters are expected for set");
      return set(words[0]!, words[1]!, words[2]!);
    case "delete":
      return remove(words, entries, false);
    case "delete-prefix":
      return remove(words, entries, true);
    case "load":
      return load(file, entries);
    case "clear":
      return (await ask("cmap-clear", { what: clear })).ok ? 0 : 1;
    case "track":
      return track(map, words, prefixes, (entry) => entryText(entry, binary));
  }
}

const ACTIONS: Record<string, Action> = {
  g: "get",
  s: "set",
  d: "delete",
  D: "delete-prefix",
  t: "track",
};
const NEEDS_KEY = new Set<Action>(["get", "set", "delete", "delete-prefix", "track"]);

function fail(message: string): number {
  errOut(`${message}\n`);
  return 1;
}

function entryText({ key, type, value }: Entry, binary: boolean): string {
  if (type === "bin") return binary ? `${key} (bin) = ${escaped(String(value))}` : `${key} (bin)`;
  const text = type === "flt" || type === "dbl" ? Number(value).toFixed(6) : String(value);
  return `${key} (${type}) = ${text}`;
}

/** Bytes as text, those that cannot be printed in hexadecimal. */
function escaped(bytes: string): string {
  return bytes.replace(
    /[^\x20-\x7e]|\\/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

function get(entries: Entry[], keys: string[], show: { quiet: boolean; binary: boolean }): number {
  let status = 0;
  for (const key of keys) {
    const entry = entries.find((candidate) => candidate.key === key);
    if (entry === undefined) {
      errOut(`Can't get key ${key}. Error CS_ERR_NOT_EXIST\n`);
      status = 1;
    } else if (show.quiet) out(`${entry.value}\n`);
    else out(`${entryText(entry, show.binary)}\n`);
  }
  return status;
}

/** Bits of each integer type. */
function fits(type: string, value: bigint): boolean {
  const bits = BigInt(type.slice(1));
  const [low, high] =
    type[0] === "u" ? [0n, 1n << bits] : [-(1n << (bits - 1n)), 1n << (bits - 1n)];
  return value >= low && value < high;
}

async function set(key: string, type: string, text: string): Promise<number> {
  if (!TYPES.has(type)) return fail(`Unknown type ${type}`);
  const integer = /^[iu](8|16|32|64)$/.test(type);
  const number = integer ? /^-?\d+$/.test(text) : Number.isFinite(Number(text || "x"));
  if (type !== "str" && type !== "bin" && !number) {
    return fail(`${text} is not valid ${type} type value`);
  }
  if (integer && !fits(type, BigInt(text))) return fail(`${text} is not valid ${type} integer`);
  let value: string | number = type === "str" ? text : Number(text);
  if (type === "bin") {
    try {
      value = readFileSync(text === "-" ? "/dev/stdin" : text, "latin1");
    } catch {
      return fail(`Can't open file ${text}`);
    }
  }
  const answer = await ask<null>("cmap-set", { key, type, value });
  return answer.ok ? 0 : fail(`Failed to set key ${key}. Error ${answer.message}`);
}

async function remove(words: string[], entries: Entry[], prefix: boolean): Promise<number> {
  let status = 0;
  for (const word of words) {
    const keys = entries
      .map((entry) => entry.key)
      .filter((key) => (prefix ? key.startsWith(word) : key === word));
    if (keys.length === 0 && !prefix) {
      status = fail(`Can't delete key ${word}. Error CS_ERR_NOT_EXIST`);
    }
    for (const key of keys) {
      const answer = await ask<null>("cmap-delete", { key });
      if (!answer.ok) status = fail(`Can't delete key ${key}. Error ${answer.message}`);
    }
  }
  return status;
}

async function load(file: string, entries: Entry[]): Promise<number> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    errOut("Couldn't open file.: No such file or directory\n");
    return 0;
  }
  let status = 0;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [key = "", type, ...value] = line.split(/\s+/);
    if (key.startsWith("^^")) status |= await remove([key.slice(2)], entries, true);
    else if (key.startsWith("^")) status |= await remove([key.slice(1)], entries, false);
    else if (type === undefined || value.length === 0) {
      status = fail(`Both type and value for key ${key} are required`);
    } else status |= await set(key, type, value.join(" "));
  }
  return status;
}
