/** Whole clusters in simulated time: the code that ships, on ports that are made up. */
export { type ClusterOptions, SimulatedCluster } from "./cluster.ts";
export { EventQueue } from "./event-queue.ts";
export { SeededRandom } from "./random.ts";
export { SimulatedRing } from "./ring.ts";
export { type AgentScript, World } from "./world.ts";
