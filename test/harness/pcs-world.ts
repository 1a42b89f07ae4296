/** A cluster of two nodes for pcs to work on, none of it real; whatever it would change is noted. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import { type PcsEnvironment, readCommandLine, runPcs } from "../../internal/pcs/mod.ts";
import { parseXml } from "../../internal/xml/mod.ts";

const MAIN = resolve(import.meta.dir, "../../cmd/main.ts");
const NOW_MS = 1_700_000_000_000;

const primitive = (id: string, inner = "", type = "Dummy") =>
  `<primitive id="${id}" class="ocf" provider="test" type="${type}">${inner}</primitive>`;
const metas = (id: string, name: string, value: string) =>
  `<meta_attributes id="${id}-m"><nvpair id="${id}-m-1" name="${name}" value="${value}"/></meta_attributes>`;
const operation = (id: string) =>
  `<operations><op id="${id}-monitor" name="monitor" interval="10s"/></operations>`;
const device = (id: string, inner = "") =>
  `<primitive id="${id}" class="stonith" type="fence_test"><instance_attributes id="${id}-i">` +
  `<nvpair id="${id}-i-l" name="pcmk_host_list" value="node1 node2"/></instance_attributes>` +
  `${inner}</primitive>`;

const ran = (id: string, ms: number) =>
  `<lrm_resource id="${id}" class="ocf" provider="test" type="Dummy"><lrm_rsc_op ` +
  `id="${id}_last_0" operation_key="${id}_start_0" operation="start" crm-debug-origin="x" ` +
  'crm_feature_set="3.20.0" transition-key="1:0:0:00000000-0000-0000-0000-000000000001" transition-magic="0:0;1:0:0:00000000-0000-0000-0000-000000000001" ' +
  `exit-reason="" on_node="node1" call-id="5" rc-code="0" op-status="0" interval="0" ` +
  `last-rc-change="1699999000" exec-time="${ms}" queue-time="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource>`;

const state = (id: number, history: string, more = "") =>
  `<node_state id="${id}" uname="node${id}" in_ccm="true" crmd="online" join="member" ` +
  `expected="member" crm-debug-origin="x"><lrm id="${id}"><lrm_resources>${history}` +
  `</lrm_resources></lrm>${more}</node_state>`;

export const CIB =
  '<cib admin_epoch="0" epoch="9" num_updates="0" validate-with="pacemaker-3.9" ' +
  'crm_feature_set="3.20.0" have-quorum="1" dc-uuid="1"><configuration><crm_config>' +
  '<cluster_property_set id="cib-bootstrap-options"><nvpair id="nq" name="no-quorum-policy" ' +
  'value="stop"/></cluster_property_set></crm_config><nodes><node id="1" uname="node1"/>' +
  '<node id="2" uname="node2"/>' +
  '<node id="3" uname="node3"><instance_attributes id="n3"><nvpair id="n3-s" name="standby" ' +
  'value="on"/><nvpair id="n3-m" name="maintenance" value="true"/></instance_attributes></node>' +
  "</nodes><resources>" +
  primitive("a", metas("a", "resource-stickiness", "100") + operation("a")) +
  primitive("b") +
  primitive("off", metas("off", "target-role", "Stopped")) +
  primitive("off2") +
  primitive("banned") +
  primitive("unmanaged", metas("unmanaged", "is-managed", "false")) +
  `<group id="g">${primitive("c")}${primitive("d")}</group>` +
  `<clone id="k-clone">${primitive("k")}</clone>` +
  '<bundle id="bn"><podman image="x"/></bundle>' +
  primitive("vm", metas("vm", "remote-node", "guest1")) +
  '<primitive id="rem" class="ocf" provider="pacemaker" type="remote"><instance_attributes ' +
  'id="rem-i"><nvpair id="rem-s" name="server" value="192.0.2.7"/></instance_attributes></primitive>' +
  device("f", operation("f")) +
  device("foff", metas("foff", "target-role", "Stopped")) +
  '<group id="booth-booth-group"><primitive id="booth-booth-ip" class="ocf" provider="heartbeat" ' +
  'type="IPaddr2"><instance_attributes id="bi"><nvpair id="bi-ip" name="ip" value="192.0.2.5"/>' +
  '</instance_attributes></primitive><primitive id="booth-booth-service" class="ocf" ' +
  'provider="pacemaker" type="booth-site"><instance_attributes id="bs"><nvpair id="bs-c" ' +
  'name="config" value="/etc/booth/booth.conf"/></instance_attributes></primitive></group>' +
  "</resources><constraints>" +
  '<rsc_location id="banned-not-node1" rsc="banned" node="node1" score="-INFINITY"/>' +
  '<rsc_location id="cli-ban-banned-on-node2" rsc="banned" node="node2" score="-INFINITY"/>' +
  '<rsc_location id="pcs-relocate-x" rsc="b" node="node1" score="INFINITY"/>' +
  '<rsc_colocation id="ob" rsc="off" with-rsc="b" score="5"/>' +
  '<rsc_ticket id="tb" rsc="b" ticket="T"/></constraints>' +
  '<tags><tag id="t"><obj_ref id="a"/></tag></tags>' +
  '<fencing-topology><fencing-level id="fl" index="1" target="node2" devices="f"/></fencing-topology>' +
  '<alerts><alert id="al" path="/x"><recipient id="re" value="v"/></alert></alerts>' +
  '<acls><acl_role id="ro"><acl_permission id="ro-read" kind="read" xpath="/cib"/></acl_role>' +
  '<acl_role id="ro2"/><acl_target id="joe"><role id="ro"/></acl_target>' +
  '<acl_group id="gang"><role id="ro"/></acl_group></acls>' +
  `<rsc_defaults>${metas("rd", "priority", "0").replace("rd-m", "rd")}</rsc_defaults>` +
  `<op_defaults>${metas("od", "timeout", "20s").replace("od-m", "od")}</op_defaults>` +
  "</configuration><status>" +
  state(1, ran("a", 2000) + ran("off2", 100)) +
  state(2, "") +
  '<node_state id="3" uname="node3" in_ccm="false" crmd="offline" join="down" expected="down"/>' +
  '<tickets><ticket_state id="T" granted="true" booth-cfg-name="booth"/></tickets>' +
  "</status></cib>";

export const COROSYNC = `totem {
    version: 2
    cluster_name: test
    transport: knet
    ip_version: ipv4-6

    interface {
        linknumber: 1
        knet_transport: udp
    }
}

nodelist {
    node {
        ring0_addr: 192.0.2.1
        ring1_addr: 203.0.113.1
        name: node1
        nodeid: 1
    }

    node {
        ring0_addr: 192.0.2.2
        ring1_addr: 203.0.113.2
        name: node2
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum
}
`;

const DEVICE = `
    device {
        model: net

        net {
            algorithm: ffsplit
            host: qnetd
        }

        heuristics {
            mode: on
            exec_ls: /bin/ls
        }
    }
}
`;

/** The same with a quorum device. */
export const COROSYNC_DEVICE = COROSYNC.replace(/\}\n$/, DEVICE.slice(0, -1));

const parameters = (...names: string[]) =>
  names.map((name) => `<parameter name="${name}"><content type="string"/></parameter>`).join("");

function metadata(type: string): string {
  const given: Record<string, string> = {
    Dummy: parameters("state", "needed"),
    remote: parameters("server", "port"),
    fence_test: parameters("pcmk_host_list", "port"),
    IPaddr2: parameters("ip"),
    "booth-site": parameters("config"),
  };
  return (
    `<resource-agent name="${type}"><version>1.1</version><parameters>${given[type]}</parameters>` +
    '<actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/><action ' +
    'name="monitor" timeout="20s" interval="10s"/><action name="meta-data"/></actions></resource-agent>'
  );
}

const FILES: Record<string, string> = {
  "/new.xml": CIB.replace('value="stop"', 'value="freeze"'),
  "/cert.pem": "certificate",
  "/key.pem": "-----BEGIN PRIVATE KEY-----",
  "/var/lib/pcsd/pcsd.crt": "certificate",
  "/var/lib/pcsd/pcsd.key": "key",
  "/var/lib/pacemaker/cib/cib-1.raw": CIB.replace('value="stop"', 'value="freeze"'),
  "/etc/booth/booth.conf": 'site = "192.0.2.1"\nticket = "T"\n',
  "/etc/booth/booth.key": "key",
  "/etc/booth/other.conf": 'site = "192.0.2.1"\n',
  "/var/lib/pcsd/known-hosts": JSON.stringify({
    format_version: 1,
    data_version: 1,
    known_hosts: Object.fromEntries(
      [1, 2, 3].map((n) => [
        `node${n}`,
        { dest_list: [{ addr: `192.0.2.${n}`, port: 2224 }], token: "t" },
      ]),
    ),
  }),
  "/etc/corosync/uidgid.d/pcs-uidgid-somebody": "uidgid {\n  uid: somebody\n}\n",
};

/** What only looks, by its first words; anything else is a change. */
const LOOKS =
  /^(crm_mon|crm_simulate|crm_verify|crm_diff|crm_rule|crm_node (-n|--name|-l)|crm_attribute --list-options\S*|corosync-quorumtool( -[psl])*$|corosync-cmapctl -[bg]|corosync-cfgtool -s|sbd query-watchdog)/;

export interface WorldRun {
  code: number;
  stdout: string;
  stderr: string;
  /** What was really changed, or would have been. */
  changes: string[];
}

/** Runs a command line of pcs in the world; `file`: on a CIB file. */
export async function pcsInWorld(line: string, file = false): Promise<WorldRun> {
  const changes: string[] = [];
  let [stdout, stderr] = ["", ""];
  const output = {
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
  };
  const invocation = await readCommandLine(line.split(" "), output);
  if (typeof invocation === "number") return { code: invocation, stdout, stderr, changes };
  const env = environment(
    changes,
    file,
    /quorum device (heuristics|delete|remove|update)/.test(line),
  );
  const code = await runPcs(invocation, env, output);
  return { code, stdout, stderr, changes };
}

function environment(changes: string[], file: boolean, withDevice: boolean): PcsEnvironment {
  const changed = async <T>(what: string, value: T): Promise<T> => {
    changes.push(what);
    return value;
  };
  const done = { code: 0, stdout: "", stderr: "" };
  const current = () => {
    const cib = parseXml(CIB);
    if (!cib.ok) throw new Error(cib.error.message);
    return cib.value;
  };
  const text = async (path: string): Promise<Result<string, string>> => {
    const content = FILES[path];
    return content === undefined ? err("No such file or directory") : ok(content);
  };
  const bytes = async (path: string) =>
    FILES[path] === undefined ? null : new TextEncoder().encode(FILES[path]);
  const conf = withDevice ? COROSYNC_DEVICE : COROSYNC;
  const host = (addr: string) => ({ destinations: [{ addr, port: 2224 }], token: "t" });
  const known = new Map([1, 2, 3].map((n) => [`node${n}`, host(`192.0.2.${n}`)]));
  return {
    cib: {
      live: !file,
      read: async () => ok(current()),
      write: () => changed("the CIB", ok(null)),
      upgrade: () => changed("the CIB's schema", ok(current())),
    },
    corosyncConf: {
      live: !withDevice,
      path: "/etc/corosync/corosync.conf",
      read: async () => ok(conf),
      write: () => changed("corosync.conf", ok(null)),
    },
    agents: {
      metadata: async (name) => ok(metadata(name.split(":").at(-1)!)),
      standards: async () => ["ocf", "stonith"],
      providers: async () => ["test"],
      types: async () => ["Dummy"],
      validate: async () => ({ code: 0, output: "" }),
    },
    nowMs: NOW_MS,
    user: { isRoot: true },
    columns: null,
    variable: (name) => (name === "EDITOR" ? "editor" : null),
    readFile: text,
    systemFile: text,
    fileBytes: bytes,
    systemBytes: async (path) => (await bytes(path)) ?? new Uint8Array(256),
    systemFolder: async () => ok([{ name: "pcs-uidgid-somebody", changedMs: NOW_MS }]),
    writeFile: (path) => changed(path, ok(null)),
    writeSystemFile: (path) => changed(path, ok(null)),
    uuid: () => "00000000-0000-0000-0000-000000000000",
    resolves: async () => true,
    stdin: () => "",
    service: async () => ({ running: false, enabled: true, known: true }),
    serviceControl: (verb, name) => changed(`${verb} ${name}`, done),
    removeAll: (path) => changed(`removal of ${path}`, undefined),
    archive: {
      pack: () => changed("an archive", ok(null)),
      unpack: async () =>
        ok(
          [
            ["version.txt", "1"],
            ["corosync.conf", conf],
            ["cib.xml", CIB],
          ].map(([name, content]) => ({
            name: name!,
            content: new TextEncoder().encode(content),
          })),
        ),
    },
    nodes: {
      known: async () => known,
      remember: () => changed("the known hosts", undefined),
      revoke: () => changed("tokens", []),
      randomKey: (length) => new Uint8Array(length),
      isPair: async () => true,
      sleep: async () => {},
      call: async (_host, path) => {
        if (!/check_auth|check_host|get_corosync_conf|pacemaker_node_status/.test(path)) {
          changes.push(`request ${path}`);
        }
        const services = { services: { corosync: { running: false } } };
        return { ok: true, body: path.endsWith("check_host") ? JSON.stringify(services) : "" };
      },
    },
    edit: async (_editor, before) => ok(before.replace('value="stop"', 'value="freeze"')),
    ask: () => null,
    tool: async (argv, stdin) => {
      const words = argv.join(" ");
      if (!LOOKS.test(words)) changes.push(words);
      if (words.startsWith("crm_node")) return { ...done, stdout: "node1\n" };
      if (words.includes("wait_for_all")) return { ...done, stdout: "x (u8) = 1\n" };
      return words.startsWith("corosync-") ? done : fromSource(argv, stdin ?? "", CIB);
    },
    toolOnCopy: (cib, argv, stdin) => fromSource(argv, stdin ?? "", cib),
    simulate: async (cib) => {
      const folder = mkdtempSync(join(tmpdir(), "muster-world-"));
      try {
        const [after, graph] = [join(folder, "after.xml"), join(folder, "graph.xml")];
        const argv = ["crm_simulate", "-S", "-O", after, "-G", graph, "-p"];
        const run = await fromSource(argv, cib, CIB);
        if (run.code !== 0) return err(run.stderr);
        const parsed = parseXml(await Bun.file(graph).text());
        if (!parsed.ok) return err(parsed.error.message);
        return ok({ text: run.stdout, graph: parsed.value, cib: await Bun.file(after).text() });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

type ToolOnCopy = Awaited<ReturnType<PcsEnvironment["toolOnCopy"]>>;

/** Answers by what was asked: the world is the same for each verb. */
const answers = new Map<string, Promise<ToolOnCopy>>();

/** One of our own tools, on a CIB file of its own. */
function fromSource(argv: readonly string[], stdin: string, cib: string): Promise<ToolOnCopy> {
  const key = JSON.stringify([argv, stdin, cib]);
  const answer = answers.get(key) ?? startFromSource(argv, stdin, cib);
  answers.set(key, answer);
  return answer;
}

async function startFromSource(
  argv: readonly string[],
  stdin: string,
  cib: string,
): Promise<ToolOnCopy> {
  const folder = mkdtempSync(join(tmpdir(), "muster-world-"));
  try {
    const file = join(folder, "cib.xml");
    writeFileSync(file, cib);
    const child = Bun.spawn([process.execPath, MAIN, ...argv], {
      env: { ...process.env, CIB_file: file },
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, stdout, stderr, cib: await Bun.file(file).text() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
