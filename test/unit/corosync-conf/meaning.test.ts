import { describe, expect, test } from "bun:test";
import { parseConf, readConf } from "../../../internal/corosync-conf/mod.ts";

const NODE = "nodelist {\n node {\n ring0_addr: 10.0.0.1\n name: a\n nodeid: 1\n }\n}\n";

function read(totem: string, rest = NODE) {
  const tree = parseConf(`totem {\n version: 2\n${totem}}\n${rest}`);
  if (!tree.ok) throw new Error(tree.error.message);
  return readConf(tree.value);
}

function complaint(totem: string, rest = NODE): string {
  const result = read(totem, rest);
  if (result.ok) return "";
  const { line, message } = result.error;
  return line === null ? message : `${line}: ${message}`;
}

function nodes(count: number): string {
  const one = (id: number) => ` node {\n ring0_addr: 10.0.0.${id}\n nodeid: ${id}\n }\n`;
  return `nodelist {\n${Array.from({ length: count }, (_, i) => one(i + 1)).join("")}}\n`;
}

describe("meaning of corosync.conf", () => {
  test("timers of two and three nodes by default", () => {
    const two = read("", nodes(2));
    expect(two.ok && two.value.timers).toMatchObject({
      token: 3000,
      tokenRetransmit: 714,
      hold: 561,
      consensus: 3600,
    });
    const three = read("", nodes(3));
    expect(three.ok && three.value.timers).toMatchObject({
      token: 3650,
      tokenRetransmit: 869,
      hold: 685,
      consensus: 4380,
    });
  });

  test("two_node brings wait_for_all", () => {
    const result = read(
      "",
      `${nodes(2)}quorum {\n provider: corosync_votequorum\n two_node: 1\n}\n`,
    );
    expect(result.ok && result.value.quorum).toMatchObject({ twoNode: true, waitForAll: true });
  });

  test.each([
    ["transport: foo\n", "Invalid transport type. Should be udpu, udp or knet"],
    [
      "token: abc\n",
      '3: Value of key "totem.token" is expected to be integer in range (0..4294967295), but "abc" was given',
    ],
    [
      "token: 10\n",
      "parse error in config: The token timeout parameter (10 ms) may not be less than (30 ms).",
    ],
    [
      "token: 100\n",
      "parse error in config: Not appropriate token or token_retransmits_before_loss_const value set",
    ],
    ["crypto_cipher: foo\n", "3: Invalid cipher type. Should be none, aes256, aes192 or aes128"],
    ["crypto_cipher: aes256\n", "crypto_cipher requires crypto_hash with value other than none"],
    ["ip_version: x\n", "3: Invalid ip_version type"],
  ])("refuses %j in the original's words", (totem, expected) => {
    expect(complaint(totem)).toBe(expected);
  });

  test("refuses what the node list lacks or repeats", () => {
    expect(complaint("", "")).toBe("parse error in config: No interfaces defined");
    expect(complaint("", NODE.replace(" nodeid: 1\n", ""))).toBe(
      "Knet requires an explicit nodeid for the local node",
    );
    expect(complaint("", NODE + NODE)).toBe("Nodeid 1 appears twice in corosync.conf");
    expect(complaint("", NODE.replace("nodeid: 1", "nodeid: -1"))).toContain(
      'Value of key "nodelist.node.0.nodeid"',
    );
  });
});
