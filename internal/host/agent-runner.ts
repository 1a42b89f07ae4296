import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentId, RunOutcome } from "../executor/mod.ts";
import type { Cancel, SpawnResult } from "../ports/mod.ts";
import { baseEnvironment, makeAgentFolders } from "./agent-environment.ts";
import type { AgentHost, AgentRun } from "./agent-host.ts";
import { AgentJournal } from "./agent-journal.ts";
import { type BuiltinAgents, findAgent } from "./agents.ts";
import { errnoText } from "./errno-text.ts";
import { clusterOwner } from "./ownership.ts";
import { rootPrefix, underRoot } from "./paths.ts";
import { spawn } from "./spawn.ts";

/** Does a unit's job; see systemd.ts. */
export interface UnitHost {
  run(job: Extract<AgentRun, { type: "run-unit" }>, done: (outcome: RunOutcome) => void): Cancel;
  watch(onChange: (unit: string) => void): void;
}

/** Runs agents as processes, and units by way of systemd. */
export function createAgentHost(builtins: BuiltinAgents, units: UnitHost): AgentHost {
  makeAgentFolders();
  const environment = baseEnvironment();
  const journal = new AgentJournal(underRoot("/run/muster/agents"));
  journal.killLeftovers();
  return {
    watchUnits: (onChange) => units.watch(onChange),
    start(run, done) {
      switch (run.type) {
        case "run":
          return runAgent(run, builtins, environment, journal, done);
        case "run-fence":
          return runFence(run, builtins, environment, done);
        case "run-alert":
          return runAlert(run, environment, done);
        case "run-unit":
          return units.run(run, done);
      }
    },
  };
}

function runAgent(
  run: Extract<AgentRun, { type: "run" }>,
  builtins: BuiltinAgents,
  environment: Record<string, string>,
  journal: AgentJournal,
  done: (outcome: RunOutcome) => void,
): Cancel {
  const found = findAgent(run.agent, builtins);
  if (found === null) return later(done, notThere());
  const secrets = withSecrets(run.env);
  if (secrets === null) {
    const error = "Resource agent's secrets could not be read";
    return later(done, { ...notThere(), errno: "ENOSECRETS", error });
  }
  const env = { ...environment, ...secrets };
  // The installed tree and the built-in agents may be in different places.
  if (found.ocfRoot !== "") env["OCF_ROOT"] = found.ocfRoot;
  const argv = [...found.argv, ...agentWords(run.agent, run.action)];
  let started = 0;
  const onStart = (pid: number): void => {
    started = pid;
    journal.begin(pid);
  };
  return spawn.run({ argv, env, timeoutMs: run.timeoutMs, onStart }, (result) => {
    journal.end(started);
    done(outcomeOf(result));
  });
}

/** Fence agents give their meta-data for an option, all others for an action. */
function agentWords(agent: AgentId, action: string): string[] {
  return agent.class === "stonith" ? ["-o", "metadata"] : [action];
}

function runFence(
  run: Extract<AgentRun, { type: "run-fence" }>,
  builtins: BuiltinAgents,
  environment: Record<string, string>,
  done: (outcome: RunOutcome) => void,
): Cancel {
  const found = findAgent({ class: "stonith", provider: null, type: run.agent }, builtins);
  if (found === null) return later(done, notThere());
  const { stdin, timeoutMs } = run;
  const request = { argv: found.argv, env: environment, stdin, timeoutMs };
  return spawn.run(request, (result) => done(outcomeOf(result)));
}

/** Alert agents are the administrator's own programs: they get no more rights than the cluster's user. */
function runAlert(
  run: Extract<AgentRun, { type: "run-alert" }>,
  environment: Record<string, string>,
  done: (outcome: RunOutcome) => void,
): Cancel {
  const env = { ...environment, ...run.env };
  // A sandbox node has the rights of whoever started it, and no users of its own.
  const drops = process.geteuid?.() === 0 && rootPrefix() === "";
  const user = drops ? clusterOwner() : null;
  if (drops && user === null) {
    return later(done, { ...notThere(), error: "user hacluster does not exist" });
  }
  const request = { argv: [run.path], env, timeoutMs: run.timeoutMs };
  return spawn.run(user === null ? request : { ...request, user }, (result) =>
    done(outcomeOf(result)),
  );
}

function notThere(): RunOutcome {
  const error = "No such file or directory";
  return { outcome: "failed", code: 0, stdout: "", stderr: "", error, errno: "ENOENT", runMs: 0 };
}

function later(done: (outcome: RunOutcome) => void, outcome: RunOutcome): Cancel {
  queueMicrotask(() => done(outcome));
  return () => undefined;
}

function outcomeOf(result: SpawnResult): RunOutcome {
  if (result.errno === undefined) return result;
  return { ...result, error: errnoText(result.errno) ?? result.error ?? result.errno };
}

/** Stands in the CIB for a value that only the nodes have. */
const SECRET = "lrm://";

/** Puts in what the CIB keeps out; null when a secret is missing or its sum is wrong. */
function withSecrets(env: Record<string, string>): Record<string, string> | null {
  const names = Object.keys(env).filter((name) => env[name] === SECRET);
  if (names.length === 0) return env;
  const complete = { ...env };
  const resource = env["OCF_RESOURCE_INSTANCE"] ?? "";
  for (const name of names) {
    const value = readSecret(resource, name.replace(/^OCF_RESKEY_/, ""));
    if (value === null) return null;
    complete[name] = value;
  }
  return complete;
}

function readSecret(resource: string, name: string): string | null {
  const path = join(underRoot("/var/lib/pacemaker/lrm/secrets"), resource, name);
  try {
    const value = readFileSync(path, "utf8").replace(/\n+$/, "");
    const sum = readFileSync(`${path}.sign`, "utf8").trim();
    return createHash("md5").update(value).digest("hex") === sum ? value : null;
  } catch {
    return null;
  }
}
