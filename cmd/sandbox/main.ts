import { resolve } from "node:path";
import { type ArgsDef, type CommandDef, runCommand } from "citty";
import { errOut, out } from "../io.ts";
import { cut, cutAddresses, heal } from "./cut.ts";
import {
  defaultDir,
  loadSandbox,
  MAX_NODES,
  nodeRoot,
  planSandbox,
  requireNode,
  requireSandbox,
  type Sandbox,
  SandboxError,
} from "./layout.ts";
import {
  bootNode,
  cutPower,
  isUp,
  nodeEnvironment,
  PROCESSES,
  type ProcessName,
  pidFile,
  stopNode,
} from "./node-control.ts";
import { readPidFile } from "./process-table.ts";
import { supervise } from "./supervise.ts";
import { removeSandbox, up } from "./up.ts";

const USAGE = `muster sandbox: a whole cluster on this machine, without root

Usage: muster sandbox COMMAND

  up [--nodes N] [--net NET] [--port PORT]   make a cluster of N nodes (3) and start it
  exec NODE -- COMMAND...                    run a command on a node: exec node1 -- pcs status
  status                                     the nodes, their processes and cuts
  kill NODE [ring|engine]                    power off without warning, or kill one process
  boot NODE                                  power on
  stop NODE                                  orderly shutdown
  cut NODE [PEER...]                         cut the network to all other nodes, or to some
  heal                                       mend every cut
  incident FILE                              save what all nodes know (see 'muster incident')
  down                                       end everything and remove all files

  --dir DIR     the sandbox's folder (default: MUSTER_SANDBOX, else a folder of yours in /tmp)
`;

const dir = { dir: { type: "string", description: "folder of the sandbox" } } as const;

function folder(args: { dir?: string | undefined }): string {
  return args.dir === undefined ? defaultDir() : resolve(args.dir);
}

function wholeNumber(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SandboxError(`--${name} is a number from ${least} to ${most}, not '${text}'`);
}

function say(line: string): void {
  out(`${line}\n`);
}

type Command = (words: string[]) => Promise<void>;

/** Parses by citty, which lets unknown options pass; we do not. */
function command<T extends ArgsDef>(definition: CommandDef<T>): Command {
  return async (words) => {
    const known = Object.keys(definition.args ?? {});
    for (const word of words) {
      const name = /^--([^=]+)/.exec(word)?.[1];
      if (name !== undefined && !known.includes(name)) {
        throw new SandboxError(`unknown option '--${name}'; see --help`);
      }
    }
    await runCommand(definition, { rawArgs: words });
  };
}

const commands: Record<string, Command> = {
  up: command({
    args: {
      ...dir,
      nodes: { type: "string", default: "3" },
      net: { type: "string", default: "48" },
      port: { type: "string", default: "5405" },
    },
    async run({ args }) {
      const count = wholeNumber(args.nodes, "nodes", 1, MAX_NODES);
      const net = wholeNumber(args.net, "net", 1, 254);
      const port = wholeNumber(args.port, "port", 1024, 65535);
      await up(planSandbox(folder(args), count, net, port), say);
    },
  }),
  status: command({
    args: dir,
    run: ({ args }) => printStatus(requireSandbox(folder(args))),
  }),
  heal: command({
    args: dir,
    run: ({ args }) => heal(requireSandbox(folder(args))),
  }),
  incident: command({
    args: { ...dir, file: { type: "positional", required: true } },
    run: ({ args }) => saveIncident(requireSandbox(folder(args)), args.file),
  }),
  down: command({
    args: dir,
    run({ args }) {
      const sandbox = loadSandbox(folder(args));
      if (sandbox === null) return say(`no sandbox in ${folder(args)}: nothing to do`);
      removeSandbox(sandbox);
      say(`removed the sandbox in ${sandbox.dir}`);
    },
  }),
  boot: onNode(async (sandbox, name) => {
    const node = requireNode(sandbox, name);
    if (isUp(sandbox, node)) throw new SandboxError(`${name} is running already`);
    bootNode(sandbox, node);
    say(`${name} is powered on`);
  }),
  stop: onNode(async (sandbox, name) => {
    if (!(await stopNode(sandbox, requireNode(sandbox, name), 90_000))) {
      throw new SandboxError(`${name} is still stopping: 'muster sandbox status' shows what runs`);
    }
    say(`${name} has shut down`);
  }),
  kill: onNode(async (sandbox, name, rest) => {
    const node = requireNode(sandbox, name);
    const what = rest[0];
    if (what === undefined) {
      return say(`${name} is powered off (${cutPower(sandbox, node)} processes)`);
    }
    if (!(PROCESSES as readonly string[]).includes(what)) {
      throw new SandboxError(`'${what}' is no process of a node: ${PROCESSES.join(", ")}`);
    }
    const mark = readPidFile(pidFile(nodeRoot(sandbox, node), what as ProcessName));
    if (mark === null) throw new SandboxError(`${what} does not run on ${name}`);
    process.kill(mark.pid, "SIGKILL");
    say(`killed ${what} (pid ${mark.pid}) on ${name}`);
  }),
  cut: onNode(async (sandbox, name, rest) => {
    const peers = rest.length > 0 ? rest.map((n) => requireNode(sandbox, n)) : sandbox.nodes;
    cut(sandbox, requireNode(sandbox, name), peers);
    say(`${name} is cut off from ${rest.length > 0 ? rest.join(", ") : "all others"}`);
  }),
};

/** Nodes without power answer nobody. */
async function saveIncident(sandbox: Sandbox, path: string): Promise<void> {
  const { collectPart } = await import("../incident/collect.ts");
  const { incidentOf, savedLines } = await import("../incident/main.ts");
  const { writeIncident } = await import("../incident/file.ts");
  const up = sandbox.nodes.filter((node) => isUp(sandbox, node));
  const off = sandbox.nodes.filter((node) => !up.includes(node));
  const incident = incidentOf(
    up.map((node) => collectPart(nodeRoot(sandbox, node), node.name)),
    off.map((node) => ({ node: node.name, why: "it has no power" })),
  );
  await writeIncident(resolve(path), incident);
  for (const line of savedLines(path, incident)) say(line);
}

/** A command whose first word names a node. */
function onNode(
  action: (sandbox: Sandbox, node: string, rest: string[]) => Promise<void>,
): Command {
  return command({
    args: { ...dir, node: { type: "positional", required: true } },
    run: ({ args }) =>
      action(requireSandbox(folder(args)), args.node, (args._ as string[]).slice(1)),
  });
}

function printStatus(sandbox: Sandbox): void {
  for (const node of sandbox.nodes) {
    const root = nodeRoot(sandbox, node);
    const running = PROCESSES.flatMap((name) => {
      const mark = readPidFile(pidFile(root, name));
      return mark === null ? [] : [`${name} ${mark.pid}`];
    });
    const cuts = cutAddresses(sandbox, node);
    const cutText = cuts.length > 0 ? `  cut off from ${cuts.join(", ")}` : "";
    const state = running.length > 0 ? `up    ${running.join(", ")}` : "off";
    say(`${node.name.padEnd(8)} ${node.address.padEnd(14)} ${state}${cutText}`);
  }
}

/** `exec` passes everything after the node's name on, so it stands outside the option parser. */
async function exec(argv: string[]): Promise<number> {
  const words = argv.slice();
  let where = defaultDir();
  if (words[0] === "--dir") where = resolve(words.splice(0, 2)[1] ?? "");
  const name = words.shift();
  if (words[0] === "--") words.shift();
  if (name === undefined || words.length === 0) {
    throw new SandboxError("exec needs a node and a command: exec node1 -- pcs status");
  }
  const sandbox = requireSandbox(where);
  const node = requireNode(sandbox, name);
  const env = { ...process.env, ...nodeEnvironment(sandbox, node) };
  const found = Bun.which(words[0]!, { PATH: env["PATH"]! });
  if (found === null) {
    errOut(`muster sandbox: command '${words[0]}' is not found\n`);
    return 127;
  }
  const child = Bun.spawn([found, ...words.slice(1)], {
    argv0: words[0]!,
    env,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  await child.exited;
  return child.exitCode ?? 128 + (child.signalCode === null ? 0 : 9);
}

export async function main(argv: string[]): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === undefined || verb === "--help" || verb === "-h" || verb === "help") {
    out(USAGE);
    return verb === undefined ? 1 : 0;
  }
  try {
    if (verb === "exec") return await exec(rest);
    if (verb === "supervise") {
      const sandbox = requireSandbox(defaultDir());
      return await supervise(sandbox, requireNode(sandbox, rest[0] ?? ""));
    }
    const chosen = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
    if (chosen === undefined) throw new SandboxError(`'${verb}' is no command; see --help`);
    await chosen(rest);
    return 0;
  } catch (error) {
    const known = error instanceof SandboxError || (error as Error).name === "CLIError";
    if (!known) throw error;
    errOut(`muster sandbox: ${(error as Error).message}\n`);
    return 1;
  }
}
