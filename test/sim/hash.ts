/** Prints the SHA-256 of one seed's whole log: `bun test/sim/hash.ts [SEED]`. The same on every machine. */
import { createHash } from "node:crypto";
import { simulate } from "../../internal/simulator/mod.ts";

/** Small enough for a unit test; the whole ring is in it, packet by packet. */
export function hashOfLog(seed: number): string {
  const { log } = simulate({ seed, nodes: 3, faults: 8, storm: "whole" });
  return createHash("sha256").update(log.join("\n")).digest("hex");
}

if (import.meta.main) console.log(hashOfLog(Number(process.argv[2] ?? 7)));
