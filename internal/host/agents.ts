import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { AgentId } from "../executor/mod.ts";
import { Paths, rootPrefix, underRoot } from "./paths.ts";

/** Agents inside the executable, by `ocf:PROVIDER:TYPE` or `stonith:TYPE`. */
export type BuiltinAgents = Record<string, BuiltinAgent>;
/** A shell script, or a face of this executable. */
export type BuiltinAgent = { script: string } | { face: string };

/** How to start an agent; the action is one more argument (fence agents take it on input). */
export interface FoundAgent {
  argv: string[];
  /** Root of the OCF tree that an OCF agent belongs to. */
  ocfRoot: string;
}

/** Where fence agents are looked for, after PATH. */
const FENCE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/**
 * Finds agents: under MUSTER_ROOT, then in the executable, then (when MUSTER_ROOT moves everything)
 * on the machine itself. Null when there is none of that name.
 */
export function findAgent(agent: AgentId, builtins: BuiltinAgents): FoundAgent | null {
  switch (agent.class) {
    case "ocf":
      return findOcf(agent.provider ?? "", agent.type, builtins);
    case "stonith":
      return findFence(agent.type, builtins);
    case "lsb":
    case "service": {
      const path = join(underRoot(Paths.lsbFolder), agent.type);
      return isSafe(agent.type) && isFile(path) ? { argv: [path], ocfRoot: "" } : null;
    }
    default:
      return null;
  }
}

function findOcf(provider: string, type: string, builtins: BuiltinAgents): FoundAgent | null {
  if (!isSafe(provider) || !isSafe(type)) return null;
  const roots = ocfRoots();
  const builtin = builtins[`ocf:${provider}:${type}`];
  for (const [at, ocfRoot] of roots.entries()) {
    const path = join(ocfRoot, "resource.d", provider, type);
    if (isFile(path)) return { argv: [path], ocfRoot };
    if (at === 0 && builtin !== undefined) return { argv: builtinArgv(type, builtin), ocfRoot };
  }
  return null;
}

/** The tree of this node, and the machine's own when they are not the same. */
function ocfRoots(): string[] {
  const own = underRoot(Paths.ocfRoot);
  return rootPrefix() === "" ? [own] : [own, Paths.ocfRoot];
}

function findFence(type: string, builtins: BuiltinAgents): FoundAgent | null {
  if (!isSafe(type)) return null;
  for (const folder of fenceFolders()) {
    const path = join(folder, type);
    if (isExecutable(path)) return { argv: [path], ocfRoot: "" };
  }
  const builtin = builtins[`stonith:${type}`];
  return builtin === undefined ? null : { argv: builtinArgv(type, builtin), ocfRoot: "" };
}

function fenceFolders(): string[] {
  const path = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  return [...new Set([underRoot("/usr/sbin"), ...path, ...FENCE_FOLDERS])];
}

/** Names come from the CIB: one must not lead out of the folder. */
function isSafe(name: string): boolean {
  return name !== "" && !name.startsWith(".") && !name.includes("/");
}

// --- Built-in agents --------------------------------------------------------------------------

/**
 * A script is written once into the run folder, under a name that its content decides, so that a
 * shell can read it and `ps` shows a short line. Where that cannot be written (a tool of an
 * ordinary user asks for meta-data) the shell gets the text itself.
 */
function builtinArgv(type: string, builtin: BuiltinAgent): string[] {
  if ("face" in builtin) return [...ownCommand(), builtin.face];
  const sum = createHash("sha256").update(builtin.script).digest("hex").slice(0, 12);
  const folder = join(underRoot(Paths.runFolder), "agents", sum);
  const path = join(folder, type);
  try {
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true });
      const aside = `${path}.${process.pid}`;
      writeFileSync(aside, builtin.script);
      chmodSync(aside, 0o755);
      renameSync(aside, path);
    }
    return ["/bin/sh", path];
  } catch {
    return ["/bin/sh", "-c", builtin.script, type];
  }
}

/** How to call this program: the executable, or Bun with the source when it runs from source. */
export function ownCommand(): string[] {
  const [, script = ""] = process.argv;
  return script.endsWith(".ts") ? [process.execPath, script] : [process.execPath];
}

/** Devices for sandbox nodes only: real machines are not offered them. */
function builtinDevices(builtins: BuiltinAgents): string[] {
  const names = builtinNames("stonith:", builtins);
  return rootPrefix() === "" ? names.filter((name) => name !== "fence_sandbox") : names;
}

/** The folder with our tools under the originals' names, for agents that call them. */
export function toolsFolder(): string | null {
  const beside = join(dirname(process.execPath), "bin");
  const candidates = [...(process.env["PATH"] ?? "").split(":"), beside, "/usr/sbin"];
  return candidates.find((f) => f !== "" && isExecutable(join(f, "crm_attribute"))) ?? null;
}

// --- Lists ------------------------------------------------------------------------------------

/**
 * The built-in agents that lists show. Where agents are installed these are the ones that stand in
 * for one that might be; our own are found by their names all the same.
 */
export function listedBuiltins(builtins: BuiltinAgents): BuiltinAgents {
  if (rootPrefix() !== "" || folders(join(Paths.ocfRoot, "resource.d")).length === 0)
    return builtins;
  const standIns = Object.entries(builtins).filter(
    ([name, agent]) => "script" in agent && !name.startsWith("ocf:muster:"),
  );
  return Object.fromEntries(standIns);
}

/** Where cluster-glue keeps its older fence plugins. */
const GLUE_FOLDER = "/usr/lib/stonith/plugins";

/** Plugins that are no device: they run those of the other folder, and fence agents. */
const GLUE_BRIDGES = ["external", "rhcs"];

/** Names of cluster-glue's fence plugins: they are installed, but nothing here can run them. */
export function listGluePlugins(): string[] {
  const folder = underRoot(GLUE_FOLDER);
  const libraries = entries(join(folder, "stonith2"))
    .filter((name) => name.endsWith(".so"))
    .map((name) => name.replace(/\.so$/, ""))
    .filter((name) => !GLUE_BRIDGES.includes(name));
  const scripts = executables(join(folder, "external")).map((name) => `external/${name}`);
  return [...libraries, ...scripts].sort(byLetter);
}

/** Agents of a class, sorted; for ocf those of a provider. */
export function listAgents(
  standard: string,
  provider: string | null,
  builtins: BuiltinAgents,
): string[] {
  const names = new Set<string>();
  if (standard === "ocf") {
    for (const one of provider === null ? listProviders(builtins) : [provider]) {
      if (!isSafe(one)) continue;
      for (const root of ocfRoots()) add(names, executables(join(root, "resource.d", one)));
      add(names, builtinNames(`ocf:${one}:`, builtins));
    }
  } else if (standard === "stonith") {
    for (const folder of fenceFolders()) {
      add(
        names,
        executables(folder).filter((name) => name.startsWith("fence_")),
      );
    }
    add(names, builtinDevices(builtins));
  } else if (standard === "lsb" || standard === "service") {
    add(names, executables(underRoot(Paths.lsbFolder)));
  }
  const units = rootPrefix() !== "" || existsSync("/run/systemd/system");
  if (standard === "systemd" || (standard === "service" && units)) add(names, unitNames());
  return [...names].sort(byLetter);
}

const UNIT_FOLDERS = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"];

/** Unit files of the kinds that a cluster can start; services without their suffix. */
function unitNames(): string[] {
  const all = UNIT_FOLDERS.flatMap((folder) => entries(folder));
  const kinds = /\.(service|socket|mount|timer|path)$/;
  return all.filter((name) => kinds.test(name)).map((name) => name.replace(/\.service$/, ""));
}

/** Providers of OCF agents, sorted; with a type, those that have such an agent. */
export function listProviders(builtins: BuiltinAgents, type?: string): string[] {
  const names = new Set<string>();
  for (const root of ocfRoots()) add(names, folders(join(root, "resource.d")));
  add(
    names,
    builtinNames("ocf:", builtins).map((name) => name.split(":")[0]!),
  );
  const all = [...names].sort(byLetter);
  if (type === undefined) return all;
  return all.filter((provider) => findOcf(provider, type, builtins) !== null);
}

function builtinNames(prefix: string, builtins: BuiltinAgents): string[] {
  return Object.keys(builtins)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}

function add(to: Set<string>, names: string[]): void {
  for (const name of names) to.add(name);
}

function byLetter(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

function executables(folder: string): string[] {
  return entries(folder).filter((name) => isExecutable(join(folder, name)));
}

function folders(folder: string): string[] {
  return entries(folder).filter((name) => {
    try {
      return statSync(join(folder, name)).isDirectory();
    } catch {
      return false;
    }
  });
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
