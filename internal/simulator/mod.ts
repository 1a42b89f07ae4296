/** Whole clusters in simulated time: the code that ships, on ports that are made up. */
export { Administrator } from "./administrator.ts";
export { Checkers } from "./checkers.ts";
export { type ClusterOptions, SimulatedCluster } from "./cluster.ts";
export { EventQueue } from "./event-queue.ts";
export { calm, FAULTS, strike } from "./faults.ts";
export { SeededRandom } from "./random.ts";
export { SimulatedRing } from "./ring.ts";
export { type RunOptions, type SimulationResult, simulate } from "./run.ts";
export { runScenario } from "./scenario.ts";
export { type AgentScript, type Deed, World } from "./world.ts";
