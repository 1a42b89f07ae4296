import { describe, expect, test } from "bun:test";
import { cibOf, pcsIn } from "./memory.ts";

const cib = cibOf();

/** `cluster setup`, the corosync.conf taken out of the way of random parts. */
async function setup(...words: string[]) {
  return pcsIn({ cib }, "cluster", "setup", "--no-cluster-uuid", "--corosync_conf=c", ...words);
}

const conf = `totem {
    version: 2
    cluster_name: c
    transport: knet
}

nodelist {
    node {
        ring0_addr: 10.0.0.1
        name: a
        nodeid: 1
    }

    node {
        ring0_addr: 10.0.0.2
        name: b
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum
    two_node: 1
}
`;

describe("cluster setup", () => {
  test("two nodes get two_node, three do not", async () => {
    const two = await setup("c", "a", "addr=10.0.0.1", "b", "addr=10.0.0.2");
    expect(two.code).toBe(0);
    expect(two.corosyncConf).toContain("two_node: 1");
    const words = ["a", "b", "d"].flatMap((name, i) => [name, `addr=10.0.0.${i + 1}`]);
    expect((await setup("c", ...words)).corosyncConf).not.toContain("two_node");
  });

  test("everything wrong is told at once", async () => {
    const nodes = ["a", "addr=10.0.0.1", "b", "addr=10.0.0.1", "addr=10.0.0.9"];
    const refused = await setup("c", ...nodes, "totem", "token=x", "nosuch=1");
    expect(refused.code).toBe(1);
    expect(refused.corosyncConf).toBe(null);
    for (const part of ["10.0.0.1", "token", "nosuch"]) expect(refused.stderr).toContain(part);
  });
});

describe("an existing corosync.conf", () => {
  test("a quorum device takes two_node away, its removal brings it back", async () => {
    const words = ["model", "net", "host=q", "algorithm=ffsplit", "--corosync_conf=c"];
    const added = await pcsIn({ cib, corosyncConf: conf }, "quorum", "device", "add", ...words);
    expect(added.code).toBe(0);
    expect(added.corosyncConf).not.toContain("two_node");
    expect(added.corosyncConf).toContain("model: net");
    const world = { cib, corosyncConf: added.corosyncConf! };
    const removed = await pcsIn(world, "quorum", "device", "remove", "--corosync_conf=c");
    expect(removed.corosyncConf).toContain("two_node: 1");
    expect(removed.corosyncConf).not.toContain("device");
  });

  test("an empty value removes an option", async () => {
    const world = { cib, corosyncConf: conf };
    const set = ["cluster", "config", "update", "totem", "token=5000", "--corosync_conf=c"];
    const changed = await pcsIn(world, ...set);
    expect(changed.corosyncConf).toContain("token: 5000");
    const unset = ["cluster", "config", "update", "totem", "token=", "--corosync_conf=c"];
    const back = await pcsIn({ cib, corosyncConf: changed.corosyncConf! }, ...unset);
    expect(back.corosyncConf).toBe(conf);
  });

  test("text that is no corosync.conf is refused", async () => {
    const broken = await pcsIn({ cib, corosyncConf: "totem {\n" }, "quorum", "config");
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain("missing closing brace");
  });
});
