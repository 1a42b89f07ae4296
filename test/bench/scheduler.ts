/**
 * What a run of crm_simulate costs, ours beside the original's, on the same generated inputs, one
 * right after the other. The original is taken from ORACLE_ROOT (a root directory with
 * pacemaker-cli-utils), else from PATH; without one, ours alone is measured. Prints CPU seconds and
 * peak memory of whole processes, their ratio, and the exponent by which the cost grows with the
 * number of resources. Run: `bun run test/bench/scheduler.ts [SHAPES] [SIZES] [LIMIT-SECONDS]`, as
 * in `plain,coloc 3x10,8x500,16x1000 120`.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHAPES, type Shape, scaleCib } from "./scale-cib.ts";

const [shapesText = "plain", sizesText = "3x10,3x100,8x500,16x1000", limitText = "120"] =
  process.argv.slice(2);
const LIMIT_SECONDS = Number(limitText);

interface Cost {
  cpu: number;
  mb: number;
  /** Text of the exit code; a timeout has no cost to compare. */
  end: string;
}

interface Program {
  argv: string[];
  env: Record<string, string | undefined>;
}

function original(): Program | null {
  const root = process.env["ORACLE_ROOT"];
  if (root === undefined) {
    const path = Bun.which("crm_simulate");
    return path === null ? null : { argv: [path], env: process.env };
  }
  const loader = ["lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1"]
    .map((path) => join(root, path))
    .find((path) => existsSync(path));
  if (loader === undefined) throw new Error(`${root} holds no dynamic loader`);
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const libraries = [join(root, "usr/lib", triplet), join(root, "usr/lib")].join(":");
  return {
    argv: [loader, "--library-path", libraries, join(root, "usr/sbin/crm_simulate")],
    env: { ...process.env, PCMK_schema_directory: join(root, "usr/share/pacemaker") },
  };
}

function measure({ argv, env }: Program, file: string): Cost {
  const limited = ["/bin/sh", "-c", `ulimit -t ${LIMIT_SECONDS}; exec "$0" "$@"`];
  const done = Bun.spawnSync([...limited, ...argv, "-x", file, "-G", "/dev/null", "-sSQ"], {
    env: { ...env, LC_ALL: "C", CIB_shadow_dir: tmpdir() },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const usage = done.resourceUsage;
  const cpu = Number(usage.cpuTime.total) / 1e6;
  const end = done.exitCode === 0 ? "" : cpu >= LIMIT_SECONDS ? "limit" : `rc ${done.exitCode}`;
  return { cpu, mb: usage.maxRSS / 1e6, end };
}

function cell(cost: Cost | null): string {
  if (cost === null) return "        -      -";
  const cpu = cost.end === "" ? cost.cpu.toFixed(2) : cost.end;
  return `${cpu.padStart(9)} ${cost.mb.toFixed(0).padStart(6)}`;
}

const ours: Program = {
  argv: [join(import.meta.dir, "../../dist/muster"), "crm_simulate"],
  env: process.env,
};
const theirs = original();
if (theirs === null) console.log("no original: set ORACLE_ROOT, or have crm_simulate on PATH");
const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
const file = join(folder, "cib.xml");
console.log(
  "shape    size       history  orig: s     MB  ours: s     MB   ratio  exponent: orig  ours",
);
for (const shape of shapesText.split(",")) {
  if (!(SHAPES as readonly string[]).includes(shape)) throw new Error(`no shape '${shape}'`);
  for (const history of [true, false]) {
    let before: { resources: number; a: Cost | null; b: Cost } | null = null;
    for (const size of sizesText.split(",")) {
      const [nodes, resources] = size.split("x").map(Number) as [number, number];
      writeFileSync(file, scaleCib({ nodes, resources, shape: shape as Shape, history }));
      const a = theirs === null ? null : measure(theirs, file);
      const b = measure(ours, file);
      const grown = (now: Cost | null, old: Cost | null | undefined) =>
        now === null || now.end !== "" || !old || old.end !== ""
          ? "    -"
          : (Math.log(now.cpu / old.cpu) / Math.log(resources / before!.resources)).toFixed(2);
      const ratio = a === null || a.end !== "" || b.end !== "" ? "-" : (b.cpu / a.cpu).toFixed(2);
      const head = `${shape.padEnd(8)} ${size.padEnd(10)} ${(history ? "full" : "none").padEnd(6)}`;
      console.log(
        `${head} ${cell(a)}${cell(b)} ${ratio.padStart(7)} ${grown(a, before?.a).padStart(14)} ${grown(b, before?.b).padStart(5)}`,
      );
      before = { resources, a, b };
    }
  }
}
rmSync(folder, { recursive: true });
