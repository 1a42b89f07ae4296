import { replacedBy } from "../frame/replaced.ts";
import type { Noun, Route, Verb } from "../frame/route.ts";

const pcsd = (
  command: string,
  supported: readonly string[],
  least?: number,
  most?: number,
): Route => ({
  run: async (): Promise<Verb> => {
    const { pcsdVerb } = await import("../cluster/needs-pcsd.ts");
    return pcsdVerb(`cluster ${command}`, supported, least, most);
  },
  usage: [],
});

const SPREADING = ["--request-timeout", "--skip-offline"];
const NODE_ADD = ["--enable", "--force", "--no-watchdog-validation", "--start", "--wait"];
const links = () => import("../nodes/links.ts");
const membership = () => import("../nodes/membership.ts");
const keys = () => import("../nodes/keys.ts");
const linkRemove: Route = { run: async () => (await links()).linkRemove };
const nodeRemove: Route = { run: async () => (await membership()).nodeRemove };
const removeRemote: Route = {
  run: async () => (await import("../cluster/remote-node.ts")).nodeRemoveRemote,
};
const removeGuest: Route = {
  run: async () => (await import("../cluster/guest-node.ts")).nodeRemoveGuest,
};

const config: Route = {
  default: "show",
  words: {
    show: {
      run: async () => (await import("../cluster/config.ts")).configShow,
      usage: [
        {
          synopsis: "config [show] [--output-format <cmd|json|text>] [--corosync_conf <path>]",
          about: "Shows the configuration of Corosync: nodes, links, transport, totem, quorum.",
        },
      ],
    },
    update: {
      run: async () => (await import("../cluster/config.ts")).configUpdate,
      usage: [
        {
          synopsis:
            "config update [transport <option>=<value>...] [compression <option>=<value>...] " +
            "[crypto <option>=<value>...] [totem <option>=<value>...] [--corosync_conf <path>]",
          about:
            "Changes options of Corosync. An empty value removes an option, so that Corosync's " +
            "own default holds.",
        },
      ],
    },
    uuid: {
      words: {
        generate: {
          run: async () => (await import("../cluster/config.ts")).uuidGenerate,
          usage: [
            {
              synopsis: "config uuid generate [--force] [--corosync_conf <path>]",
              about: "Gives the cluster a new unique name.",
            },
          ],
        },
      },
    },
  },
};

const node: Route = {
  words: {
    add: {
      run: async () => (await membership()).nodeAdd,
      usage: [
        {
          synopsis:
            "node add <node name> [addr=<address>]... [watchdog=<path>] [device=<path>]... " +
            "[--start [--wait[=<n>]]] [--enable] [--no-watchdog-validation]",
          about: "Makes a machine a node of this cluster.",
        },
      ],
    },
    "add-guest": {
      run: async () => (await import("../cluster/guest-node.ts")).nodeAddGuest,
      usage: [
        {
          synopsis: "node add-guest <node name> <resource id> [options] [--wait[=<n>]]",
          about: "Makes a resource, a virtual machine for one, a guest node.",
        },
      ],
    },
    "add-outside": { ...pcsd("node add-outside", [...NODE_ADD, ...SPREADING], 2), hidden: true },
    "add-remote": {
      run: async () => (await import("../cluster/remote-node.ts")).nodeAddRemote,
      usage: [
        {
          synopsis:
            "node add-remote <node name> [<address>] [options] [op <action> <options>...] " +
            "[meta <options>] [--no-default-ops] [--wait[=<n>]]",
          about: "Adds a machine that runs pacemaker_remote.",
        },
      ],
    },
    clear: {
      run: async () => (await membership()).nodeClear,
      usage: [
        { synopsis: "node clear <node name>", about: "Forgets everything about a lost node." },
      ],
    },
    delete: nodeRemove,
    "delete-guest": removeGuest,
    "delete-remote": removeRemote,
    remove: nodeRemove,
    "remove-guest": removeGuest,
    "remove-remote": removeRemote,
  },
  usage: [
    { synopsis: "node delete <node name>...", about: "Takes nodes out of the cluster." },
    { synopsis: "node remove <node name>...", about: "Takes nodes out of the cluster." },
    {
      synopsis: "node delete-guest <node or resource>",
      about: "Makes a guest node a plain resource again.",
    },
    {
      synopsis: "node remove-guest <node or resource>",
      about: "Makes a guest node a plain resource again.",
    },
    {
      synopsis: "node delete-remote <node or resource>",
      about: "Takes a remote node out of the cluster.",
    },
    {
      synopsis: "node remove-remote <node or resource>",
      about: "Takes a remote node out of the cluster.",
    },
  ],
};

export const cluster: Noun = {
  words: {
    setup: {
      run: async () => (await import("../cluster/setup.ts")).clusterSetup,
      usage: [
        {
          synopsis:
            "setup <cluster name> (<node name> [addr=<address>]...)... " +
            "[transport knet|udp|udpu [<option>=<value>...] [link <option>=<value>...]... " +
            "[compression <option>=<value>...] [crypto <option>=<value>...]] " +
            "[totem <option>=<value>...] [quorum <option>=<value>...] [--no-cluster-uuid] " +
            "([--corosync_conf <path> [--overwrite]] | [--enable] [--start [--wait[=<n>]]] " +
            "[--no-keys-sync])",
          about:
            "Makes a cluster of the nodes. With --corosync_conf nothing but that file is written.",
        },
      ],
    },
    config,
    authkey: {
      words: { corosync: { run: async () => (await keys()).authkeyCorosync } },
      usage: [{ synopsis: "authkey corosync [<path>]", about: "Renews the authkey of Corosync." }],
    },
    sync: {
      default: "corosync",
      complete: ["corosync"],
      words: {
        corosync: { run: async () => (await import("../nodes/distribute.ts")).clusterSync },
      },
      usage: [{ synopsis: "sync [corosync]", about: "Sends this node's corosync.conf to all." }],
    },
    status: {
      run: async () => (await import("../status/cluster.ts")).clusterStatus,
      usage: [{ synopsis: "status", about: "Shows what the cluster is doing, in short." }],
    },
    "pcsd-status": replacedBy("pcsd status", "status pcsd"),
    certkey: replacedBy("pcsd certkey"),
    auth: {
      run: async () => (await keys()).clusterAuth,
      usage: [
        {
          synopsis: "auth [-u <user>] [-p <password>]",
          about: "Authenticates to all nodes of this cluster.",
        },
      ],
    },
    start: {
      run: async () => (await import("../nodes/start.ts")).clusterStart,
      usage: [
        {
          synopsis: "start [--all | <node>...] [--wait[=<n>]]",
          about: "Starts the cluster on this node, on all or on some.",
        },
      ],
    },
    stop: {
      run: async () => (await import("../nodes/start.ts")).clusterStop,
      usage: [
        {
          synopsis: "stop [--all | <node>...]",
          about: "Stops the cluster on this node, on all or on some.",
        },
      ],
    },
    kill: {
      run: async () => (await import("../nodes/destroy.ts")).clusterKill,
      usage: [
        { synopsis: "kill", about: "Ends all processes of the cluster on this node at once." },
      ],
    },
    enable: {
      run: async () => (await import("../nodes/enable.ts")).clusterEnable,
      usage: [
        { synopsis: "enable [--all | <node>...]", about: "Starts the cluster when nodes boot." },
      ],
    },
    disable: {
      run: async () => (await import("../nodes/enable.ts")).clusterDisable,
      usage: [
        {
          synopsis: "disable [--all | <node>...]",
          about: "Leaves the cluster off when nodes boot.",
        },
      ],
    },
    cib: {
      run: async () => (await import("../cluster/cib.ts")).clusterCib,
      usage: [
        {
          synopsis: "cib [<file>] [scope=<scope> | --config]",
          about: "Prints the CIB or one section of it, or writes that to a file.",
        },
      ],
    },
    "cib-push": {
      run: async () => (await import("../cluster/cib.ts")).clusterCibPush,
      usage: [
        {
          synopsis:
            "cib-push <file> [--wait[=<n>]] [diff-against=<file> | scope=<scope> | --config]",
          about:
            "Puts a file in the place of the CIB. With diff-against only what differs between the " +
            "two files is changed, so other changes made meanwhile survive: prefer that.",
        },
      ],
    },
    "cib-upgrade": {
      run: async () => (await import("../cluster/cib.ts")).clusterCibUpgrade,
      usage: [{ synopsis: "cib-upgrade", about: "Takes the CIB to the newest schema." }],
    },
    edit: {
      run: async () => (await import("../cluster/cib.ts")).clusterEdit,
      usage: [
        {
          synopsis: "edit [scope=<scope> | --config] [--wait[=<n>]]",
          about: "Opens the CIB in the editor named by $EDITOR and pushes what was changed.",
        },
      ],
    },
    link: {
      words: {
        add: { run: async () => (await links()).linkAdd },
        delete: linkRemove,
        remove: linkRemove,
        update: { run: async () => (await links()).linkUpdate },
      },
      usage: [
        {
          synopsis: "link add <node name>=<address>... [options <option>=<value>...]",
          about: "Adds a link between the nodes.",
        },
        { synopsis: "link delete <linknumber>...", about: "Takes links away." },
        { synopsis: "link remove <linknumber>...", about: "Takes links away." },
        {
          synopsis:
            "link update <linknumber> [<node name>=<address>...] [options <option>=<value>...]",
          about: "Changes addresses or options of a link.",
        },
      ],
    },
    node,
    uidgid: {
      run: async () => (await import("../cluster/uidgid.ts")).clusterUidgid,
      complete: ["add", "delete", "remove"],
      usage: [
        {
          synopsis: "uidgid [add | delete | remove [uid=<uid>] [gid=<gid>]]",
          about: "Shows or changes who may talk to Corosync.",
        },
      ],
    },
    corosync: {
      run: async () => (await import("../cluster/local.ts")).clusterCorosync,
      usage: [{ synopsis: "corosync [<node>]", about: "Prints the corosync.conf." }],
    },
    reload: {
      complete: ["corosync"],
      run: async () => (await import("../cluster/local.ts")).clusterReload,
      usage: [
        { synopsis: "reload corosync", about: "Makes the running Corosync read its file again." },
      ],
    },
    destroy: {
      run: async () => (await import("../nodes/destroy.ts")).clusterDestroy,
      usage: [
        { synopsis: "destroy [--all]", about: "Ends the cluster and removes its configuration." },
      ],
    },
    verify: {
      run: async () => (await import("../cluster/verify.ts")).clusterVerify,
      usage: [{ synopsis: "verify [--full]", about: "Looks for errors in the CIB." }],
    },
    report: {
      run: async () => (await import("../cluster/report.ts")).clusterReport,
      usage: [
        {
          synopsis: 'report [--from "YYYY-M-D H:M:S" [--to "YYYY-M-D H:M:S"]] [--overwrite] <dest>',
          about: "Packs logs and configuration for whoever is to look into a problem.",
        },
      ],
    },
    remove_nodes_from_cib: { ...pcsd("remove_nodes_from_cib", [], 0), hidden: true },
  },
};
