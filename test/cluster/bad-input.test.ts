/** Bad input of every kind: a clear message, the original's exit code, no crash, nothing lost. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../harness/cluster.ts";
import { until, withCluster } from "../harness/sandbox-fixture.ts";

const NODES = ["node1", "node2", "node3"];

/** A copy of every pid, to prove that no daemon died and came back. */
function daemons(cluster: Cluster): (number | null)[] {
  return NODES.flatMap((node) => [cluster.pid(node, "ring"), cluster.pid(node, "engine")]);
}

const XML_CASES: { name: string; xml: string }[] = [
  {
    name: "entity bomb",
    xml: '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><nvpair id="a" name="b" value="&z;"/>',
  },
  { name: "DOCTYPE", xml: '<!DOCTYPE nvpair><nvpair id="a" name="b" value="c"/>' },
  { name: "duplicate attribute", xml: '<nvpair id="a" id="b" name="c" value="d"/>' },
  { name: "cut off", xml: '<nvpair id="a" name="b' },
  { name: "wrong nesting", xml: "<resources><group></resources></group>" },
  { name: "unknown entity", xml: '<nvpair id="a" name="b" value="&nosuch;"/>' },
  { name: "nested too deeply", xml: "<a>".repeat(100_000) },
  { name: "no XML at all", xml: "hello" },
];

test("XML that nobody should send is refused by name, and changes nothing", async () => {
  await withCluster({ nodes: 1, net: 63 }, async (cluster) => {
    const before = cluster.configuration("node1");
    const running = daemons(cluster);
    for (const { name, xml } of XML_CASES) {
      const file = join(cluster.dir, "bad.xml");
      writeFileSync(file, xml);
      const done = cluster.exec("node1", "cibadmin", "--modify", "--xml-file", file);
      expect([name, done.code]).not.toEqual([name, 0]);
      expect(done.output.trim()).not.toBe("");
      expect(done.output).not.toContain("    at ");
    }
    const huge = Bun.spawnSync(
      [
        cluster.muster,
        "sandbox",
        "exec",
        "--dir",
        cluster.dir,
        "node1",
        "--",
        "cibadmin",
        "--modify",
        "--xml-pipe",
      ],
      { stdin: Buffer.alloc(10_000_000, 0x41) },
    );
    expect(huge.exitCode).not.toBe(0);
    expect(cluster.configuration("node1")).toBe(before);
    expect(daemons(cluster)).toEqual(running);
  });
}, 120_000);

/** Seeded, so that a failure can be repeated: a multiplicative congruential generator. */
function garbage(bytes: number, seed: number): Buffer {
  const out = Buffer.alloc(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647 || 1;
    out[i] = state & 0xff;
  }
  return out;
}

test("10 MB of garbage on the ring's port and on the local sockets: no crash, no change", async () => {
  await withCluster({ net: 64 }, async (cluster) => {
    const before = cluster.configuration("node1");
    const running = daemons(cluster);
    const data = garbage(10_000_000, 20261123);
    for (const from of ["127.64.0.12", "127.64.0.99"]) {
      const socket = await Bun.udpSocket({ hostname: from, port: 0, socket: { error() {} } });
      for (let at = 0; at < data.length; at += 1_400) {
        socket.send(data.subarray(at, at + 1_400), 5405, "127.64.0.11");
        if (at % 140_000 === 0) await Bun.sleep(1);
      }
      socket.close();
    }
    for (const name of ["engine.sock", "ring.sock"]) {
      await sendTo(join(cluster.root("node1"), "run/muster", name), data);
    }
    await Bun.sleep(1_000);
    expect(daemons(cluster)).toEqual(running);
    await cluster.untilOnline(3, 20_000);
    expect(cluster.configuration("node1")).toBe(before);
    expect(cluster.exec("node1", "corosync-quorumtool", "-s").output).toContain("Quorate");
  });
}, 120_000);

/** Writes as much as the other end takes; it may hang up at any moment. */
async function sendTo(path: string, data: Buffer): Promise<void> {
  let closed = false;
  let sent = 0;
  const push = (socket: { write(chunk: Buffer): number }) => {
    while (sent < data.length) {
      const count = socket.write(data.subarray(sent, sent + 65_536));
      if (count <= 0) return;
      sent += count;
    }
  };
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data() {},
      drain: push,
      close() {
        closed = true;
      },
      error() {
        closed = true;
      },
    },
  });
  push(socket);
  for (let i = 0; i < 100 && !closed && sent < data.length; i++) await Bun.sleep(50);
  socket.end();
}

const AGENTS: Record<string, { script: string; mode: number }> = {
  noexec: { script: "#!/bin/sh\nexit 0\n", mode: 0o644 },
  hangs: { script: withMetadata("hangs", "start) sleep 600;;"), mode: 0o755 },
  prints: {
    script: withMetadata("prints", "start) head -c 1000000 /dev/zero | tr '\\0' x; exit 1;;"),
    mode: 0o755,
  },
  dies: { script: withMetadata("dies", "start) exit 137;;"), mode: 0o755 },
  nointerp: { script: "#!/no/such/interpreter\n", mode: 0o755 },
};

function withMetadata(name: string, start: string): string {
  return `#!/bin/sh
case "$1" in
meta-data) cat <<END
<?xml version="1.0"?>
<resource-agent name="${name}"><version>1.0</version>
<longdesc lang="en">test</longdesc><shortdesc lang="en">test</shortdesc><parameters/>
<actions><action name="start" timeout="5s"/><action name="stop" timeout="5s"/>
<action name="monitor" timeout="5s" interval="10s"/><action name="meta-data" timeout="5s"/></actions>
</resource-agent>
END
exit 0;;
${start}
stop) exit 0;;
*) exit 7;;
esac
`;
}

test("agents that misbehave: the failure is shown with its reason, the node lives on", async () => {
  await withCluster({ nodes: 1, net: 65 }, async (cluster) => {
    const running = daemons(cluster);
    const folder = join(cluster.root("node1"), "usr/lib/ocf/resource.d/test");
    mkdirSync(folder, { recursive: true });
    for (const [name, agent] of Object.entries(AGENTS)) {
      writeFileSync(join(folder, name), agent.script);
      chmodSync(join(folder, name), agent.mode);
    }
    const pcs = (...words: string[]) => cluster.exec("node1", "pcs", ...words);
    expect(pcs("property", "set", "stonith-enabled=false").code).toBe(0);
    expect(pcs("resource", "create", "good", "ocf:pacemaker:Dummy").code).toBe(0);
    for (const name of Object.keys(AGENTS)) {
      const created = pcs(
        "resource",
        "create",
        name,
        `ocf:test:${name}`,
        "--force",
        "op",
        "start",
        "timeout=3s",
        "meta",
        "migration-threshold=1",
      );
      expect([name, created.code, created.output]).toEqual([name, 0, expect.anything()]);
    }
    const wanted: Record<string, RegExp> = {
      noexec: /\* noexec stop on node1 .*Permission denied/,
      hangs: /\* hangs start on node1 .*Timed Out/i,
      prints: /\* prints start on node1 returned 'Error occurred'/,
      dies: /\* dies start on node1 returned/,
      nointerp: /nointerp\s.*Stopped \(Not installed\)/,
    };
    const failures = () => cluster.exec("node1", "crm_mon", "-1", "-r").output;
    await until("every failure is shown", 60_000, () =>
      Object.values(wanted).every((pattern) => pattern.test(failures())),
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${failures()}`);
    });
    const shown = failures();
    expect(shown).toMatch(/good\s+\(ocf:+pacemaker:Dummy\):\s+Started node1/);
    expect(daemons(cluster)).toEqual(running);
  });
}, 180_000);

test("a damaged CIB file: the newest good backup is taken, said aloud, and the bad file kept", async () => {
  await withCluster({ nodes: 1, net: 66 }, async (cluster) => {
    for (let i = 0; i < 3; i++) {
      const name = `kept-${i}`;
      const words = ["crm_attribute", "--type", "crm_config", "--name", name, "--update", "1"];
      expect(cluster.exec("node1", ...words).code).toBe(0);
    }
    cluster.sandbox("stop", "node1");
    const folder = join(cluster.root("node1"), "var/lib/pacemaker/cib");
    writeFileSync(join(folder, "cib.xml"), "<cib epoch='9'><configuration>");
    cluster.sandbox("boot", "node1");
    await cluster.untilOnline(1, 30_000);
    expect(cluster.configuration("node1")).toContain('name="kept-1"');
    const kept = readdirSync(folder).filter((name) =>
      readFileSync(join(folder, name), "latin1").startsWith("<cib epoch='9'><configuration>"),
    );
    expect(kept.length).toBe(1);
    const log = readFileSync(join(cluster.root("node1"), "var/log/engine.log"), "utf8");
    expect(log).toMatch(/backup/i);
  });
}, 120_000);

test("a broken corosync.conf: the ring says what is wrong and where, and does not start", async () => {
  await withCluster({ nodes: 1, net: 67 }, async (cluster) => {
    const file = join(cluster.root("node1"), "etc/corosync/corosync.conf");
    const good = readFileSync(file, "utf8");
    const cases = [
      good.replace("nodelist {", "nodelist"),
      good.replace("version: 2", "version: 7"),
      good.replace("token: 1000", "token: soon"),
      good.slice(0, good.length - 3),
      "\0\0\0",
      "",
    ];
    for (const text of cases) {
      writeFileSync(file, text);
      const done = cluster.exec("node1", "corosync", "-t");
      expect([text.slice(0, 20), done.code]).not.toEqual([text.slice(0, 20), 0]);
      expect(done.output.trim()).not.toBe("");
      expect(done.output).not.toContain("    at ");
    }
    writeFileSync(file, good);
    expect(cluster.exec("node1", "corosync", "-t").code).toBe(0);
  });
}, 60_000);
