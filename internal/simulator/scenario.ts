import { type Element, parseXml } from "../xml/mod.ts";
import { Administrator } from "./administrator.ts";
import { Checkers } from "./checkers.ts";
import { SimulatedCluster } from "./cluster.ts";
import { COMMAND_NAMES, COMMANDS } from "./commands.ts";
import { SeededRandom } from "./random.ts";
import { parseScript, printStep, type Script, ScriptError, type Step } from "./script.ts";
import { type Deed, TIMED_OUT } from "./world.ts";

/**
 * Plays one scenario. `cibXml` is what every node has on its disk; its nodes are the cluster.
 * The result is what happened, a line each with the simulated second before it: starts, stops and
 * what fails, fencing, who becomes DC, and at the end what runs where.
 */
export function runScenario(cibXml: string, scriptText: string): string[] {
  const script = parseScript(scriptText, COMMAND_NAMES);
  const parsed = parseXml(cibXml);
  if (!parsed.ok) throw new ScriptError(parsed.error.message);
  const cluster = clusterOf(parsed.value, cibXml, script);
  const told: string[] = [];
  const tell = (line: string): void => {
    told.push(`${(cluster.elapsedMs / 1000).toFixed(3).padStart(8)} ${line}`);
  };
  watch(cluster, tell);
  const checkers = new Checkers(cluster);
  const stage = { cluster, admin: new Administrator(cluster, new SeededRandom(script.seed)) };
  cluster.powerOn();
  for (const { atMs, text, act } of inOrder(script.steps)) {
    cluster.run(atMs - cluster.elapsedMs);
    tell(`# ${text}`);
    act(stage);
  }
  cluster.run(script.endMs - cluster.elapsedMs);
  tell(`at rest: ${cluster.settled() ? "yes" : "no"}`);
  for (const { id, isDevice } of primitives(parsed.value)) {
    if (!isDevice) tell(`${id} runs on: ${cluster.world.where(id).join(" ") || "no node"}`);
  }
  for (const text of [...checkers.violations, ...cluster.world.violations]) tell(`WRONG ${text}`);
  return told;
}

function clusterOf(cib: Element, cibXml: string, script: Script): SimulatedCluster {
  const names = cib.descendants("node").map((node) => node.get("uname"));
  for (const [index, name] of names.entries()) {
    if (name !== `node${index + 1}`) throw new ScriptError(`node ${index + 1} is called ${name}`);
  }
  const { seed, rebootMs, twoNode, packets } = script;
  const options = { nodes: names.length, seed, rebootMs, twoNode, packets, cib: cibXml };
  const cluster = new SimulatedCluster(options);
  for (const clone of cib.descendants("clone")) {
    for (const { id } of primitives(clone)) cluster.world.clones.add(id);
  }
  return cluster;
}

interface Moment {
  atMs: number;
  text: string;
  act(stage: Parameters<(typeof COMMANDS)[string]>[0]): void;
}

/** Each step, and the end of each that has one. */
function inOrder(steps: Step[]): Moment[] {
  const moments: Moment[] = [];
  for (const step of steps) {
    const [command = "", ...words] = step.words;
    let undo = (): void => {};
    const act: Moment["act"] = (stage) => {
      undo = COMMANDS[command]!(stage, words);
    };
    moments.push({ atMs: step.atMs, text: printStep(step).replace(/^at \d+: /, ""), act });
    if (step.forMs === null) continue;
    const text = `over: ${step.words.join(" ")}`;
    moments.push({ atMs: step.atMs + step.forMs, text, act: () => undo() });
  }
  return moments.sort((a, b) => a.atMs - b.atMs);
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
