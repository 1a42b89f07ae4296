import type { Noun } from "../frame/route.ts";

export const status: Noun = {
  default: "status",
  words: {
    status: {
      run: async () => (await import("../status/full.ts")).fullStatus,
      hidden: true,
      usage: [
        {
          synopsis: "[status] [--full] [--hide-inactive]",
          about: "Shows all there is to say about the cluster and its resources.",
        },
      ],
    },
    cluster: {
      run: async () => (await import("../status/cluster.ts")).clusterStatus,
      usage: [{ synopsis: "cluster", about: "Shows the summary and the nodes." }],
    },
    nodes: {
      run: async () => (await import("../status/cluster.ts")).statusNodes,
      usage: [
        {
          synopsis: "nodes [corosync | both | config]",
          about: "Shows in what state the nodes are, for Pacemaker, for Corosync or for both.",
        },
      ],
    },
    resources: {
      run: async () => (await import("../resource/status.ts")).statusVerb,
      usage: [
        {
          synopsis: "resources [<resource id | tag id>] [node=<node>] [--hide-inactive]",
          about: "Shows in what state the resources are.",
        },
      ],
    },
    xml: {
      run: async () => (await import("../status/cluster.ts")).statusXml,
      usage: [{ synopsis: "xml", about: "Shows the whole status in XML, as crm_mon does." }],
    },
    quorum: {
      run: async () => (await import("../quorum/live.ts")).quorumStatus,
      usage: [{ synopsis: "quorum", about: "Shows votes and quorum." }],
    },
    corosync: {
      run: async () => (await import("../status/cluster.ts")).statusCorosync,
      usage: [{ synopsis: "corosync", about: "Shows the members that Corosync sees." }],
    },
    qdevice: {
      run: async () => (await import("../qdevice/verbs.ts")).qdeviceStatus,
      usage: [
        { synopsis: "qdevice <model> [--full] [<cluster>]", about: "Shows the qnetd daemon here." },
      ],
    },
    booth: {
      run: async () => (await import("../booth/live.ts")).boothStatus,
      usage: [{ synopsis: "booth [--name <name>]", about: "Shows the booth of this machine." }],
    },
    pcsd: {
      run: async () => (await import("../pcsd/verbs.ts")).pcsdStatus,
      usage: [{ synopsis: "pcsd [<node>]...", about: "Shows whether pcsd answers on nodes." }],
    },
    query: {
      words: {
        resource: {
          run: async () => (await import("../status/query.ts")).queryResource,
          usage: [
            {
              synopsis:
                "query resource <resource-id> exists | is-stonith | " +
                "is-type <type> [unique] [promotable] | get-type | " +
                "is-state <state> [on-node <node>] [members all|any|none] " +
                "[instances all|any|none] | is-in-group [<id>] | is-in-clone [<id>] | " +
                "is-in-bundle [<id>] | get-nodes | get-members | get-index-in-group [--quiet]",
              about:
                "Answers a question about one resource: with True and 0, False and 2, or a value.",
            },
          ],
        },
      },
    },
    wait: {
      run: async () => (await import("../status/cluster.ts")).statusWait,
      usage: [
        { synopsis: "wait [<timeout>]", about: "Waits until the cluster has nothing left to do." },
      ],
    },
  },
};
