/** Whole clusters in simulated time: the code that ships, on ports that are made up. */
export { Administrator } from "./administrator.ts";
export { Checkers } from "./checkers.ts";
export { type ClusterOptions, SimulatedCluster } from "./cluster.ts";
export { COMMAND_NAMES } from "./commands.ts";
export { EventQueue } from "./event-queue.ts";
export { FAULTS } from "./faults.ts";
export { SeededRandom } from "./random.ts";
export { SimulatedRing } from "./ring.ts";
export { type RunOptions, type SimulationResult, simulate } from "./run.ts";
export { runScenario } from "./scenario.ts";
export { parseScript, printScript, type Script } from "./script.ts";
export { shrink } from "./shrink.ts";
export { type AgentScript, type Deed, World } from "./world.ts";
