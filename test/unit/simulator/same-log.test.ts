import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { hashOfLog } from "../../sim/hash.ts";

const ROOT = resolve(import.meta.dir, "../../..");
const SEED = 7;
/** What every machine must get. A change of behaviour changes it: `bun test/sim/hash.ts` prints the new one. */
const HASH = "2eede68f72f8688d31104b92d679cb58ffeb4941c37d4c15e0d53a4b08092ce9";

test("the same seed gives the same log to the byte, here as everywhere", () => {
  expect(hashOfLog(SEED)).toBe(HASH);
  expect(hashOfLog(SEED)).toBe(HASH);
  expect(hashOfLog(SEED + 1)).not.toBe(HASH);
}, 120_000);

test("time zone, language and home are not in it", () => {
  const run = Bun.spawnSync([process.execPath, "test/sim/hash.ts", String(SEED)], {
    cwd: ROOT,
    env: {
      PATH: "/usr/bin:/bin",
      TZ: "Pacific/Chatham",
      LC_ALL: "tr_TR.UTF-8",
      HOME: "/nonexistent",
    },
  });
  expect(run.stdout.toString().trim()).toBe(HASH);
}, 120_000);
