import { upgradeCib } from "../../internal/cib/mod.ts";
import { schedule, type WorkingSet } from "../../internal/scheduler/mod.ts";
import { TextSink, writeTransition } from "../../internal/status/mod.ts";
import { type Element, parseXml } from "../../internal/xml/mod.ts";
import { IncidentError, type Part } from "./file.ts";

/** One run of the scheduler as the DC's log tells it, and as it comes out again. */
export interface Decision {
  node: string;
  run: number;
  file: string;
  savedMs: number;
  /** How the transition ended, as the log has it; null when it does not. */
  outcome: string | null;
  /** Actions that the DC started, each as `OPERATION KEY on NODE`. */
  started: string[];
  /** The same of the transition as it is decided now. */
  decided: string[];
  /** What changes and why, as crm_simulate tells it. */
  summary: string[];
  /** Started, but not decided now. Empty: the same transition, as far as it was walked. */
  strange: string[];
  /** Decided, and not started although the transition was complete. */
  absent: string[];
}

const CALCULATED = /Calculated transition (\d+), saving inputs in .*\/(pe-[a-z]+-\d+\.\w+)$/;
const INITIATING = /Initiating (\S+) operation (\S+) on (\S+)$/;
const FENCING = /Requesting fencing \((\S+)\) of node (\S+)$/;
const ENDED = /Transition (\d+) \(.*\): (.*)$/;

/** What the DC's log says of each scheduler run, with what the same input gives now. */
export function decisionsOf(part: Part): Decision[] {
  const decisions: Decision[] = [];
  let current: Decision | null = null;
  for (const line of part.log) {
    const calculated = CALCULATED.exec(line);
    if (calculated !== null) {
      current = decide(part, Number(calculated[1]), calculated[2]!);
      if (current !== null) decisions.push(current);
      continue;
    }
    if (current === null) continue;
    const started = INITIATING.exec(line);
    if (started !== null) current.started.push(`${started[1]} ${started[2]} on ${started[3]}`);
    const fenced = FENCING.exec(line);
    if (fenced !== null) current.started.push(`${fenced[1]} fencing of ${fenced[2]}`);
    const ended = ENDED.exec(line);
    if (ended !== null && Number(ended[1]) === current.run) {
      current.outcome = ended[2]!;
      current = null;
    }
  }
  for (const decision of decisions) compare(decision);
  return decisions;
}

function compare(decision: Decision): void {
  const { started, decided } = decision;
  decision.strange = started.filter((action) => !decided.includes(action));
  if (decision.outcome !== "Complete") return;
  decision.absent = decided.filter((action) => !started.includes(action));
}

function decide(part: Part, run: number, file: string): Decision | null {
  const input = part.inputs.findLast((entry) => entry.file === file);
  if (input === undefined) return null;
  const parsed = parseXml(input.xml);
  const upgraded = parsed.ok ? upgradeCib(parsed.value) : parsed;
  if (!upgraded.ok) throw new IncidentError(`${file} of ${part.node}: ${upgraded.error.message}`);
  const { graph, working } = schedule(upgraded.value, { nowMs: input.savedMs });
  return {
    ...{ node: part.node, run, file, savedMs: input.savedMs, outcome: null },
    ...{ started: [], decided: actionsOf(graph), summary: summaryOf(working) },
    ...{ strange: [], absent: [] },
  };
}

/** What is done to somebody; pseudo-events and the DC's own bookkeeping are left out. */
function actionsOf(graph: Element): string[] {
  const actions = graph.descendants("action_set").flatMap((set) => set.elements());
  return actions.flatMap((action) => {
    const operation = action.get("operation") ?? "";
    const node = action.get("on_node") ?? "";
    if (operation === "stonith") {
      const how = action.first("attributes")?.get("CRM_meta_stonith_action") ?? "reboot";
      return [`${how} fencing of ${node}`];
    }
    const logged = action.name === "rsc_op" && operation !== "clear_failcount";
    return logged ? [`${operation} ${action.get("operation_key") ?? ""} on ${node}`] : [];
  });
}

function summaryOf(working: WorkingSet): string[] {
  const sink = new TextSink();
  writeTransition(sink, working);
  return sink
    .take()
    .split("\n")
    .filter((line) => line.trim() !== "");
}
