/** Runs ring simulations: `bun test/sim/totem.ts [FIRST [COUNT [FAULT]]]`. Prints what fails. */
import { runRing } from "../../internal/simulator/ring/scenario.ts";

const [first = "1", count = "500", fault] = process.argv.slice(2);
const faults = fault === undefined ? null : new Set([fault]);
const begun = performance.now();
let bad = 0;
let messages = 0;
let rings = 0;
for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  const result = runRing(seed, faults);
  messages += result.messages;
  rings += result.rings;
  if (result.violations.length === 0) continue;
  bad += 1;
  console.log(`seed ${seed} (${result.nodes} nodes): ${result.violations.length} violations`);
  for (const { rule, text } of result.violations.slice(0, 3)) console.log(`  ${rule}: ${text}`);
  if (Number(count) === 1) console.log(result.story.join("\n"));
}
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
console.log(
  `${count} seeds from ${first}: ${bad} failed; ${messages} deliveries, ${rings} rings, ${seconds} s`,
);
process.exit(bad === 0 ? 0 : 1);
