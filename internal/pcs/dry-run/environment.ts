import { err, ok } from "../../base/mod.ts";
import { type Element, parseXml, printXml } from "../../xml/mod.ts";
import type { CibStore, PcsEnvironment, TextStore, ToolResult } from "../frame/environment.ts";
import { error, LibraryError } from "../frame/report.ts";

/** What a verb would have done. */
export interface DryRun {
  env: PcsEnvironment;
  /** The CIB before and after; null when the verb did not change it. */
  cib(): { before: Element; after: Element } | null;
  /** Files that would be written, with their new texts. */
  files: { path: string; before: string; after: string }[];
}

/** Tools that only look. */
const READERS = new Set([
  "crm_mon",
  "crm_simulate",
  "crm_verify",
  "crm_diff",
  "crm_rule",
  "crm_node",
  "crm_attribute",
  "iso8601",
  "corosync-quorumtool",
  "corosync-cfgtool",
]);
/** What crm_resource changes in the CIB alone. */
const CIB_ACTIONS = ["--move", "--ban", "--clear"];
/** What makes a reading tool a writing one. */
const WRITING = ["--update", "--delete", "--remove", "-v", "-D", "-R"];

/**
 * The environment of a verb that is only tried out: it sees its own changes, nobody else does.
 * What cannot be tried out without doing it is refused.
 */
export function dryRunEnvironment(env: PcsEnvironment): DryRun {
  let before: Element | null = null;
  let after: Element | null = null;
  const files: DryRun["files"] = [];
  const cib: CibStore = {
    live: env.cib.live,
    read: async () => {
      if (after !== null) return ok(after.clone());
      const read = await env.cib.read();
      if (read.ok) before = read.value.clone();
      return read;
    },
    write: async (_from, to) => {
      after = to.clone();
      return ok(null);
    },
    upgrade: async () => {
      const { upgradeCib } = await import("../../cib/mod.ts");
      const read = await cib.read();
      if (!read.ok) return read;
      const upgraded = upgradeCib(read.value);
      if (!upgraded.ok) return err(upgraded.error.message);
      after = upgraded.value.clone();
      return ok(upgraded.value);
    },
  };
  const tool = async (argv: readonly string[], stdin?: string): Promise<ToolResult> => {
    const [name = "", ...rest] = argv;
    if (name === "crm_resource" && rest.some((word) => CIB_ACTIONS.includes(word))) {
      return onCopy(argv);
    }
    if (name === "cibadmin" && rest.includes("--upgrade")) return onCopy(argv);
    // Permanent node attributes are in the CIB, all others where no copy helps.
    const permanent = rest.join(" ").startsWith("-t nodes ");
    if (name === "crm_attribute" && permanent) return onCopy(argv);
    if (name === "crm_resource" && rest.includes("--wait")) {
      return { code: 0, stdout: "", stderr: "" };
    }
    if (READERS.has(name) && !rest.some((word) => WRITING.includes(word))) {
      return env.tool(argv, stdin);
    }
    throw new LibraryError(
      error(`This command cannot be tried out: it would run '${argv.join(" ")}'`),
    );
  };
  const onCopy = async (argv: readonly string[]): Promise<ToolResult> => {
    const read = await cib.read();
    if (!read.ok) throw new LibraryError(error(read.error));
    const run = await env.toolOnCopy(printXml(read.value), argv);
    const parsed = parseXml(run.cib);
    if (run.code === 0 && parsed.ok) after = parsed.value;
    return run;
  };
  return {
    env: {
      ...env,
      cib,
      tool,
      corosyncConf: dryFile(env.corosyncConf, files),
      writeFile: async (path, content) => {
        const old = await env.readFile(path);
        const after = typeof content === "string" ? content : `(${content.length} bytes)`;
        files.push({ path, before: old.ok ? old.value : "", after });
        return ok(null);
      },
      serviceControl: () => refuse("it would start, stop or change a service"),
      removeAll: () => refuse("it would remove files"),
      nodes: {
        ...env.nodes,
        remember: () => refuse("it would change what this machine knows of other nodes"),
        call: () => refuse("it would ask other nodes to change something"),
      },
    },
    cib: () => (before === null || after === null ? null : { before, after }),
    files,
  };
}

function refuse(why: string): never {
  throw new LibraryError(error(`This command cannot be tried out: ${why}`));
}

function dryFile(store: TextStore, files: DryRun["files"]): TextStore {
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
