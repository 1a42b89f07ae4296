import type { Administrator } from "./administrator.ts";
import type { FencingMode, SimulatedCluster } from "./cluster.ts";
import type { Machine } from "./machine.ts";
import type { AgentScript } from "./world.ts";

const FENCE_MS = 500;

export interface Stage {
  cluster: SimulatedCluster;
  admin: Administrator;
}

/** Does what its words say; what comes back undoes it. */
type Command = (stage: Stage, words: readonly string[]) => () => void;

const nothing = (): void => {};

/** Machines by name, `all` of them, the `dc`, or `holder:RESOURCE`: whoever runs it. */
function machines({ cluster }: Stage, names: readonly string[]): Machine[] {
  return names.flatMap((name) => {
    if (name === "all") return [...cluster.machines];
    if (name === "dc") return cluster.machines.filter((each) => each.node?.dcName === each.name);
    const resource = /^holder:(.+)$/.exec(name)?.[1];
    if (resource === undefined) return [cluster.machine(name)];
    return cluster.world.where(resource).map((holder) => cluster.machine(holder));
  });
}

/** A command that does one thing to each machine named. */
function each(act: (machine: Machine) => void, undo: (machine: Machine) => void = nothing) {
  return (stage: Stage, names: readonly string[]) => {
    const touched = machines(stage, names);
    for (const machine of touched) act(machine);
    return () => {
      for (const machine of touched) undo(machine);
    };
  };
}

/** The value of `NAME=number` among the words. */
function setting(words: readonly string[], name: string): number | null {
  const found = words.find((word) => word.startsWith(`${name}=`));
  return found === undefined ? null : Number(found.slice(name.length + 1));
}

function sides(stage: Stage, words: readonly string[]): number[][] {
  return words
    .join(" ")
    .split("|")
    .map((side) => machines(stage, side.trim().split(/\s+/)).map(({ nodeId }) => nodeId));
}

function agent({ cluster }: Stage, [key = "", ...words]: readonly string[]) {
  const rc = setting(words, "rc");
  const takesMs = setting(words, "takes");
  const script: AgentScript = {
    ...(rc === null ? {} : { rc }),
    ...(takesMs === null ? {} : { takesMs }),
    ...(words.includes("lies") ? { lies: true } : {}),
    ...(words.includes("flaps") ? { flaps: true } : {}),
  };
  cluster.world.script(key, words.includes("honest") ? null : script);
  return () => cluster.world.script(key, null);
}

const FENCING: readonly FencingMode[] = ["works", "fails", "lies", "wrong", "hangs"];

function fencing({ cluster }: Stage, words: readonly string[]) {
  cluster.fencing = FENCING.find((mode) => words.includes(mode)) ?? cluster.fencing;
  cluster.fencingMs = setting(words, "takes") ?? cluster.fencingMs;
  return () => {
    cluster.fencing = "works";
    cluster.fencingMs = FENCE_MS;
  };
}

function disk(stage: Stage, [name = "", state]: readonly string[]) {
  const set = (to: string | undefined): void => {
    for (const { disk } of machines(stage, [name])) {
      disk.slow = to === "slow";
      disk.full = to === "full";
      if (to === "lost") disk.lose();
    }
  };
  set(state);
  return () => set("good");
}

function clock(stage: Stage, [name = "", ...words]: readonly string[]) {
  const [machine] = machines(stage, [name]);
  if (machine === undefined) return nothing;
  machine.clockOffsetMs += setting(words, "step") ?? 0;
  machine.clockRate = setting(words, "rate") ?? machine.clockRate;
  return () => {
    machine.clockOffsetMs = 0;
    machine.clockRate = 1;
  };
}

function ban({ admin }: Stage, [resource = "", node = ""]: readonly string[]) {
  const id = `ban-${resource}-${node}`;
  const rule = `<rsc_location id="${id}" rsc="${resource}" node="${node}" score="-INFINITY"/>`;
  const place = `//rsc_location[@id="${id}"]`;
  admin.modify("constraints", `<constraints>${rule}</constraints>`, place);
  return () => admin.delete(place);
}

function metaAttribute(
  { admin }: Stage,
  [resource = "", name = "", value = ""]: readonly string[],
) {
  const set = (to: string): void => admin.setMeta(resource, name, to);
  set(value);
  return () => admin.delete(`//nvpair[@id="${resource}-meta-${name}"]`);
}

function property({ admin }: Stage, [name = "", value = ""]: readonly string[]) {
  admin.setOption(name, value);
  return () => admin.delete(`//nvpair[@id="option-${name}"]`);
}

/** What a script can do, by its first word; the rest of the line are its arguments. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  "power-off": each(
    (machine) => machine.powerOff(),
    (machine) => machine.powerOn(),
  ),
  "power-on": each((machine) => machine.powerOn()),
  "kill-engine": each(
    (machine) => machine.killEngine(),
    (machine) => machine.startEngine(),
  ),
  "start-engine": each((machine) => machine.startEngine()),
  "shut-down": each(
    (machine) => machine.shutDown(),
    (machine) => machine.startAgain(),
  ),
  pause: each(
    (machine) => machine.pause(),
    (machine) => machine.resume(),
  ),
  resume: each((machine) => machine.resume()),
  "pause-engine": each(
    (machine) => machine.pauseEngine(),
    (machine) => machine.resumeEngine(),
  ),
  "resume-engine": each((machine) => machine.resumeEngine()),
  cut: (stage, words) => {
    stage.cluster.ring.partition(sides(stage, words));
    return () => stage.cluster.ring.heal();
  },
  "cut-one-way": (stage, names) => {
    const [from, to] = machines(stage, names);
    if (from !== undefined && to !== undefined && from !== to) {
      stage.cluster.ring.cutOneWay(from.nodeId, to.nodeId);
    }
    return () => stage.cluster.ring.heal();
  },
  heal: ({ cluster }) => {
    cluster.ring.heal();
    return nothing;
  },
  network: ({ cluster }, words) => {
    const loss = setting(words, "loss") ?? 0;
    cluster.ring.weather({
      loss: loss / 100,
      duplicates: (setting(words, "twice") ?? 0) / 100,
      lateMs: setting(words, "late") ?? 0,
    });
    return () => cluster.ring.weather(null);
  },
  clock,
  disk,
  agent,
  "kill-resource": ({ cluster }, [resource = ""]) => {
    for (const node of cluster.world.where(resource)) cluster.world.kill(node, resource);
    return nothing;
  },
  fencing,
  standby: (stage, [name = "", value]) => {
    const [machine] = machines(stage, [name]);
    if (machine === undefined) return nothing;
    const { nodeId } = machine;
    stage.admin.standby(machine.name, nodeId, value !== "off");
    return () => stage.admin.standby(machine.name, nodeId, false);
  },
  cleanup: ({ admin }, [resource = "", node = ""]) => {
    admin.cleanup(resource, node);
    return nothing;
  },
  ban,
  meta: metaAttribute,
  option: property,
  "set-property": ({ admin }) => {
    admin.setProperty();
    return nothing;
  },
  "push-configuration": ({ admin }) => {
    admin.pushConfiguration();
    return nothing;
  },
  modify: ({ admin }, [scope = "", ...xml]) => {
    admin.modify(scope, xml.join(" "));
    return nothing;
  },
  delete: ({ admin }, words) => {
    admin.delete(words.join(" "));
    return nothing;
  },
};

export const COMMAND_NAMES: ReadonlySet<string> = new Set(Object.keys(COMMANDS));
