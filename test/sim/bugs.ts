/**
 * Deliberate bugs, put into a temporary copy of the sources: each must be found by the simulator
 * within 200 seeds, and the seed must be clean without it. `bun test/sim/bugs.ts [NAME…]` hunts them;
 * README.md here has the list.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Bug {
  name: string;
  /** Below internal/. */
  file: string;
  from: string;
  to: string;
  /** Only the whole ring, packet by packet, can show it. */
  packets?: boolean;
  /** Kinds of faults that reach it, where all of them together would seldom meet; absent: all. */
  kinds?: readonly string[];
}

export const ROOT = resolve(import.meta.dir, "../..");
export const SEED_LIMIT = 200;
/** Few nodes: the quickest storms. */
const NODES = 3;
/** Exit code of sim.ts when a check failed. */
const FOUND = 3;
/** Services are stopped and moved. */
const MOVES = ["standby", "orderly-stop"];
const CHANGES = ["configuration-change", "configuration-push", "standby", "resource-disabled"];

export const BUGS: readonly Bug[] = [
  {
    name: "quorum-policy-ignored",
    file: "scheduler/actions.ts",
    from: "  const policy = ws.config.noQuorumPolicy;",
    to: "  const policy = QuorumPolicy.ignore as QuorumPolicy;",
  },
  {
    name: "unclean-nodes-not-fenced",
    file: "scheduler/fencing.ts",
    from: "const fenced = node.unclean && managed && canFence(ws, node);",
    to: "const fenced = node.unclean && managed && ws.nodes.length > 99;",
  },
  {
    name: "no-probes",
    file: "scheduler/schedule.ts",
    from: "  scheduleProbes(ws);\n",
    to: "",
  },
  {
    name: "failed-actions-count-as-done",
    file: "controller/transition.ts",
    from: "(ok ? this.#done : this.#failed).add(actionId);",
    to: "this.#done.add(actionId);",
    kinds: ["failing-agent", ...MOVES],
  },
  {
    name: "dc-does-not-give-way",
    file: "node/leadership.ts",
    from: "    this.#set(electDc(candidates)?.name ?? null, agreement);",
    to: "    this.#set(this.#dcName ?? electDc(candidates)?.name ?? null, agreement);",
  },
  {
    name: "loss-not-recorded",
    file: "controller/dc.ts",
    from: '    this.#change(planned ? "state" : "membership", changes);',
    to: "",
  },
  {
    name: "fencing-believed-when-asked",
    file: "fencer/operation.ts",
    from: '    this.#context.emit({ type: "send", to: offer.node, message });\n',
    to:
      '    this.#context.emit({ type: "send", to: offer.node, message });\n' +
      '    const done = { ok: true, exitStatus: 0, status: 0, reason: "", delegate: null };\n' +
      "    if (this.request.timeoutMs > 0) return this.executed(token, done);\n",
  },
  {
    name: "fence-agent-exit-code-ignored",
    file: "fencer/bench.ts",
    from: "      if (code === 0) return {",
    to: "      if (code >= 0) return {",
  },
  {
    name: "timeout-counts-as-success",
    file: "executor/outcome.ts",
    from: "      return { status: OpStatus.TIMEOUT, rc: OCF_ERROR, exitReason };",
    to: "      return { status: OpStatus.DONE, rc: 0, exitReason: exitReason.slice(99) };",
    kinds: ["hanging-agent", ...MOVES],
  },
  {
    name: "failed-stop-counts-as-success",
    file: "executor/outcome.ts",
    from: "return done(code < 0 || code > OCF_LARGEST ? OCF_ERROR : code);",
    to: 'return done(request.action === "stop" ? 0 : code > OCF_LARGEST ? OCF_ERROR : code);',
    kinds: ["failing-agent", ...MOVES],
  },
  {
    name: "side-without-quorum-wins",
    file: "node/replica.ts",
    // Two things stand against it: what is live with quorum goes first, and then the ground decides.
    from:
      "    if (quorate && !offer.quorate) continue;\n" +
      "    if (best === null || newer(entry, best, grounds)) best = entry;\n",
    to: "    if (best === null || newer(entry, best, quorate && !grounds)) best = entry;\n",
    kinds: ["partition", "configuration-change"],
  },
  {
    name: "oldest-cib-wins",
    file: "node/replica.ts",
    from: "  if (order !== 0) return order > 0;",
    to: "  if (order !== 0) return order < 0;",
  },
  {
    name: "held-changes-forgotten",
    file: "node/outbox.ts",
    from: "if (OUTLASTS.has(sent.message.reason)) this.#held.push(sent);",
    to: "if (OUTLASTS.has(sent.message.reason)) return;",
    kinds: ["engine-stands-still", "engine-dies", "resource-dies", ...CHANGES],
  },
  {
    name: "changes-applied-before-agreement",
    file: "node/group.ts",
    from: "    if (!this.synced) {\n      if (own)",
    to: "    if (!this.synced && own) {\n      if (own)",
    kinds: ["partition", "engine-dies", "engine-stands-still", ...CHANGES],
  },
  {
    name: "leaves-with-resources-running",
    file: "node/leaving.ts",
    from: "    if (group.synced) this.requestShutdown();\n    else",
    to: "    if (group.synced) this.leave();\n    else",
  },
  {
    name: "epoch-not-counted",
    file: "cib/operation.ts",
    from: 'root.set("epoch", String(now.epoch + 1)).set("num_updates", "0");',
    to: 'root.set("epoch", String(now.epoch)).set("num_updates", "0");',
    kinds: ["partition", "power-loss", "power-loss-of-all", ...CHANGES],
  },
  {
    name: "failures-forgotten",
    file: "attributes/table.ts",
    from: "return String(clampScore(down ? from - by : from + by));",
    to: "return String(clampScore(down || from >= 2 ? from - by : from + by));",
  },
  {
    name: "half-is-a-quorum",
    file: "quorum/votequorum.ts",
    from: "return Math.trunc((votes + 2) / 2);",
    to: "return Math.max(1, Math.trunc(votes / 4));",
    packets: true,
  },
  {
    name: "missed-messages-not-asked-for",
    file: "totem/token.ts",
    from: 'if (c.broken("never-request")) continue;',
    to: 'if (!c.broken("never-request")) continue;',
    packets: true,
    kinds: ["bad-network", "resource-dies", ...CHANGES],
  },
  {
    name: "messages-delivered-over-holes",
    file: "totem/delivery.ts",
    from: 'if (!c.broken("deliver-over-hole")) return;',
    to: 'if (c.broken("deliver-over-hole")) return;',
    packets: true,
  },
];

/** A copy of the sources with the bug in it. Throws when the sources do not have the place. */
export function plant(bug: Bug): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "muster-bug-"));
  for (const part of ["internal", "test/sim"]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  for (const file of ["package.json", "tsconfig.json"]) {
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "internal", bug.file), patched(bug));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

export function patched(bug: Bug): string {
  const text = readFileSync(join(ROOT, "internal", bug.file), "utf8");
  const parts = text.split(bug.from);
  if (parts.length !== 2) throw new Error(`${bug.name}: its place is no longer in ${bug.file}`);
  return parts.join(bug.to);
}

/** What the simulator prints of some seeds, run in a folder. */
function play(folder: string, bug: Bug, seeds: string[]): { failed: boolean; output: string } {
  const words = ["--first", "--no-shrink", "--nodes", String(NODES)];
  if (bug.kinds !== undefined) words.push("--kinds", bug.kinds.join(","));
  words.push("--storm", bug.packets ? "whole" : "model");
  const run = Bun.spawnSync([process.execPath, "test/sim/sim.ts", ...seeds, ...words], {
    cwd: folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = `${run.stdout.toString()}${run.stderr.toString()}`;
  // Any other exit code is a failure of the program itself, which finds nothing.
  if (run.exitCode !== 0 && run.exitCode !== FOUND) throw new Error(`${bug.name}: ${output}`);
  return { failed: run.exitCode === FOUND, output };
}

/** Lets the simulator look for it; its output, which names the seed if it was found. */
export function hunt(bug: Bug): { found: boolean; output: string } {
  const { folder, remove } = plant(bug);
  try {
    const { failed, output } = play(folder, bug, ["--seeds", String(SEED_LIMIT)]);
    if (!failed) return { found: false, output };
    const seed = /^seed (\d+)/m.exec(output)![1]!;
    const without = play(ROOT, bug, ["--seed", seed]);
    if (!without.failed) return { found: true, output };
    return { found: false, output: `seed ${seed} fails without it, too\n${without.output}` };
  } finally {
    remove();
  }
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  for (const bug of BUGS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const { found, output } = hunt(bug);
    const first = /^seed .*/m.exec(output)?.[0] ?? output.slice(-300);
    console.log(`${found ? "found " : "MISSED"} ${bug.name} (${bug.file}): ${first}`);
  }
}
