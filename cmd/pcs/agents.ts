import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import type { AgentCatalog, AgentRun } from "../../internal/pcs/mod.ts";

const FENCE_FOLDER = "/usr/sbin";
const METADATA_TIMEOUT_MS = 30_000;

/** The agents installed on this machine, asked for their metadata when it is needed. */
export function agentCatalog(): AgentCatalog {
  return {
    metadata,
    standards: async () => ["lsb", "ocf", "service", "systemd", "stonith"],
    providers: async () => folders(join(underRoot(Paths.ocfRoot), "resource.d")),
    types,
    validate: async () => ({ code: 0, output: "" }),
  };
}

async function metadata(name: string): Promise<Result<string, string>> {
  const [standard = "", second = "", type = ""] = name.split(":");
  if (standard === "stonith") {
    const path = join(FENCE_FOLDER, second);
    return isExecutable(path) ? read([path, "-o", "metadata"]) : err("Agent not found");
  }
  if (standard !== "ocf") return err("No such device or address");
  const root = underRoot(Paths.ocfRoot);
  const path = join(root, "resource.d", second, type);
  if (!isExecutable(path)) return err("Agent not found or does not support meta-data");
  return read([path, "meta-data"], { OCF_ROOT: root });
}

async function read(
  argv: string[],
  variables: Record<string, string> = {},
): Promise<Result<string, string>> {
  const run = await start(argv, variables);
  return run.code === 0 ? ok(run.output) : err(run.output);
}

async function start(argv: string[], variables: Record<string, string>): Promise<AgentRun> {
  const child = Bun.spawn(argv, {
    env: { ...process.env, ...variables },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: METADATA_TIMEOUT_MS,
  });
  const [output, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  return { code, output };
}

async function types(standardProvider: string): Promise<string[]> {
  const [standard = "", provider = ""] = standardProvider.split(":");
  if (standard === "stonith") {
    return files(FENCE_FOLDER).filter((name) => name.startsWith("fence_"));
  }
  if (standard === "ocf") return files(join(underRoot(Paths.ocfRoot), "resource.d", provider));
  return [];
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
