import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import type { AgentCatalog, AgentRun } from "../../internal/pcs/mod.ts";

const FENCE_FOLDER = "/usr/sbin";
const AGENT_TIMEOUT_MS = 30_000;

/** The agents installed on this machine, asked for their metadata when it is needed. */
export function agentCatalog(): AgentCatalog {
  return {
    metadata,
    standards,
    providers: async () => folders(join(underRoot(Paths.ocfRoot), "resource.d")),
    types,
    validate,
  };
}

async function metadata(name: string): Promise<Result<string, string>> {
  const [standard = "", second = "", type = ""] = name.split(":");
  const root = underRoot(Paths.ocfRoot);
  const path =
    standard === "stonith" ? join(FENCE_FOLDER, second) : join(root, "resource.d", second, type);
  const known = standard === "stonith" || standard === "ocf";
  if (!known || !isExecutable(path)) return err(noMetadata(name));
  return standard === "stonith"
    ? read([path, "-o", "metadata"])
    : read([path, "meta-data"], { OCF_ROOT: root });
}

/** What crm_resource says of an agent that is not there. */
function noMetadata(name: string): string {
  return (
    `crm_resource: Metadata query for ${name} failed: No such device or address\n` +
    "Error performing operation: No such object"
  );
}

/** Runs the agent's `validate-all` as the cluster would run its operations. */
async function validate(name: string, parameters: Map<string, string>): Promise<AgentRun> {
  const [standard = "", second = "", type = ""] = name.split(":");
  if (standard === "stonith") {
    const lines = [...parameters].map(([option, value]) => `${option}=${value}\n`);
    return start([join(FENCE_FOLDER, second)], {}, `action=validate-all\n${lines.join("")}`);
  }
  const root = underRoot(Paths.ocfRoot);
  const variables: Record<string, string> = {
    OCF_ROOT: root,
    OCF_RA_VERSION_MAJOR: "1",
    OCF_RA_VERSION_MINOR: "1",
    OCF_RESOURCE_INSTANCE: "test",
    OCF_RESOURCE_PROVIDER: second,
    OCF_RESOURCE_TYPE: type,
    OCF_RESKEY_crm_feature_set: "3.20.0",
  };
  for (const [option, value] of parameters) variables[`OCF_RESKEY_${option}`] = value;
  return start([join(root, "resource.d", second, type), "validate-all"], variables);
}

async function read(
  argv: string[],
  variables: Record<string, string> = {},
): Promise<Result<string, string>> {
  const run = await start(argv, variables);
  return run.code === 0 ? ok(run.stdout) : err(run.output);
}

/** Runs an agent. `output` is what it complained of, on standard error. */
async function start(
  argv: string[],
  variables: Record<string, string>,
  stdin = "",
): Promise<AgentRun & { stdout: string }> {
  const child = Bun.spawn(argv, {
    env: { ...process.env, ...variables },
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: AGENT_TIMEOUT_MS,
  });
  const [stdout, output, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output, stdout };
}

/** Standards that this machine can run agents of; systemd's only where systemd runs. */
async function standards(): Promise<string[]> {
  const own = ["lsb", "ocf", "service", "stonith"];
  return existsSync("/run/systemd/system") ? [...own, "systemd"] : own;
}

async function types(standardProvider: string): Promise<string[]> {
  const [standard = "", provider = ""] = standardProvider.split(":");
  const resources = join(underRoot(Paths.ocfRoot), "resource.d");
  switch (standard) {
    case "stonith":
      return files(FENCE_FOLDER).filter((name) => name.startsWith("fence_"));
    case "ocf": {
      const providers = provider === "" ? folders(resources) : [provider];
      return providers.flatMap((name) => files(join(resources, name)));
    }
    case "lsb":
      return files(underRoot(Paths.lsbFolder));
    case "systemd":
      return systemdUnits();
    case "service":
      return [...files(underRoot(Paths.lsbFolder)), ...(await systemdUnits())];
    default:
      return [];
  }
}

/** Names of the service units that systemd knows. */
async function systemdUnits(): Promise<string[]> {
  if (!existsSync("/run/systemd/system")) return [];
  const run = await start(
    ["systemctl", "list-unit-files", "--type=service", "--no-legend", "--no-pager", "--plain"],
    {},
  );
  return run.stdout
    .split("\n")
    .map((line) => line.split(" ")[0]!.replace(/\.service$/, ""))
    .filter((name) => name !== "");
}

function folders(path: string): string[] {
  return entries(path).filter((name) => statSync(join(path, name)).isDirectory());
}

function files(path: string): string[] {
  return entries(path).filter((name) => isExecutable(join(path, name)));
}

function entries(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    const stat = statSync(path);
    return stat.isFile() && (stat.mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
