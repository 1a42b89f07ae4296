/** pcs without a machine: a CIB in memory, one agent, and nothing else to ask. */
import { err, ok } from "../../../internal/base/mod.ts";
import { upgradeCib } from "../../../internal/cib/mod.ts";
import { type PcsEnvironment, readCommandLine, runPcs } from "../../../internal/pcs/mod.ts";
import { type Element, parseXml, printXml } from "../../../internal/xml/mod.ts";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  /** The CIB afterwards. */
  cib: Element;
  /** The corosync.conf afterwards; null when there is none. */
  corosyncConf: string | null;
}

/** What a command line meets. */
export interface World {
  cib: string;
  corosyncConf?: string;
  /** Answers of other faces. */
  tool?: PcsEnvironment["tool"];
}

const DUMMY = `<resource-agent name="Dummy"><version>1.1</version><parameters>
  <parameter name="state" unique-group="state"><content type="string"/></parameter>
  <parameter name="needed" required="1"><content type="string"/></parameter>
</parameters><actions>
  <action name="start" timeout="20s"/><action name="stop" timeout="20s"/>
  <action name="monitor" timeout="20s" interval="10s" depth="0"/><action name="meta-data"/>
</actions></resource-agent>`;

export function cibOf(resources = "", rest = ""): string {
  return (
    '<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0"><configuration>' +
    '<crm_config/><nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes>' +
    `<resources>${resources}</resources><constraints/>${rest}</configuration><status/></cib>`
  );
}

export function primitive(id: string, inner = ""): string {
  return `<primitive id="${id}" class="ocf" provider="test" type="Dummy">${inner}</primitive>`;
}

/** Runs one command line of pcs on a CIB. */
export function pcs(cib: string, ...argv: string[]): Promise<Outcome> {
  return pcsIn({ cib }, ...argv);
}

/** Runs one command line of pcs. */
export async function pcsIn(world: World, ...argv: string[]): Promise<Outcome> {
  let corosyncConf = world.corosyncConf ?? null;
  const parsed = parseXml(world.cib);
  if (!parsed.ok) throw new Error(parsed.error.message);
  let current = parsed.value;
  let stdout = "";
  let stderr = "";
  const output = {
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
  };
  const nobody = () => {
    throw new Error("there is nobody to ask");
  };
  const env = {
    cib: {
      live: false,
      read: async () => ok(current.clone()),
      write: async (_before: Element, after: Element) => {
        current = after.clone();
        return ok(null);
      },
      upgrade: async () => {
        const upgraded = upgradeCib(current);
        if (!upgraded.ok) return err(upgraded.error.message);
        current = upgraded.value;
        return ok(current.clone());
      },
    },
    agents: {
      metadata: async (name: string) =>
        name === "ocf:test:Dummy" ? ok(DUMMY) : err("no such agent"),
      standards: async () => ["ocf"],
      providers: async () => ["test"],
      types: async (place: string) => (place === "ocf:test" ? ["Dummy"] : []),
      validate: async () => ({ code: 0, output: "" }),
    },
    corosyncConf: {
      live: false,
      path: "corosync.conf",
      read: async () =>
        corosyncConf === null ? err("No such file or directory") : ok(corosyncConf),
      write: async (text: string) => {
        corosyncConf = text;
        return ok(null);
      },
    },
    resolves: async () => true,
    systemFile: async () => err("No such file or directory"),
    nodes: {},
    nowMs: 1_700_000_000_000,
    columns: null,
    tool: world.tool ?? nobody,
    ask: () => null,
  } as unknown as PcsEnvironment;
  const invocation = await readCommandLine(argv, output);
  const code = typeof invocation === "number" ? invocation : await runPcs(invocation, env, output);
  return { code, stdout, stderr, cib: current, corosyncConf };
}

/** Text of the resources section. */
export function resourcesText(outcome: Outcome): string {
  return printXml(outcome.cib.first("configuration")!.first("resources")!);
}
