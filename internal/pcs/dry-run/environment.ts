import { err, ok, type Result } from "../../base/mod.ts";
import { type Element, parseXml, printXml } from "../../xml/mod.ts";
import type { CibStore, PcsEnvironment, TextStore, ToolResult } from "../frame/environment.ts";
import { error, LibraryError } from "../frame/report.ts";
import type { KnownHost, NodeAccess } from "../nodes/access.ts";
import type { Foreseen } from "./foreseen.ts";
import { tryRequest } from "./requests.ts";
import { toolCall } from "./tools.ts";

/** What a verb would have done. */
export interface DryRun {
  env: PcsEnvironment;
  /** The CIB; null when the verb did not look at it. `after` is null when it changed nothing. */
  cib(): { before: Element; after: Element | null } | null;
  /** Files that would be written, with their new texts. */
  files: ChangedFile[];
  /** What would be done besides, in order. */
  steps: string[];
  /** What the cluster would meet by that. */
  foreseen: Foreseen[];
}

export interface ChangedFile {
  path: string;
  before: string;
  after: string;
}

const DONE: ToolResult = { code: 0, stdout: "", stderr: "" };

/**
 * The environment of a verb that is only tried out: it sees its own changes, nobody else does. What
 * looks is let through; what would do something is noted, and answered as if it had been done.
 */
export function dryRunEnvironment(env: PcsEnvironment): DryRun {
  const { cib, seen } = dryCib(env.cib);
  const files: ChangedFile[] = [];
  const steps: string[] = [];
  const foreseen: Foreseen[] = [];
  const step = (text: string) => {
    if (!steps.includes(text)) steps.push(text);
  };
  const tool = async (argv: readonly string[], stdin?: string): Promise<ToolResult> => {
    const call = toolCall(argv);
    switch (call.way) {
      case "run":
        return env.tool(argv, stdin);
      case "skip":
        return DONE;
      case "copy":
        return onCopy(argv, stdin);
      case "tell":
        step(`run '${argv.join(" ")}'`);
        if (call.foreseen !== null) foreseen.push(call.foreseen);
        return DONE;
    }
  };
  const onCopy = async (argv: readonly string[], stdin?: string): Promise<ToolResult> => {
    const read = await cib.read();
    if (!read.ok) throw new LibraryError(error(read.error));
    const run = await env.toolOnCopy(printXml(read.value), argv, stdin);
    const parsed = parseXml(run.cib);
    if (run.code === 0 && parsed.ok) seen.after = parsed.value;
    return run;
  };
  const store =
    (read: PcsEnvironment["readFile"]): PcsEnvironment["writeFile"] =>
    async (path, content) => {
      const old = await read(path);
      files.push({ path, before: shown(old.ok ? old.value : ""), after: shown(content) });
      return ok(null);
    };
  return {
    env: {
      ...env,
      cib,
      tool,
      // What asks whether to go on would do nothing by going on.
      ask: () => "yes",
      corosyncConf: dryFile(env.corosyncConf, files),
      writeFile: store(env.readFile),
      writeSystemFile: store(env.systemFile),
      serviceControl: async (verb, name) => {
        step(`${verb} ${name} on this machine`);
        if (verb === "stop" && name === "pacemaker")
          foreseen.push({ kind: "shutdown", node: null });
        return DONE;
      },
      removeAll: async (path) => step(`remove ${path} on this machine`),
      archive: {
        ...env.archive,
        pack: async (entries, path) => {
          step(`put ${entries.length} files into ${path ?? "an archive on standard output"}`);
          return ok(null);
        },
      },
      nodes: dryNodes(env, { files, foreseen, step }),
    },
    cib: () => (seen.before === null ? null : { ...seen, before: seen.before }),
    files,
    steps,
    foreseen,
  };
}

/** A CIB whose changes stay here. `after` is null until something is changed. */
function dryCib(store: CibStore) {
  const seen: { before: Element | null; after: Element | null } = { before: null, after: null };
  const cib: CibStore = {
    live: store.live,
    read: async () => {
      if (seen.after !== null) return ok(seen.after.clone());
      const read = await store.read();
      if (read.ok) seen.before = read.value.clone();
      return read;
    },
    write: async (_from, to) => {
      seen.after = to.clone();
      return ok(null);
    },
    upgrade: async (): Promise<Result<Element, string>> => {
      const { upgradeCib } = await import("../../cib/mod.ts");
      const read = await cib.read();
      if (!read.ok) return read;
      const upgraded = upgradeCib(read.value);
      if (!upgraded.ok) return err(upgraded.error.message);
      seen.after = upgraded.value.clone();
      return ok(upgraded.value);
    },
  };
  return { cib, seen };
}

/** Keys are nobody's business, and bytes are not for reading. */
function shown(content: string | Uint8Array): string {
  const text = typeof content === "string" ? content : textOf(content);
  if (text !== null && !text.includes("\0") && !text.includes("PRIVATE KEY")) return text;
  return `(${content.length} bytes)`;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function dryFile(store: TextStore, files: ChangedFile[]): TextStore {
  let written: string | null = null;
  return {
    live: store.live,
    path: store.path,
    read: async () => (written === null ? store.read() : ok(written)),
    write: async (text) => {
      const old = await store.read();
      files.push({ path: store.path, before: old.ok ? old.value : "", after: text });
      written = text;
      return ok(null);
    },
  };
}

interface Notes {
  files: ChangedFile[];
  foreseen: Foreseen[];
  step(text: string): void;
}

function dryNodes(env: PcsEnvironment, notes: Notes): NodeAccess {
  const { nodes, corosyncConf } = env;
  const nameOf = async (host: KnownHost): Promise<string> => {
    const addr = host.destinations[0]?.addr ?? "";
    for (const [name, each] of await nodes.known()) {
      if (each.destinations.some((destination) => destination.addr === addr)) return name;
    }
    return addr;
  };
  return {
    ...nodes,
    remember: async (add, remove) => {
      if (add.size > 0) notes.step(`store the tokens of ${[...add.keys()].join(", ")}`);
      if (remove.length > 0) notes.step(`forget the tokens of ${remove.join(", ")}`);
    },
    revoke: async (tokens) => {
      notes.step(
        tokens.length === 0 ? "take back all tokens" : `take back ${tokens.length} tokens`,
      );
      return [];
    },
    call: async (host, path, form = {}) => {
      const tried = tryRequest(await nameOf(host), path, form);
      if (tried === null) return nodes.call(host, path, form);
      tried.steps.forEach(notes.step);
      if (tried.foreseen !== null) notes.foreseen.push(tried.foreseen);
      const after = tried.corosyncConf;
      if (after !== null) {
        const old = await corosyncConf.read();
        const before = old.ok ? old.value : "";
        // The nodes all get the same.
        if (!notes.files.some((file) => file.after === after)) {
          notes.files.push({ path: corosyncConf.path, before, after });
        }
      }
      return { ok: true, body: tried.body };
    },
  };
}
