import { builtinAgents } from "../../agents/mod.ts";
import { ExitCode } from "../../internal/base/mod.ts";
import { baseEnvironment } from "../../internal/host/agent-environment.ts";
import { findAgent } from "../../internal/host/agents.ts";
import { canValidate, validationInput } from "../../internal/host/fence-validation.ts";
import { spawn } from "../../internal/host/spawn.ts";
import type { SpawnResult } from "../../internal/ports/mod.ts";
import { Element, Text } from "../../internal/xml/mod.ts";
import { lastValue } from "./options.ts";
import { ToolError, type ToolRun } from "./tool.ts";

const AGENT_TIMEOUT_MS = 30_000;

const ENODATA = 61;
const ETIME = 62;
const EOPNOTSUPP = 95;
/** Pacemaker's own number of a failure without further meaning. */
const GENERIC_FAILURE = -1001;

/** What an agent said of the parameters it was given. */
interface Verdict {
  code: number;
  stdout: string;
  stderr: string;
}

/** `stonith_admin --validate`: has a fence agent check parameters, whatever is configured. */
export async function validate(tool: ToolRun): Promise<number> {
  const { output, options } = tool;
  const name = lastValue(options, "agent");
  if (typeof name !== "string") {
    output.err("Please specify an agent to query using -a,--agent [value]");
    throw new ToolError(ExitCode.USAGE, "", true);
  }
  const parameters = givenParameters(tool);
  const found = findAgent({ class: "stonith", provider: null, type: name }, builtinAgents);
  const verdict =
    found === null
      ? { code: 2, stdout: "", stderr: `Agent ${name} not found` }
      : await check(found.argv, parameters);
  const valid = verdict.code === 0;
  const outcome = `Validation of ${name} ${valid ? "succeeded" : "failed"}`;
  output.info(outcome);
  output.html("div", outcome);
  output.html("h2", "Command Output");
  output.html("div", `Return code: ${verdict.code}`);
  const element = output.add(new Element("validate", { agent: name, valid: String(valid) }));
  const command = new Element("command", { code: String(verdict.code) });
  for (const source of ["stdout", "stderr"] as const) {
    const said = verdict[source];
    if (said === "") continue;
    output.info(said);
    output.html("div", source === "stdout" ? "Stdout" : "Stderr");
    output.html("div", said, { class: "output" });
    command.append(new Element("output", { source }, [new Text(said)]));
  }
  element.append(command);
  if (found === null) return ExitCode.NOSUCH;
  return valid ? ExitCode.OK : ExitCode.ERROR;
}

function givenParameters({ output, options }: ToolRun): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const { name, value } of options.given) {
    if (name !== "option") continue;
    const at = value!.indexOf("=");
    if (at < 1) {
      output.err(`stonith_admin: Invalid option: -o ${value}: Operation not permitted`);
      throw new ToolError(ExitCode.USAGE, "");
    }
    parameters.set(value!.slice(0, at), value!.slice(at + 1));
  }
  return parameters;
}

/** Runs `validate-all`; an agent that knows no such action has nothing against any parameter. */
async function check(argv: string[], parameters: Map<string, string>): Promise<Verdict> {
  const metadata = await run([...argv, "-o", "metadata"], "");
  if (metadata.outcome === "exited" && !canValidate(metadata.stdout)) {
    return { code: 0, stdout: "", stderr: "" };
  }
  const result = await run(argv, validationInput(parameters, metadata.stdout));
  const { outcome, stdout, stderr, error = "" } = result;
  if (outcome === "failed") return { code: ENODATA, stdout, stderr: error };
  return { code: failureNumber(result), stdout, stderr };
}

/** What the exit of a fence agent is told as: by what it said, whatever its own number was. */
function failureNumber({ outcome, code, stderr }: SpawnResult): number {
  if (outcome === "exited" && code === 0) return 0;
  // Some agents have a time limit of their own, and only say so.
  if (outcome === "timeout" || stderr.includes("imed out")) return ETIME;
  if (stderr === "") return ENODATA;
  return stderr.includes("Unrecognised action") ? EOPNOTSUPP : GENERIC_FAILURE;
}

function run(argv: string[], stdin: string): Promise<SpawnResult> {
  const request = { argv, env: baseEnvironment(), stdin, timeoutMs: AGENT_TIMEOUT_MS };
  return new Promise((resolve) => {
    spawn.run(request, resolve);
  });
}
