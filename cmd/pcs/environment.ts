import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { err, Limits, ok, type Result } from "../../internal/base/mod.ts";
import { disk } from "../../internal/host/disk.ts";
import { Paths, rootPrefix, underRoot } from "../../internal/host/paths.ts";
import type {
  AgentCatalog,
  FolderEntry,
  Invocation,
  PcsEnvironment,
  TextStore,
} from "../../internal/pcs/mod.ts";
import { readStdin } from "../io.ts";
import { fileCib } from "./file-cib.ts";
import { fileErrorText } from "./file-errors.ts";
import { liveCib } from "./live-cib.ts";
import { nodeAccess } from "./nodes.ts";
import { serviceControl } from "./services.ts";
import { runTool, runToolOnCopy, simulateCib } from "./tools.ts";

/** What the verbs may know and touch, on this machine. */
export function makeEnvironment(invocation: Invocation): PcsEnvironment {
  const { cibFile, corosyncConf } = invocation;
  return {
    cib: cibFile === null ? liveCib() : fileCib(cibFile),
    corosyncConf:
      corosyncConf === null
        ? textFile(underRoot(Paths.corosyncConf), true)
        : textFile(corosyncConf, false),
    agents: lazyAgents(),
    nowMs: Date.now(),
    user: { isRoot: process.getuid?.() === 0 },
    columns: null,
    variable: (name) => process.env[name] ?? null,
    readFile: async (path) => readText(path),
    systemFile: async (path) => readText(underRoot(path)),
    fileBytes: async (path) => readBytes(path),
    systemBytes: async (path) => readBytes(underRoot(path)),
    systemFolder: async (path) => listFolder(underRoot(path)),
    writeFile: async (path, text) => writeText(path, text),
    writeSystemFile: async (path, text) => writeText(underRoot(path), text, 0o600),
    uuid: () => crypto.randomUUID(),
    resolves,
    stdin: () => readStdin(Limits.xmlBytes) ?? "",
    service: serviceState,
    serviceControl,
    removeAll: async (path) => rmSync(underRoot(path), { recursive: true, force: true }),
    nodes: nodeAccess(Number(invocation.options.value("--request-timeout") ?? "60") * 1000),
    archive: {
      pack: async (entries, path) => (await import("./archive.ts")).archive.pack(entries, path),
      unpack: async (path) => (await import("./archive.ts")).archive.unpack(path),
    },
    edit: editText,
    ask: () => null,
    tool: (argv, stdin = "") => runTool(argv, stdin, cibFile),
    toolOnCopy: runToolOnCopy,
    simulate: simulateCib,
  };
}

async function resolves(host: string): Promise<boolean> {
  const { lookup } = await import("node:dns/promises");
  return lookup(host).then(
    () => true,
    () => false,
  );
}

/** Asks systemd; where there is none (in a sandbox), the sockets that the services hold. */
async function serviceState(name: string): ReturnType<PcsEnvironment["service"]> {
  if (rootPrefix() === "" && existsSync("/run/systemd/system")) {
    const { serviceState: ask } = await import("../../internal/host/unit-info.ts");
    const { running, enabled } = (await ask(name)) ?? { running: false, enabled: false };
    return { running, enabled, known: true };
  }
  const sockets: Record<string, string> = {
    corosync: Paths.ringSocket,
    pacemaker: Paths.engineSocket,
  };
  const socket = sockets[name];
  const running = socket !== undefined && existsSync(underRoot(socket));
  return { running, enabled: false, known: false };
}

async function editText(editor: string, text: string): Promise<Result<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "pcs-edit-"));
  const path = join(folder, "cib.pcs");
  try {
    writeFileSync(path, text, { mode: 0o600 });
    const child = Bun.spawn([editor, path], { stdio: ["inherit", "inherit", "inherit"] });
    await child.exited;
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return err(fileErrorText(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The catalog is loaded when it is asked: most verbs do without, and are the quicker for it. */
function lazyAgents(): AgentCatalog {
  const load = async () => (await import("./agents.ts")).agentCatalog;
  return {
    metadata: async (name) => (await load()).metadata(name),
    standards: async () => (await load()).standards(),
    providers: async () => (await load()).providers(),
    types: async (place) => (await load()).types(place),
    validate: async (name, parameters) => (await load()).validate(name, parameters),
  };
}

/** A file that is replaced as a whole: not if it has become another since it was read. */
function textFile(path: string, live: boolean): TextStore {
  let before: Result<string, string> | null = null;
  return {
    live,
    path,
    read: async () => {
      before = readText(path);
      return before;
    },
    write: async (text) => {
      const { withFileLock } = await import("../../internal/host/file-lock.ts");
      const replace = (): Result<null, string> => {
        const now = readText(path);
        if (before?.ok === true && (!now.ok || now.value !== before.value)) {
          return err("another program has changed the file meanwhile: run the command again");
        }
        return writeText(path, text);
      };
      try {
        return existsSync(dirname(path)) ? withFileLock(path, replace) : writeText(path, text);
      } catch (error) {
        return err(fileErrorText(error));
      }
    },
  };
}

function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return err(fileErrorText(error));
  }
}

function readBytes(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function listFolder(path: string): Result<FolderEntry[], string> {
  try {
    const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
    return ok(entries.map(({ name }) => ({ name, changedMs: statSync(join(path, name)).mtimeMs })));
  } catch (error) {
    return err(fileErrorText(error));
  }
}

function writeText(path: string, text: string | Uint8Array, mode = 0o644): Result<null, string> {
  try {
    disk.writeAtomic(path, text, mode);
    return ok(null);
  } catch (error) {
    return err(fileErrorText(error));
  }
}
