import type { Noun, Route } from "../frame/route.ts";
import { defaultsRoute } from "./defaults.ts";
import { verb } from "./resource.ts";

/** A verb that changes other nodes through their pcsd. */
function acrossNodes(command: string, supported: readonly string[], about: string): Route {
  return {
    run: async () =>
      (await import("../cluster/needs-pcsd.ts")).pcsdVerb(`stonith sbd ${command}`, supported),
    usage: [{ synopsis: `sbd ${command}`, about }],
  };
}

const FAIL_COUNT = "[<stonith id>] [node=<node>] [operation=<operation> [interval=<interval>]]";
const REMOVE_LEVEL = "[target <target>] [stonith <stonith id>...]";

const level: Route = {
  default: "config",
  words: {
    add: verb(
      async () => (await import("../stonith/levels.ts")).levelAddVerb,
      "level add <level> <target> <stonith id>... [id=<id>]",
      "Add a fencing level. A target is a node, 'regexp%<pattern>' or 'attrib%<name>=<value>'.",
    ),
    clear: verb(
      async () => (await import("../stonith/levels.ts")).levelClearVerb,
      "level clear [target <target> | stonith <stonith id>...]",
      "Remove the fencing levels of a target or with these devices, all when neither is given.",
    ),
    config: verb(
      async () => (await import("../stonith/levels.ts")).levelConfigVerb,
      "level [config] [--output-format text|cmd|json]",
      "Show the fencing levels.",
    ),
    remove: verb(
      async () => (await import("../stonith/levels.ts")).levelRemoveVerb,
      `level remove <level> ${REMOVE_LEVEL}`,
      "Remove a fencing level.",
    ),
    delete: verb(
      async () => (await import("../stonith/levels.ts")).levelRemoveVerb,
      `level delete <level> ${REMOVE_LEVEL}`,
      "Remove a fencing level.",
    ),
    verify: verb(
      async () => (await import("../stonith/levels.ts")).levelVerifyVerb,
      "level verify",
      "Check that all nodes and devices named in fencing levels exist.",
    ),
  },
};

const sbd: Route = {
  words: {
    enable: acrossNodes(
      "enable",
      ["--request-timeout", "--force", "--skip-offline", "--no-watchdog-validation"],
      "Enable SBD on all nodes.",
    ),
    disable: acrossNodes("disable", ["--request-timeout", "--skip-offline"], "Disable SBD."),
    status: verb(
      async () => (await import("../stonith/sbd-cluster.ts")).sbdStatusVerb,
      "sbd status [--full]",
      "Show on which nodes SBD is installed, enabled and running.",
    ),
    config: verb(
      async () => (await import("../stonith/sbd-cluster.ts")).sbdConfigVerb,
      "sbd config",
      "Show the configuration of SBD.",
    ),
    device: {
      words: {
        setup: verb(
          async () => (await import("../stonith/sbd.ts")).deviceSetupVerb,
          "sbd device setup device=<path> [device=<path>]... [watchdog-timeout=<seconds>] " +
            "[allocate-timeout=<seconds>] [loop-timeout=<seconds>] [msgwait-timeout=<seconds>] [--yes]",
          "Prepare block devices for SBD. All that is on them is lost.",
        ),
        message: verb(
          async () => (await import("../stonith/sbd.ts")).deviceMessageVerb,
          "sbd device message <device path> <node> <message>",
          "Leave a message for a node on a device: test, reset, off, crashdump, exit or clear.",
        ),
      },
    },
    watchdog: {
      words: {
        list: verb(
          async () => (await import("../stonith/sbd.ts")).watchdogListVerb,
          "sbd watchdog list",
          "Show the watchdog devices of this node.",
        ),
        test: verb(
          async () => (await import("../stonith/sbd.ts")).watchdogTestVerb,
          "sbd watchdog test [<watchdog path>] [--yes]",
          "Test a watchdog: it resets this machine.",
        ),
        list_json: {
          run: async () => (await import("../stonith/sbd.ts")).watchdogJsonVerb,
          hidden: true,
        },
      },
    },
    local_config_in_json: {
      run: async () => (await import("../stonith/sbd.ts")).localConfigVerb,
      hidden: true,
    },
  },
};

const history: Route = {
  default: "show",
  words: {
    show: verb(
      async () => (await import("../stonith/fence.ts")).historyShowVerb,
      "history [show [<node>]]",
      "Show which nodes were fenced.",
    ),
    cleanup: verb(
      async () => (await import("../stonith/fence.ts")).historyCleanupVerb,
      "history cleanup [<node>]",
      "Forget which nodes were fenced.",
    ),
    update: verb(
      async () => (await import("../stonith/fence.ts")).historyUpdateVerb,
      "history update",
      "Ask all nodes which nodes were fenced.",
    ),
  },
};

const op: Route = {
  words: {
    defaults: defaultsRoute("operation", "op defaults"),
    add: verb(
      async () => (await import("../resource/op.ts")).stonithOpAddVerb,
      "op add <stonith id> <operation> [<option>=<value>]...",
      "Add an operation to a fence device.",
    ),
    delete: verb(
      async () => (await import("../resource/op.ts")).stonithOpDeleteVerb,
      "op delete <operation id> | <stonith id> <operation> [<option>=<value>]...",
      "Remove an operation of a fence device.",
    ),
    remove: verb(
      async () => (await import("../resource/op.ts")).stonithOpDeleteVerb,
      "op remove <operation id> | <stonith id> <operation> [<option>=<value>]...",
      "Remove an operation of a fence device.",
    ),
  },
};

export const stonith: Noun = {
  default: "status",
  words: {
    list: verb(
      async () => (await import("../resource/agents.ts")).stonithListVerb,
      "list [<filter>] [--nodesc]",
      "Show the fence agents installed on this node.",
    ),
    describe: verb(
      async () => (await import("../resource/agents.ts")).stonithDescribeVerb,
      "describe <stonith agent> [--full]",
      "Show what a fence agent does and which options it takes.",
    ),
    config: verb(
      async () => (await import("../stonith/config.ts")).configVerb,
      "config [--output-format text|cmd|json] [<stonith id>]...",
      "Show the configuration of fence devices and the fencing levels.",
    ),
    create: verb(
      async () => (await import("../stonith/create.ts")).createVerb,
      "create <stonith id> <stonith agent> [<option>=<value>]... " +
        "[op <operation> <option>=<value>...]... [meta <option>=<value>...] [--disabled] " +
        "[--no-default-ops] [--agent-validation] [--wait[=n]]",
      "Create a fence device.",
    ),
    update: verb(
      async () => (await import("../stonith/devices.ts")).updateVerb,
      "update <stonith id> [<option>=<value>]... [op <operation> <option>=<value>...]... " +
        "[meta <option>=<value>...] [--agent-validation] [--wait[=n]]",
      "Change options of a fence device; an empty value removes one.",
    ),
    "update-scsi-devices": verb(
      async () => (await import("../stonith/scsi.ts")).updateScsiVerb,
      "update-scsi-devices <stonith id> (set <device path>...) | " +
        "(add <device path>... | delete | remove <device path>...)",
      "Change the disks of a device of the agents fence_scsi or fence_mpath without a restart.",
    ),
    delete: verb(
      async () => (await import("../resource/remove.ts")).removeStonithVerb,
      "delete <stonith id>...",
      "Delete fence devices and everything that refers to them.",
    ),
    remove: verb(
      async () => (await import("../resource/remove.ts")).removeStonithVerb,
      "remove <stonith id>...",
      "Delete fence devices and everything that refers to them.",
    ),
    status: verb(
      async () => (await import("../resource/status.ts")).stonithStatusVerb,
      "[status [<stonith id | tag id>] [node=<node>] [--hide-inactive]]",
      "Show the state of fence devices.",
    ),
    meta: verb(
      async () => (await import("../stonith/devices.ts")).metaVerb,
      "meta <stonith id> <option>=<value>... [--wait[=n]]",
      "Set meta attributes of a fence device; an empty value removes one.",
    ),
    op,
    defaults: defaultsRoute("resource", "defaults"),
    level,
    failcount: {
      default: "show",
      words: {
        show: verb(
          async () => (await import("../resource/failcount.ts")).failcountVerb,
          `failcount [show ${FAIL_COUNT}] [--full]`,
          "Show how often operations of fence devices failed.",
        ),
      },
    },
    fence: verb(
      async () => (await import("../stonith/fence.ts")).fenceVerb,
      "fence <node> [--off]",
      "Fence a node now: restart it, or with --off turn it off.",
    ),
    cleanup: verb(
      async () => (await import("../resource/live.ts")).cleanupVerb,
      `cleanup ${FAIL_COUNT} [--strict]`,
      "Forget failed operations, so that the cluster tries again.",
    ),
    refresh: verb(
      async () => (await import("../resource/live.ts")).refreshVerb,
      "refresh [<stonith id>] [node=<node>] [--strict]",
      "Forget all operations, so that the cluster looks anew.",
    ),
    confirm: verb(
      async () => (await import("../stonith/fence.ts")).confirmVerb,
      "confirm <node> [--yes]",
      "Tell the cluster that a node is down for sure. If it is not, data may be lost.",
    ),
    sbd,
    enable: verb(
      async () => (await import("../stonith/devices.ts")).enableVerb,
      "enable <stonith id>... [--wait[=n]]",
      "Let the cluster use fence devices.",
    ),
    disable: verb(
      async () => (await import("../stonith/devices.ts")).disableVerb,
      "disable <stonith id>... [--wait[=n]]",
      "Keep the cluster from using fence devices.",
    ),
    history,
    get_fence_agent_info: {
      run: async () => (await import("../resource/agents.ts")).fenceAgentInfoVerb,
      hidden: true,
    },
  },
};
