/**
 * fence_sandbox: cuts the power of sandbox nodes, as a power switch would: every process of the node
 * is killed, and only then is success reported. Follows the fence agents' interface: options as
 * `key=value` lines on standard input, or as words.
 */

import { errOut, out, readStdin } from "../io.ts";
import {
  defaultDir,
  loadSandbox,
  type Sandbox,
  SandboxError,
  type SandboxNode,
} from "../sandbox/layout.ts";
import { bootNode, cutPower, isUp } from "../sandbox/node-control.ts";

const ERROR = 1;
/** `status` of a node that is off. */
const OFF = 2;
const INPUT_BYTES = 64 * 1024;

interface Options {
  action: string;
  node: string | null;
  dir: string;
}

export function main(argv: string[]): number {
  const options = argv.length > 0 ? fromWords(argv) : fromInput(readStdin(INPUT_BYTES) ?? "");
  if (options === null) return ERROR;
  try {
    return perform(options);
  } catch (error) {
    errOut(`fence_sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
    return ERROR;
  }
}

function perform({ action, node, dir }: Options): number {
  switch (action) {
    case "metadata":
      out(METADATA);
      return 0;
    case "validate-all":
      return 0;
    case "monitor":
      requireSandbox(dir);
      return 0;
    case "list":
    case "list-status":
      for (const one of requireSandbox(dir).nodes) out(`${one.name},\n`);
      return 0;
    case "status":
      return isUp(...target(dir, node)) ? 0 : OFF;
    case "off":
      cutPower(...target(dir, node));
      return 0;
    case "on":
      powerOn(...target(dir, node));
      return 0;
    case "reboot": {
      const [sandbox, one] = target(dir, node);
      cutPower(sandbox, one);
      powerOn(sandbox, one);
      return 0;
    }
    default:
      errOut(`fence_sandbox: unknown action '${action}'\n`);
      return ERROR;
  }
}

function powerOn(sandbox: Sandbox, node: SandboxNode): void {
  if (!isUp(sandbox, node)) bootNode(sandbox, node);
}

function requireSandbox(dir: string): Sandbox {
  const sandbox = loadSandbox(dir);
  if (sandbox === null) throw new SandboxError(`there is no sandbox in ${dir}`);
  return sandbox;
}

function target(dir: string, name: string | null): [Sandbox, SandboxNode] {
  const sandbox = requireSandbox(dir);
  const node = sandbox.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new SandboxError(`'${name ?? ""}' is no node of this sandbox`);
  return [sandbox, node];
}

/** Lines that are no option, and options of others, are passed over, as all fence agents do. */
function fromInput(text: string): Options {
  const given = new Map<string, string>();
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0 && !line.startsWith("#")) given.set(line.slice(0, at).trim(), line.slice(at + 1));
  }
  return {
    action: given.get("action") ?? given.get("option") ?? "reboot",
    node: given.get("plug") ?? given.get("port") ?? given.get("nodename") ?? null,
    dir: given.get("dir") ?? defaultDir(),
  };
}

function fromWords(argv: string[]): Options | null {
  const options: Options = { action: "reboot", node: null, dir: defaultDir() };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = "", inline] = word.startsWith("--") ? word.split(/=(.*)/s) : [word];
    const value = (): string => inline ?? rest.shift() ?? "";
    if (name === "-o" || name === "--action") options.action = value();
    else if (name === "-n" || name === "--plug" || name === "--port") options.node = value();
    else if (name === "--dir") options.dir = value();
    else if (name === "-h" || name === "--help") {
      out("usage: fence_sandbox [-o ACTION] [-n NODE] [--dir SANDBOX]\n");
      return null;
    } else {
      errOut(`fence_sandbox: unknown option '${word}'\n`);
      return null;
    }
  }
  return options;
}

const METADATA = `<?xml version="1.0" ?>
<resource-agent name="fence_sandbox" shortdesc="Fence agent for muster's sandbox">
<longdesc>Cuts the power of a node of 'muster sandbox': kills its processes, and boots it again for
on and reboot.</longdesc>
<vendor-url></vendor-url>
<parameters>
<parameter name="action" unique="0" required="1">
<getopt mixed="-o, --action=[action]" />
<content type="string" default="reboot" />
<shortdesc lang="en">Fencing action</shortdesc>
</parameter>
<parameter name="plug" unique="0" required="0" obsoletes="port">
<getopt mixed="-n, --plug=[id]" />
<content type="string" />
<shortdesc lang="en">Name of the node</shortdesc>
</parameter>
<parameter name="port" unique="0" required="0" deprecated="1">
<getopt mixed="-n, --plug=[id]" />
<content type="string" />
<shortdesc lang="en">Name of the node</shortdesc>
</parameter>
<parameter name="dir" unique="0" required="0">
<getopt mixed="--dir=[folder]" />
<content type="string" />
<shortdesc lang="en">Folder of the sandbox</shortdesc>
</parameter>
</parameters>
<actions>
<action name="on" automatic="0" />
<action name="off" />
<action name="reboot" />
<action name="status" />
<action name="list" />
<action name="list-status" />
<action name="monitor" />
<action name="metadata" />
<action name="validate-all" />
</actions>
</resource-agent>
`;
