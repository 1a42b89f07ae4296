import { err, ok, type Result } from "../../base/mod.ts";
import { Element } from "../../xml/mod.ts";
import {
  checkDeprecated,
  checkFenceAction,
  checkKnown,
  checkRequired,
  checkUnique,
  selfValidationReport,
} from "../agent/checks.ts";
import { type AgentMetadata, isStonithAgent, validatesItself } from "../agent/model.ts";
import { fullName } from "../agent/name.ts";
import { emptyValue, type Hardness, hardness } from "../checks/mod.ts";
import { checkId, type IdProvider, idExists, idTaken } from "../cib/ids.ts";
import { appendNvset } from "../cib/nvset.ts";
import { parseSchemaVersion } from "../cib/version.ts";
import { compareVersions, type PcsContext } from "../frame/context.ts";
import type { AgentRun } from "../frame/environment.ts";
import { LibraryError, type Report, warning } from "../frame/report.ts";
import type { PrimitiveArguments } from "./create-arguments.ts";
import { appendOperations, defaultOperations, prepareOperations } from "./operations.ts";

/** What makes a new primitive. */
export interface NewPrimitive extends PrimitiveArguments {
  id: string;
  agent: AgentMetadata;
  /** Leave out the agent's default operations, but for monitor. */
  noDefaultOps: boolean;
  /** The agent's own validation makes errors, not warnings. */
  agentValidation: boolean;
  force: boolean;
  /** `resource` or `stonith`, for messages. */
  type: "resource" | "stonith";
}

/** Whether the CIB knows the roles Promoted and Unpromoted. */
export function knowsNewRoles(within: Element): boolean {
  return compareVersions(parseSchemaVersion(within.root), [3, 7]) >= 0;
}

/** Checks and adds a primitive at the end of `<resources>`. */
export async function createPrimitive(
  context: PcsContext,
  resources: Element,
  ids: IdProvider,
  wanted: NewPrimitive,
): Promise<Element> {
  const { report } = context;
  if (idExists(resources, wanted.id)) throw new LibraryError(idTaken(wanted.id));
  const idReports = checkId(wanted.id, `${wanted.type} name`);
  if (idReports.length > 0) throw new LibraryError(idReports[0]!);
  const hard = hardness(wanted.force);
  const operations = prepareOperations(
    report,
    wanted.operations,
    defaultOperations(wanted.agent, wanted.noDefaultOps),
    wanted.agent.actions.map(({ name }) => name),
    knowsNewRoles(resources),
    hard,
  );
  report.all(await checkNewAttributes(context, resources, wanted, hard));
  report.stopOnErrors();
  const { standard, provider, type } = wanted.agent.name;
  const primitive = new Element("primitive", { id: wanted.id, class: standard, type });
  if (provider !== null) primitive.set("provider", provider);
  resources.append(primitive);
  if (wanted.instance.size > 0) appendNvset(primitive, "instance_attributes", wanted.instance, ids);
  if (wanted.meta.size > 0) appendNvset(primitive, "meta_attributes", wanted.meta, ids);
  appendOperations(primitive, operations, ids);
  return primitive;
}

async function checkNewAttributes(
  context: PcsContext,
  resources: Element,
  { agent, instance, agentValidation }: NewPrimitive,
  hard: Hardness,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const [name, value] of instance) if (value === "") reports.push(emptyValue(name, ""));
  const stonith = isStonithAgent(agent.name);
  if (agent.exists) {
    reports.push(...checkKnown(agent, instance, hard), ...checkRequired(agent, instance, hard));
    const rest = new Map([...instance].filter(([name]) => !(stonith && name === "action")));
    reports.push(...checkDeprecated(agent, rest));
  }
  if (stonith) reports.push(...checkFenceAction(instance, hard));
  if (agent.exists) reports.push(...checkUnique(agent, instance, resources, hard));
  if (asksAgent(agent, reports)) {
    const run = await runValidation(context, agent, instance);
    reports.push(...validationReports(run, hard, agentValidation));
  }
  return reports;
}

/** The same for changed attributes of an existing primitive. An empty value removes. */
export async function checkChangedAttributes(
  context: PcsContext,
  resources: Element,
  primitive: Element,
  agent: AgentMetadata,
  changes: ReadonlyMap<string, string>,
  force: boolean,
  agentValidation: boolean,
): Promise<Report[]> {
  const hard = hardness(force);
  const current = currentAttributes(primitive);
  const final = new Map(current);
  for (const [name, value] of changes) {
    if (value === "") final.delete(name);
    else final.set(name, value);
  }
  const stonith = isStonithAgent(agent.name);
  const reports: Report[] = [];
  if (agent.exists) {
    const added = new Map([...changes].filter(([name]) => !current.has(name)));
    reports.push(...checkKnown(agent, added, hard));
    const kept = [...changes].filter(
      ([name, value]) => value !== "" && !(stonith && name === "action"),
    );
    reports.push(...checkDeprecated(agent, new Map(kept)));
    if (changes.size > 0) {
      reports.push(...checkRequired(agent, final, hard, [...changes.keys()]));
    } else reports.push(...checkRequired(agent, final, hard));
  }
  if (stonith) reports.push(...checkFenceAction(changes, hard));
  if (agent.exists) reports.push(...checkUnique(agent, changes, resources, hard, primitive.id));
  if (!asksAgent(agent, reports)) return reports;
  const before = await runValidation(context, agent, current);
  if (!before.ok) {
    return [
      ...reports,
      warning(
        "The resource was misconfigured before the update, therefore agent self-validation will " +
          "not be run for the updated configuration. Validation output of the original " +
          `configuration:\n${before.error
            .split("\n")
            .map((line) => `  ${line}`)
            .join("\n")}`,
      ),
    ];
  }
  const after = await runValidation(context, agent, final);
  return [...reports, ...validationReports(after, hard, agentValidation)];
}

/** Pairs of the first set of instance attributes. */
export function currentAttributes(primitive: Element): Map<string, string> {
  const pairs = primitive.first("instance_attributes")?.elements("nvpair") ?? [];
  return new Map(pairs.map((pair) => [pair.get("name") ?? "", pair.get("value") ?? ""]));
}

function asksAgent(agent: AgentMetadata, reports: readonly Report[]): boolean {
  const { standard } = agent.name;
  return (
    (standard === "ocf" || standard === "stonith") &&
    agent.exists &&
    validatesItself(agent) &&
    !reports.some(({ severity }) => severity === "error")
  );
}

/** Runs the agent's validation; what it said is in either part of the result. */
async function runValidation(
  context: PcsContext,
  agent: AgentMetadata,
  attributes: ReadonlyMap<string, string>,
): Promise<Result<string, string>> {
  const run: AgentRun = await context.env.agents.validate(
    fullName(agent.name),
    new Map(attributes),
  );
  const said = run.output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
  return run.code === 0 ? ok(said) : err(said);
}

function validationReports(
  run: Result<string, string>,
  hard: Hardness,
  agentValidation: boolean,
): Report[] {
  if (run.ok && run.value === "") return [];
  const severity = run.ok || !agentValidation ? "forced" : hard;
  const said = selfValidationReport(run.ok ? run.value : run.error, severity);
  if (agentValidation) return [said];
  return [
    warning(
      "Validating resource options using the resource agent itself is enabled by default and " +
        "produces warnings. In a future version, this might be changed to errors. Specify " +
        "--agent-validation to switch to the future behavior.",
    ),
    said,
  ];
}
