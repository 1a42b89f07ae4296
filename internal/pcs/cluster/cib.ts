import { type Element, printXml } from "../../xml/mod.ts";
import { upgradeCib } from "../cib/upgrade.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, Exit } from "../frame/report.ts";
import { expatError } from "./expat-error.ts";

const SCOPES = [
  "acls",
  "alerts",
  "configuration",
  "constraints",
  "crm_config",
  "fencing-topology",
  "nodes",
  "op_defaults",
  "resources",
  "rsc_defaults",
  "tags",
];

/** `cluster cib [FILE] [scope=SECTION | --config]`. */
export async function clusterCib(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--config", "-f"]);
  if (argv.length > 2) throw new CommandLineError();
  const config = options.has("--config");
  let file: string | null = null;
  let scope: string | null = config ? "configuration" : null;
  for (const word of argv) {
    const [name, value] = splitWord(word);
    if (value === null) file = name;
    else if (name === "scope" && !config) scope = knownScope(context, value);
    else throw new CommandLineError();
  }
  const text = await cibText(context, scope);
  if (file === null) {
    context.write(text);
    return;
  }
  const written = await context.env.writeFile(file, text);
  if (!written.ok) context.die(`Unable to write to file '${file}', ${written.error}`);
}

function splitWord(word: string): [name: string, value: string | null] {
  const at = word.indexOf("=");
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}

function knownScope(context: PcsContext, scope: string): string {
  if (SCOPES.includes(scope)) return scope;
  return context.die(`invalid CIB scope '${scope}'`);
}

/** The CIB or one section of it, as `cibadmin --query` prints it. */
export async function cibText(context: PcsContext, scope: string | null): Promise<string> {
  const read = await context.env.cib.read();
  if (!read.ok) context.die("unable to get cib");
  const part = scope === null ? read.value : findScope(read.value, scope);
  if (part === null) context.die(`unable to get cib, scope '${scope}' not present in cib`);
  return printXml(part, { pretty: true });
}

function findScope(cib: Element, scope: string): Element | null {
  const configuration = cib.first("configuration");
  if (scope === "configuration") return configuration;
  return configuration?.first(scope) ?? null;
}

/** `cluster cib-push FILE [--wait] [diff-against=FILE | scope=SECTION | --config]`. */
export async function clusterCibPush(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--wait", "--config", "-f"]);
  if (argv.length > 2) throw new CommandLineError();
  const wait = options.waitSeconds();
  if (wait >= 0 && !context.env.cib.live) context.die("Cannot use '-f' together with '--wait'");
  const config = options.has("--config");
  let file: string | null = null;
  let scope: string | null = null;
  let against: string | null = null;
  for (const word of argv) {
    const [name, value] = splitWord(word);
    if (value === null) file = name;
    else if (name === "scope") {
      if (config) context.die("Cannot use both scope and --config");
      scope = knownScope(context, value);
    } else if (name === "diff-against") against = value;
    else throw new CommandLineError();
  }
  if (config) scope = "configuration";
  if (against !== null && scope !== null) context.die("Cannot use both scope and diff-against");
  if (file === null) throw new CommandLineError();
  await push(context, file, scope, against);
  await context.waitForIdle(wait);
}

async function push(
  context: PcsContext,
  file: string,
  scope: string | null,
  against: string | null,
): Promise<void> {
  const text = await readNewCib(context, file, scope);
  if (against !== null) await pushDifference(context, file, against);
  else await pushWhole(context, text, scope);
  context.writeError("CIB updated\n");
}

/** Reads the file and refuses what is no XML, with the words of the parser that pcs uses. */
async function readNewCib(
  context: PcsContext,
  file: string,
  scope: string | null,
): Promise<string> {
  const text = await context.env.readFile(file);
  if (!text.ok) {
    const number = text.error === "No such file or directory" ? 2 : 13;
    context.die(`unable to parse new cib: [Errno ${number}] ${text.error}: '${file}'`);
  }
  const wrong = expatError(text.value);
  if (wrong !== null) context.die(`unable to parse new cib: ${wrong}`);
  if (scope !== null && !new RegExp(`<${scope}[\\s/>]`).test(text.value)) {
    context.die(`unable to push cib, scope '${scope}' not present in new cib`);
  }
  return text.value;
}

async function pushDifference(context: PcsContext, file: string, against: string): Promise<void> {
  const { tool } = context.env;
  const diff = await tool(["crm_diff", "--original", against, "--new", file, "--no-version"]);
  if (diff.code > 1) context.die(`unable to diff the CIBs:\n${diff.stderr}`);
  if (diff.code === 0) {
    context.writeError("The new CIB is the same as the original CIB, nothing to push.\n");
    throw new Exit(0);
  }
  const patched = await tool(["cibadmin", "--patch", "--xml-pipe"], diff.stdout);
  if (patched.code !== 0) context.die(`unable to push cib\n${patched.stderr}${patched.stdout}`);
}

/** The exit code that says the pushed CIB is older than the one in use. */
const TOO_OLD = 103;

async function pushWhole(context: PcsContext, text: string, scope: string | null): Promise<void> {
  const argv = ["cibadmin", "--replace", "--xml-pipe"];
  if (scope !== null) argv.push(`--scope=${scope}`);
  const replaced = await context.env.tool(argv, text);
  if (replaced.code === 0) return;
  if (replaced.code === TOO_OLD) {
    context.die(
      "Unable to push to the CIB because pushed configuration is older than existing one. If you " +
        "are sure you want to push this configuration, try to use --config to replace only " +
        "configuration part instead of whole CIB. Otherwise get current configuration by running " +
        "command 'pcs cluster cib' and update that.",
    );
  }
  context.die(`unable to push cib\n${replaced.stdout}${replaced.stderr}`);
}

/** `cluster cib-upgrade`. */
export async function clusterCibUpgrade(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-f"]);
  if (argv.length > 0) throw new CommandLineError();
  await upgradeCib(context);
}

/** `cluster edit [scope=SECTION | --config]`: the CIB in the user's editor. */
export async function clusterEdit(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--config", "--wait", "-f"]);
  const editor = context.env.variable("EDITOR");
  if (editor === null) context.die("$EDITOR environment variable is not set");
  if (argv.length > 1) throw new CommandLineError();
  const config = options.has("--config");
  let scope: string | null = config ? "configuration" : null;
  for (const word of argv) {
    const [name, value] = splitWord(word);
    if (name !== "scope" || value === null || config) throw new CommandLineError();
    scope = knownScope(context, value);
  }
  const before = await cibText(context, scope);
  const edited = await context.env.edit(editor, before);
  if (!edited.ok) context.die(`unable to open file with $EDITOR: ${editor}`);
  if (edited.value === before) {
    context.writeError("CIB not updated, no changes detected\n");
    return;
  }
  const wrong = expatError(edited.value);
  if (wrong !== null) context.die(`unable to parse new cib: ${wrong}`);
  await pushWhole(context, edited.value, scope);
  context.writeError("CIB updated\n");
  await context.waitForIdle(options.waitSeconds());
}
