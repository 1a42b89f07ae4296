/** IPaddr2 on interfaces of a network namespace of its own, and the frames that announce it. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtinAgents } from "../../../agents/mod.ts";
import { announcement } from "../../../internal/host/announcement.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-address-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const agent = builtinAgents["ocf:heartbeat:IPaddr2"]!;
const path = join(folder, "IPaddr2");
writeFileSync(path, "script" in agent ? agent.script : "", { mode: 0o755 });

/** Unprivileged where the kernel lets users have namespaces. */
function inNamespace(script: string): { code: number; output: string } {
  const flags = process.getuid?.() === 0 ? "-n" : "-rn";
  const child = Bun.spawnSync(["unshare", flags, "sh", "-c", script], {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", OCF_RESOURCE_INSTANCE: "ip1" },
    stderr: "pipe",
  });
  return { code: child.exitCode, output: child.stdout.toString() + child.stderr.toString() };
}

const possible =
  Bun.which("unshare") !== null &&
  Bun.which("ip") !== null &&
  inNamespace("ip link add d0 type veth peer name d1").code === 0;
if (!possible) console.log("SKIPPED: no network namespaces with veth here, so IPaddr2 is not run");

/** Runs the agent's actions one after the other and tells their codes. */
function actions(setup: string, parameters: string, words: string): string {
  return inNamespace(`${setup}
    ${parameters} export OCF_RESKEY_ip OCF_RESKEY_nic OCF_RESKEY_cidr_netmask OCF_RESKEY_nodad
    for word in ${words}; do
      case $word in show) ip -o addr | grep -v ' lo ' ;; *) sh ${path} $word; echo "$word=$?" ;; esac
    done`).output;
}

const NET =
  "ip link add d0 type veth peer name d1; ip link set d0 up; ip link set d1 up;" +
  "ip addr add 10.9.0.1/24 dev d0; ip -6 addr add fd00:9::1/64 dev d0 nodad;";

describe.if(possible)("IPaddr2", () => {
  test("finds interface and prefix by the route; adds and removes once", () => {
    const output = actions(
      NET,
      "OCF_RESKEY_ip=10.9.0.7;",
      "monitor start start monitor show stop stop monitor",
    );
    expect(output.match(/\w+=\d/g)).toEqual([
      "monitor=7",
      "start=0",
      "start=0",
      "monitor=0",
      "stop=0",
      "stop=0",
      "monitor=7",
    ]);
    expect(output).toContain("inet 10.9.0.7/24 brd 10.9.0.255 scope global secondary d0");
  });

  test("IPv6, as written by anyone", () => {
    const parameters = "OCF_RESKEY_ip=FD00:9::7; OCF_RESKEY_nodad=true;";
    const output = actions(NET, parameters, "start monitor show stop monitor");
    expect(output.match(/\w+=\d/g)).toEqual(["start=0", "monitor=0", "stop=0", "monitor=7"]);
    expect(output).toContain("inet6 fd00:9::7/64");
  });

  test("interface and prefix as given; several addresses side by side", () => {
    const parameters = "OCF_RESKEY_ip=192.168.5.5; OCF_RESKEY_nic=d1; OCF_RESKEY_cidr_netmask=32;";
    const output = actions(NET, parameters, "start show monitor stop");
    expect(output).toContain("inet 192.168.5.5/32 scope global d1");
    expect(output.match(/\w+=\d/g)).toEqual(["start=0", "monitor=0", "stop=0"]);
  });

  test("no route, no interface, no address: refused with a reason", () => {
    const lost = actions(NET, "OCF_RESKEY_ip=172.31.0.1;", "start monitor stop");
    expect(lost).toContain("ocf-exit-reason:[findif] failed");
    expect(lost.match(/\w+=\d/g)).toEqual(["start=6", "monitor=7", "stop=0"]);
    const nic = "OCF_RESKEY_ip=172.31.0.1; OCF_RESKEY_nic=no9;";
    expect(actions(NET, nic, "start")).toContain("Unknown interface [no9]");
    expect(actions(NET, "OCF_RESKEY_ip='1.2.3.4;rm';", "validate-all")).toContain("validate-all=6");
  });
});

describe("announcements", () => {
  const mac = "02:00:00:00:00:01";
  const hex = (frame: Uint8Array | undefined) => Buffer.from(frame ?? []).toString("hex");

  test("ARP: a request and a reply that both name the address as ours", () => {
    const [request, reply, more] = announcement(mac, "10.9.0.7");
    expect(hex(request)).toBe(
      "ffffffffffff0200000000010806000108000604000102000000000" + "10a0900070000000000000a090007",
    );
    expect(hex(reply)).toBe(
      "ffffffffffff0200000000010806000108000604000202000000000" + "10a090007ffffffffffff0a090007",
    );
    expect(more).toBeUndefined();
  });

  test("IPv6: an advertisement to all nodes, its checksum right", () => {
    const [frame] = announcement(mac, "fd00:9::7");
    const bytes = Buffer.from(frame!);
    expect(bytes.length).toBe(14 + 40 + 32);
    expect(bytes.subarray(0, 6).toString("hex")).toBe("333300000001");
    expect(bytes[14 + 7]).toBe(255);
    // With the checksum in place the sum over pseudo header and message is all ones.
    const pseudo = Buffer.concat([bytes.subarray(22, 54), Buffer.from([0, 0, 0, 32, 0, 0, 0, 58])]);
    const all = Buffer.concat([pseudo, bytes.subarray(54)]);
    let sum = 0;
    for (let i = 0; i < all.length; i += 2) sum += all.readUInt16BE(i);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    expect(sum).toBe(0xffff);
    expect(hex(announcement(mac, "fe80::1:2:3:4")[0]).slice(124, 156)).toBe(
      "fe800000000000000001000200030004",
    );
  });

  test("what is no address is refused", () => {
    expect(() => announcement(mac, "10.9.0")).toThrow();
    expect(() => announcement("zz", "10.9.0.7")).toThrow();
  });
});
