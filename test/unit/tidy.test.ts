/** Keeps the walls: which room may import which, and nothing non-deterministic in the pure rooms. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");
const internal = join(root, "internal");

const base = ["base"];
const xml = ["base", "xml"];
const cib = [...xml, "cib"];
const pure = ["scheduler", "controller", "executor", "fencer", "attributes", "totem", "quorum"];
const node = [...cib, "wire", "corosync-conf", "ports", ...pure, "node"];

/** What each room may import besides itself. */
const allowed: Record<string, string[]> = {
  base: [],
  xml: base,
  cib: xml,
  "corosync-conf": base,
  wire: base,
  totem: [...base, "wire"],
  quorum: [...base, "wire"],
  scheduler: cib,
  controller: cib,
  executor: [...cib, "ports"],
  fencer: [...cib, "ports"],
  attributes: cib,
  ports: base,
  node,
  status: node,
  pcs: [...node, "status"],
  host: node,
  simulator: [...node, "status"],
  api: [...node, "status", "pcs", "host", "web"],
  web: [...base, "status"],
};

/** Rooms without clock, random, file, socket or process. */
const pureRooms = new Set([
  "base",
  "xml",
  "cib",
  "corosync-conf",
  "wire",
  "ports",
  "node",
  "status",
  "pcs",
  ...pure,
]);

/** node:crypto is deterministic but for these. */
const forbidden = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /\bTemporal\.Now\b/,
  /\bperformance\./,
  /\bMath\.random\b/,
  /\brandomBytes\b/,
  /\brandomUUID\b/,
  /\bgetRandomValues\b/,
  /\bset(Timeout|Interval|Immediate)\b/,
  /(?<!\.)\bprocess\.(argv|cwd|env|exit|hrtime|kill|memoryUsage|nextTick|on|std\w+|uptime)\b/,
  /\bBun\./,
  /\bfetch\(/,
];
const deterministicModules = new Set(["node:crypto"]);
/** The one thing of the runtime that pure rooms may use. */
const deterministicImport = 'import { MD5 } from "bun";';

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Specifiers of static, type-only, re-export and dynamic imports. */
function imports(text: string): string[] {
  const pattern =
    /(?:^|[\s;}])(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2]!);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

describe("walls between the rooms", () => {
  const files = sources(internal);

  test("every room is known", () => {
    const rooms = readdirSync(internal).filter((n) => statSync(join(internal, n)).isDirectory());
    expect(rooms.filter((room) => !(room in allowed))).toEqual([]);
  });

  test("imports run downward and through the door", () => {
    const bad: string[] = [];
    for (const file of files) {
      const room = relative(internal, file).split("/")[0]!;
      for (const spec of imports(readFileSync(file, "utf8"))) {
        if (!spec.startsWith(".")) continue;
        const target = relative(internal, resolve(dirname(file), spec));
        const targetRoom = target.split("/")[0]!;
        if (targetRoom === room) continue;
        const through = target === `${targetRoom}/mod.ts`;
        if (!through || !(allowed[room] ?? []).includes(targetRoom)) {
          bad.push(`${relative(root, file)} imports ${spec}`);
        }
      }
    }
    expect(bad).toEqual([]);
  });

  test("pure rooms touch nothing of the world", () => {
    const bad: string[] = [];
    for (const file of files) {
      if (!pureRooms.has(relative(internal, file).split("/")[0]!)) continue;
      const text = readFileSync(file, "utf8").replace(deterministicImport, "");
      for (const spec of imports(text)) {
        const outside = spec.startsWith("node:") || spec.startsWith("bun");
        if (outside && !deterministicModules.has(spec))
          bad.push(`${relative(root, file)} imports ${spec}`);
      }
      const code = withoutComments(text);
      for (const pattern of forbidden) {
        if (pattern.test(code)) bad.push(`${relative(root, file)} uses ${pattern.source}`);
      }
    }
    expect(bad).toEqual([]);
  });

  test("no file holds more than one idea's worth of lines", () => {
    const long = [...files, ...sources(join(root, "cmd"))].filter(
      (file) => readFileSync(file, "utf8").split("\n").length > 700,
    );
    expect(long.map((file) => relative(root, file))).toEqual([]);
  });
});
