import type { Administrator } from "./administrator.ts";
import type { SimulatedCluster } from "./cluster.ts";
import { DISK_MS, type Machine } from "./machine.ts";
import type { SeededRandom } from "./random.ts";

/** Longer than any timeout: the agent hangs. */
const HANG_MS = 3_600_000;
const FENCE_MS = 500;
const SLOW_DISK_MS = { low: 500, high: 5_000 };

export interface Fault {
  name: string;
  strike(context: FaultContext): void;
}

export interface FaultContext {
  cluster: SimulatedCluster;
  random: SeededRandom;
  admin: Administrator;
  /** Resources that faults may touch. */
  resources: string[];
}

function pick<T>(random: SeededRandom, list: readonly T[]): T {
  return list[random.between(0, list.length - 1)]!;
}

/** Calls back after a random time, in milliseconds. */
function later({ cluster, random }: FaultContext, low: number, high: number, run: () => void) {
  cluster.queue.after(random.between(low, high), run);
}

function anyMachine({ cluster, random }: FaultContext): Machine {
  return pick(random, cluster.machines);
}

function killEngine(context: FaultContext, machine: Machine): void {
  context.cluster.note(`fault: the engine of ${machine.name} dies`);
  machine.killEngine();
  later(context, 50, 9_000, () => machine.startEngine());
}

function losePower(context: FaultContext, machine: Machine): void {
  context.cluster.note(`fault: ${machine.name} loses power`);
  machine.powerOff();
  later(context, 500, 15_000, () => machine.powerOn());
}

function partition(context: FaultContext): void {
  const { cluster, random } = context;
  const sides: number[][] = [[], [], []];
  const ways = random.between(0, 3) === 0 ? 3 : 2;
  for (const { nodeId } of cluster.machines) sides[random.between(0, ways - 1)]!.push(nodeId);
  cluster.note(`fault: the network falls apart: ${sides.map((s) => s.join(" ")).join(" | ")}`);
  cluster.ring.partition(sides);
  later(context, 500, 20_000, () => {
    cluster.note("the network is whole again");
    cluster.ring.heal();
  });
}

function misbehave(context: FaultContext, script: { rc?: number; takesMs?: number }): void {
  const { cluster, random, resources } = context;
  const node = random.between(0, 1) === 0 ? "*" : anyMachine(context).name;
  const action = pick(random, ["start", "stop", "monitor"]);
  const key = `${node}/${pick(random, resources)}/${action}`;
  cluster.note(`fault: ${key} ${JSON.stringify(script)}`);
  cluster.world.script(key, script);
  later(context, 1_000, 30_000, () => cluster.world.script(key, null));
}

/** Every kind of fault; what one breaks it mends after a while, by itself. */
export const FAULTS: readonly Fault[] = [
  { name: "engine-dies", strike: (context) => killEngine(context, anyMachine(context)) },
  { name: "power-loss", strike: (context) => losePower(context, anyMachine(context)) },
  {
    name: "power-loss-of-all",
    strike: (context) => {
      for (const machine of context.cluster.machines) losePower(context, machine);
    },
  },
  { name: "partition", strike: partition },
  {
    name: "orderly-stop",
    strike: (context) => {
      const machine = anyMachine(context);
      context.cluster.note(`fault: ${machine.name} is stopped`);
      machine.shutDown();
      later(context, 3_000, 20_000, () => machine.startEngine());
    },
  },
  {
    name: "resource-dies",
    strike: ({ cluster, random, resources }) => {
      const resource = pick(random, resources);
      cluster.note(`fault: ${resource} dies`);
      for (const node of cluster.world.where(resource)) cluster.world.kill(node, resource);
    },
  },
  {
    name: "slow-agent",
    strike: (context) => misbehave(context, { takesMs: context.random.between(10, 15_000) }),
  },
  { name: "failing-agent", strike: (context) => misbehave(context, { rc: 1 }) },
  { name: "hanging-agent", strike: (context) => misbehave(context, { takesMs: HANG_MS }) },
  {
    name: "fencing-fails",
    strike: (context) => {
      const { cluster } = context;
      cluster.note("fault: fencing fails");
      cluster.fencingBroken = true;
      later(context, 1_000, 30_000, () => {
        cluster.fencingBroken = false;
      });
    },
  },
  {
    name: "slow-fencing",
    strike: (context) => {
      const { cluster, random } = context;
      cluster.fencingMs = random.between(1_000, 20_000);
      cluster.note(`fault: fencing takes ${cluster.fencingMs} ms`);
      later(context, 1_000, 30_000, () => {
        cluster.fencingMs = FENCE_MS;
      });
    },
  },
  {
    name: "standby",
    strike: (context) => {
      const { name, nodeId } = anyMachine(context);
      context.admin.standby(name, nodeId, true);
      later(context, 1_000, 30_000, () => context.admin.standby(name, nodeId, false));
    },
  },
  {
    name: "cleanup",
    strike: (context) => {
      context.admin.cleanup(pick(context.random, context.resources), anyMachine(context).name);
    },
  },
  {
    name: "configuration-change",
    strike: (context) => {
      for (let count = context.random.between(1, 4); count > 0; count--) {
        later(context, 0, 2_000, () => context.admin.setProperty());
      }
    },
  },
  {
    name: "ban",
    strike: (context) => {
      const { random, admin, resources } = context;
      const node = anyMachine(context).name;
      const resource = pick(random, resources);
      const id = `ban-${resource}-${node}`;
      const rule = `<rsc_location id="${id}" rsc="${resource}" node="${node}" score="-INFINITY"/>`;
      admin.modify("constraints", `<constraints>${rule}</constraints>`);
      later(context, 5_000, 30_000, () => admin.delete(`//rsc_location[@id="${id}"]`));
    },
  },
  {
    name: "slow-disk",
    strike: (context) => {
      const machine = anyMachine(context);
      context.cluster.note(`fault: the disk of ${machine.name} is slow`);
      machine.diskMs = SLOW_DISK_MS;
      later(context, 1_000, 30_000, () => {
        machine.diskMs = DISK_MS;
      });
    },
  },
  {
    name: "dc-dies",
    strike: (context) => {
      const dc = context.cluster.machines.find((machine) => machine.node?.dcName === machine.name);
      if (dc === undefined) return;
      if (context.random.between(0, 1) === 0) losePower(context, dc);
      else killEngine(context, dc);
    },
  },
];

/** One random fault. */
export function strike(context: FaultContext): void {
  pick(context.random, FAULTS).strike(context);
}

/** Everything that still is broken is made whole: power, network, agents, fencing devices. */
export function calm(cluster: SimulatedCluster): void {
  cluster.note("calm: no more faults");
  cluster.ring.heal();
  cluster.world.clearScripts();
  cluster.fencingBroken = false;
  cluster.fencingMs = FENCE_MS;
  for (const machine of cluster.machines) {
    machine.diskMs = DISK_MS;
    machine.powerOn();
    machine.startEngine();
  }
}
