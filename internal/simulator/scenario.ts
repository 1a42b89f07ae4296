import { type Element, parseXml } from "../xml/mod.ts";
import { Administrator } from "./administrator.ts";
import { Checkers } from "./checkers.ts";
import { SimulatedCluster } from "./cluster.ts";
import { SeededRandom } from "./random.ts";
import { type Deed, TIMED_OUT } from "./world.ts";

/** A line of the script that is not understood, with its number. */
export class ScriptError extends Error {}

interface Step {
  atMs: number;
  words: string[];
  line: number;
}

interface Script {
  seed: number;
  rebootMs: number | null;
  twoNode: boolean;
  endMs: number;
  steps: Step[];
}

interface Stage {
  cluster: SimulatedCluster;
  admin: Administrator;
}

type Command = (stage: Stage, words: string[]) => void;

/** What a script can do, by its first word; the rest of the line are its arguments. */
const COMMANDS: Record<string, Command> = {
  "power-off": ({ cluster }, names) => {
    for (const name of names) cluster.machine(name).powerOff();
  },
  "power-on": ({ cluster }, names) => {
    for (const name of names) cluster.machine(name).powerOn();
  },
  "kill-engine": ({ cluster }, names) => {
    for (const name of names) cluster.machine(name).killEngine();
  },
  "start-engine": ({ cluster }, names) => {
    for (const name of names) cluster.machine(name).startEngine();
  },
  "shut-down": ({ cluster }, names) => {
    for (const name of names) cluster.machine(name).shutDown();
  },
  cut: ({ cluster }, words) => {
    const sides = words.join(" ").split("|");
    const ids = sides.map((side) =>
      side
        .trim()
        .split(/\s+/)
        .map((n) => cluster.machine(n).nodeId),
    );
    cluster.ring.partition(ids);
  },
  heal: ({ cluster }) => cluster.ring.heal(),
  agent: ({ cluster }, [key = "", ...settings]) => {
    const rc = setting(settings, "rc");
    const takesMs = setting(settings, "takes");
    const script = { ...(rc === null ? {} : { rc }), ...(takesMs === null ? {} : { takesMs }) };
    cluster.world.script(key, settings.includes("honest") ? null : script);
  },
  "kill-resource": ({ cluster }, [resource = ""]) => {
    for (const node of cluster.world.where(resource)) cluster.world.kill(node, resource);
  },
  fencing: ({ cluster }, words) => {
    if (words.includes("fails")) cluster.fencingBroken = true;
    if (words.includes("works")) cluster.fencingBroken = false;
    cluster.fencingMs = setting(words, "takes") ?? cluster.fencingMs;
  },
  standby: ({ cluster, admin }, [name = "", value]) =>
    admin.standby(name, cluster.machine(name).nodeId, value !== "off"),
  cleanup: ({ admin }, [resource = "", node = ""]) => admin.cleanup(resource, node),
  modify: ({ admin }, [scope = "", ...xml]) => admin.modify(scope, xml.join(" ")),
  delete: ({ admin }, words) => admin.delete(words.join(" ")),
};

function setting(words: string[], name: string): number | null {
  const found = words.find((word) => word.startsWith(`${name}=`));
  return found === undefined ? null : Number(found.slice(name.length + 1));
}

/**
 * Plays one scenario. `cibXml` is what every node has on its disk; its nodes are the cluster.
 * The result is what happened, a line each with the simulated second before it: starts, stops and
 * what fails, fencing, who becomes DC, and at the end what runs where.
 */
export function runScenario(cibXml: string, scriptText: string): string[] {
  const script = parseScript(scriptText);
  const parsed = parseXml(cibXml);
  if (!parsed.ok) throw new ScriptError(parsed.error.message);
  const names = parsed.value.descendants("node").map((node) => node.get("uname"));
  for (const [index, name] of names.entries()) {
    if (name !== `node${index + 1}`) throw new ScriptError(`node ${index + 1} is called ${name}`);
  }
  const { seed, rebootMs, twoNode } = script;
  const cluster = new SimulatedCluster({
    ...{ nodes: names.length, seed, rebootMs, twoNode },
    cib: cibXml,
  });
  for (const clone of parsed.value.descendants("clone")) {
    for (const { id } of primitives(clone)) cluster.world.clones.add(id);
  }
  const told: string[] = [];
  const tell = (line: string): void => {
    told.push(`${(cluster.elapsedMs / 1000).toFixed(3).padStart(8)} ${line}`);
  };
  watch(cluster, tell);
  const checkers = new Checkers(cluster);
  const stage = { cluster, admin: new Administrator(cluster, new SeededRandom(seed)) };
  cluster.powerOn();
  for (const step of script.steps) {
    cluster.run(step.atMs - cluster.elapsedMs);
    tell(`# ${step.words.join(" ")}`);
    COMMANDS[step.words[0]!]!(stage, step.words.slice(1));
  }
  cluster.run(script.endMs - cluster.elapsedMs);
  tell(`at rest: ${cluster.settled() ? "yes" : "no"}`);
  for (const { id, isDevice } of primitives(parsed.value)) {
    if (!isDevice) tell(`${id} runs on: ${cluster.world.where(id).join(" ") || "no node"}`);
  }
  for (const text of [...checkers.violations, ...cluster.world.violations]) tell(`WRONG ${text}`);
  return told;
}

function primitives(element: Element): { id: string; isDevice: boolean }[] {
  return element.descendants("primitive").map((primitive) => ({
    id: primitive.get("id") ?? "",
    isDevice: primitive.get("class") === "stonith",
  }));
}

function watch(cluster: SimulatedCluster, tell: (line: string) => void): void {
  const quiet = ({ action, rc }: Deed): boolean =>
    rc === null ||
    action === "meta-data" ||
    // A probe that finds nothing, or a monitor that finds all well, is no news.
    (action === "monitor" && (rc === 0 || rc === 7 || rc === 8));
  cluster.world.listeners.push((deed) => {
    if (quiet(deed)) return;
    const how = deed.rc === TIMED_OUT ? ": timed out" : deed.rc === 0 ? "" : `: rc ${deed.rc}`;
    tell(`${deed.action} ${deed.resource} on ${deed.node}${how}`);
  });
  cluster.onFenced.push((target, by, action) => tell(`fenced ${target} by ${by} (${action})`));
  let before = "";
  cluster.queue.afterEach = () => {
    const dcs = cluster.machines.filter(({ name, node }) => node?.dcName === name);
    const now = dcs.map((machine) => machine.name).join(" and ");
    if (now !== before) tell(`DC: ${now || "none"}`);
    before = now;
  };
}

function parseScript(text: string): Script {
  const script: Script = { seed: 1, rebootMs: null, twoNode: false, endMs: 0, steps: [] };
  for (const [index, raw] of text.split("\n").entries()) {
    const words = raw
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    const [first, second] = words;
    if (first === "") continue;
    if (first === "seed") script.seed = Number(second);
    else if (first === "reboot") script.rebootMs = Number(second);
    else if (first === "two-node") script.twoNode = true;
    else parseStep(script, words, index + 1);
  }
  if (script.endMs === 0) throw new ScriptError("no end");
  return script;
}

function parseStep(script: Script, words: string[], line: number): void {
  const [at, when = "", ...rest] = words;
  const atMs = Number(when.replace(/:$/, ""));
  const last = script.steps.at(-1)?.atMs ?? 0;
  const [command = ""] = rest;
  if (at !== "at" || !(atMs >= last))
    throw new ScriptError(`line ${line}: at MS: COMMAND, in order`);
  if (command === "end") script.endMs = atMs;
  else if (command in COMMANDS) script.steps.push({ atMs, words: rest, line });
  else throw new ScriptError(`line ${line}: no command ${command}`);
}
