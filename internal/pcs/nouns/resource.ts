import type { Noun, Route, Verb } from "../frame/route.ts";
import { defaultsRoute } from "./defaults.ts";

/** A verb with its one usage entry. */
export function verb(
  run: () => Promise<Verb>,
  synopsis: string,
  about: string,
): Route & { run: () => Promise<Verb> } {
  return { run, usage: [{ synopsis, about }] };
}

const WAIT =
  "With --wait, wait up to n seconds for the cluster to settle and fail when the outcome is not " +
  "the one wanted.";

const group: Route = {
  words: {
    add: verb(
      async () => (await import("../resource/group.ts")).groupAddVerb,
      "group add <group id> <resource id>... [--before <resource id> | --after <resource id>] " +
        "[--wait[=n]]",
      `Put resources into a group, which is made when there is none of that id. ${WAIT}`,
    ),
    list: verb(
      async () => (await import("../resource/group.ts")).groupListVerb,
      "group list",
      "Show all groups and their members.",
    ),
    delete: verb(
      async () => (await import("../resource/group.ts")).ungroupVerb,
      "group delete <group id> [<resource id>]... [--wait[=n]]",
      "Take the resources, all when none is given, out of a group. They are not deleted.",
    ),
    remove: verb(
      async () => (await import("../resource/group.ts")).ungroupVerb,
      "group remove <group id> [<resource id>]... [--wait[=n]]",
      "Take the resources, all when none is given, out of a group. They are not deleted.",
    ),
  },
};

const BUNDLE =
  "[container [<container type>] <option>=<value>...] [network <option>=<value>...] " +
  "[port-map <option>=<value>...]... [storage-map <option>=<value>...]... " +
  "[meta <option>=<value>...]";

const bundle: Route = {
  words: {
    create: verb(
      async () => (await import("../resource/bundle.ts")).bundleCreateVerb,
      `bundle create <bundle id> ${BUNDLE} [--disabled] [--wait[=n]]`,
      "Create a bundle: containers, of the types docker or podman, in which one resource may run.",
    ),
    reset: verb(
      async () => (await import("../resource/bundle.ts")).bundleResetVerb,
      `bundle reset <bundle id> ${BUNDLE} [--disabled] [--wait[=n]]`,
      "Configure a bundle afresh: settings that are not given are removed.",
    ),
    update: verb(
      async () => (await import("../resource/bundle.ts")).bundleUpdateVerb,
      "bundle update <bundle id> [container <option>=<value>...] [network <option>=<value>...] " +
        "[port-map (add <option>=<value>...) | (delete | remove <id>...)]... " +
        "[storage-map (add <option>=<value>...) | (delete | remove <id>...)]... " +
        "[meta <option>=<value>...] [--wait[=n]]",
      "Change settings of a bundle; an empty value removes one.",
    ),
  },
};

const op: Route = {
  words: {
    defaults: defaultsRoute("operation", "op defaults"),
    add: verb(
      async () => (await import("../resource/op.ts")).opAddVerb,
      "op add <resource id> <operation> [<option>=<value>]...",
      "Add an operation to a resource.",
    ),
    delete: verb(
      async () => (await import("../resource/op.ts")).opDeleteVerb,
      "op delete <operation id> | <resource id> <operation> [<option>=<value>]...",
      "Remove an operation, by its id or by all of its options.",
    ),
    remove: verb(
      async () => (await import("../resource/op.ts")).opDeleteVerb,
      "op remove <operation id> | <resource id> <operation> [<option>=<value>]...",
      "Remove an operation, by its id or by all of its options.",
    ),
  },
};

const FAIL_COUNT = "[<resource id>] [node=<node>] [operation=<operation> [interval=<interval>]]";

/** Verbs about what runs, beside those about what is configured. */
const running: Record<string, Route> = {
  enable: verb(
    async () => (await import("../resource/enable.ts")).enableVerb,
    "enable <resource id | tag id>... [--wait[=n]]",
    `Let the cluster start resources. ${WAIT}`,
  ),
  disable: verb(
    async () => (await import("../resource/enable.ts")).disableVerb,
    "disable <resource id | tag id>... [--safe [--brief] [--no-strict]] [--simulate [--brief]] " +
      "[--wait[=n]]",
    "Stop resources and keep them stopped. With --safe nothing is done when other resources would " +
      "be touched (with --no-strict: stopped or demoted). --simulate shows what would happen.",
  ),
  "safe-disable": verb(
    async () => (await import("../resource/enable.ts")).safeDisableVerb,
    "safe-disable <resource id | tag id>... [--brief] [--no-strict] [--simulate [--brief]] " +
      "[--wait[=n]] [--force]",
    "The same as 'disable --safe'.",
  ),
  restart: verb(
    async () => (await import("../resource/live.ts")).restartVerb,
    "restart <resource id> [<node>] [--wait=n]",
    "Stop a resource and start it again.",
  ),
  manage: verb(
    async () => (await import("../resource/manage.ts")).manageVerb,
    "manage <resource id | tag id>... [--monitor]",
    "Let the cluster care for resources again; --monitor enables their monitor operations.",
  ),
  unmanage: verb(
    async () => (await import("../resource/manage.ts")).unmanageVerb,
    "unmanage <resource id | tag id>... [--monitor]",
    "Keep the cluster's hands off resources; --monitor disables their monitor operations.",
  ),
  move: verb(
    async () => (await import("../resource/move-clean.ts")).moveCleanVerb,
    "move <resource id> [<destination node>] [--promoted] [--strict] [--wait[=n]]",
    "Move a resource to another node and leave no constraint behind.",
  ),
  "move-with-constraint": verb(
    async () => (await import("../resource/move.ts")).moveVerb,
    "move-with-constraint <resource id> [<destination node>] [lifetime=<lifetime>] [--promoted] " +
      "[--wait[=n]]",
    "Move a resource by a location constraint, which stays.",
  ),
  ban: verb(
    async () => (await import("../resource/move.ts")).banVerb,
    "ban <resource id> [<node>] [lifetime=<lifetime>] [--promoted] [--wait[=n]]",
    "Keep a resource off a node by a location constraint.",
  ),
  clear: verb(
    async () => (await import("../resource/move.ts")).clearVerb,
    "clear <resource id> [<node>] [--promoted] [--expired] [--wait[=n]]",
    "Remove the constraints that move-with-constraint and ban made.",
  ),
  status: verb(
    async () => (await import("../resource/status.ts")).statusVerb,
    "[status [<resource id | tag id>] [node=<node>] [--hide-inactive]]",
    "Show what runs where.",
  ),
  failcount: {
    default: "show",
    words: {
      show: verb(
        async () => (await import("../resource/failcount.ts")).failcountVerb,
        `failcount [show ${FAIL_COUNT}] [--full]`,
        "Show how often resources failed.",
      ),
    },
  },
  cleanup: verb(
    async () => (await import("../resource/live.ts")).cleanupVerb,
    `cleanup ${FAIL_COUNT} [--strict]`,
    "Forget failed operations, so that the cluster tries again.",
  ),
  refresh: verb(
    async () => (await import("../resource/live.ts")).refreshVerb,
    "refresh [<resource id>] [node=<node>] [--strict]",
    "Forget all operations, so that the cluster looks anew what runs.",
  ),
  explain: {
    run: async () => (await import("../resource/explain.ts")).explainVerb,
    usage: [
      {
        synopsis: "explain <resource id> [--node <node>] [--output-format text|json]",
        about:
          "Show why a resource runs where it runs, why on no other node, and what would change that.",
      },
    ],
    // Scripts compare the list of words with the original's, which has no such verb.
    hidden: true,
  },
  relations: verb(
    async () => (await import("../resource/relations.ts")).relationsVerb,
    "relations <resource id> [--full]",
    "Show what a resource is tied to by nesting and order constraints.",
  ),
  relocate: {
    words: {
      show: verb(
        async () => (await import("../resource/relocate.ts")).showVerb,
        "relocate show",
        "Show where resources would run if they did not stick to their nodes.",
      ),
      "dry-run": verb(
        async () => (await import("../resource/relocate.ts")).dryRunVerb,
        "relocate dry-run [<resource id>]...",
        "Show what 'relocate run' would do.",
      ),
      run: verb(
        async () => (await import("../resource/relocate.ts")).runVerb,
        "relocate run [<resource id>]...",
        "Move resources to where they would run if they did not stick to their nodes.",
      ),
      clear: verb(
        async () => (await import("../resource/relocate.ts")).clearVerb,
        "relocate clear",
        "Remove constraints that 'relocate run' has left.",
      ),
    },
  },
  utilization: verb(
    async () => (await import("../resource/utilization.ts")).utilizationVerb,
    "utilization [<resource id> [<name>=<value>]...]",
    "Set or show how much of what a resource uses; an empty value removes one.",
  ),
};

function debug(action: "start" | "stop" | "promote" | "demote" | "monitor"): Route {
  return verb(
    async () => (await import("../resource/live.ts")).debugVerb(action),
    `debug-${action} <resource id> [--full]`,
    `Run the agent's ${action} on this node, outside of the cluster's care.`,
  );
}

/** Verbs about the agents installed here. */
const agents: Record<string, Route> = {
  list: verb(
    async () => (await import("../resource/agents.ts")).listVerb,
    "list [<filter>] [--nodesc]",
    "Show the agents installed on this node.",
  ),
  describe: verb(
    async () => (await import("../resource/agents.ts")).describeVerb,
    "describe [<standard>:[<provider>:]]<type> [--full]",
    "Show what an agent does and which options it takes; --full shows the rarer ones, too.",
  ),
  standards: verb(
    async () => (await import("../resource/agents.ts")).standardsVerb,
    "standards",
    "Show the standards of the agents on this node.",
  ),
  providers: verb(
    async () => (await import("../resource/agents.ts")).providersVerb,
    "providers",
    "Show the providers of OCF agents on this node.",
  ),
  agents: verb(
    async () => (await import("../resource/agents.ts")).agentsVerb,
    "agents [<standard>[:<provider>]]",
    "Show the names of agents.",
  ),
  get_resource_agent_info: {
    run: async () => (await import("../resource/agents.ts")).agentInfoVerb,
    hidden: true,
  },
};

export const resource: Noun = {
  default: "status",
  words: {
    ...agents,
    ...running,
    "debug-start": debug("start"),
    "debug-stop": debug("stop"),
    "debug-promote": debug("promote"),
    "debug-demote": debug("demote"),
    "debug-monitor": debug("monitor"),
    create: {
      ...verb(
        async () => (await import("../resource/create.ts")).createVerb,
        "create <resource id> [<standard>:[<provider>:]]<type> [<option>=<value>]... " +
          "[op <operation> <option>=<value>...]... [meta <option>=<value>...] " +
          "[clone [<clone id>] [<option>=<value>]... | promotable [<clone id>] " +
          "[<option>=<value>]... | --group <group id> [--before <resource id> | --after " +
          "<resource id>] | bundle <bundle id>] [--disabled] [--agent-validation] " +
          "[--no-default-ops] [--future] [--wait[=n]]",
        "Create a resource, alone or in a clone, group or bundle. Operations that the agent " +
          "recommends are added unless --no-default-ops is given.",
      ),
      complete: ["--future"],
    },
    update: verb(
      async () => (await import("../resource/update.ts")).updateVerb,
      "update <resource id> [<option>=<value>]... [op <operation> <option>=<value>...]... " +
        "[meta <option>=<value>...] [--agent-validation] [--wait[=n]]",
      "Change options of a resource; an empty value removes one.",
    ),
    meta: verb(
      async () => (await import("../resource/update.ts")).metaVerb,
      "meta <resource id | group id | clone id> <option>=<value>... [--wait[=n]]",
      "Set meta attributes; an empty value removes one.",
    ),
    delete: verb(
      async () => (await import("../resource/remove.ts")).removeVerb,
      "delete <resource id>...",
      "Delete resources with everything in them and every constraint on them. In a running " +
        "cluster they are stopped first, unless --force is given.",
    ),
    remove: verb(
      async () => (await import("../resource/remove.ts")).removeVerb,
      "remove <resource id>...",
      "Delete resources with everything in them and every constraint on them.",
    ),
    config: verb(
      async () => (await import("../resource/config.ts")).configVerb,
      "config [--output-format text|cmd|json] [<resource id>]...",
      "Show the configuration of the resources given, of all when none is given. The format " +
        "'cmd' prints commands that would configure the same.",
    ),
    group,
    ungroup: verb(
      async () => (await import("../resource/group.ts")).ungroupVerb,
      "ungroup <group id> [<resource id>]... [--wait[=n]]",
      "Take the resources, all when none is given, out of a group.",
    ),
    clone: verb(
      async () => (await import("../resource/clone.ts")).cloneVerb,
      "clone <resource id | group id> [<clone id>] [meta <option>=<value>...] [--wait[=n]]",
      "Let a resource or group run on several nodes at once.",
    ),
    promotable: verb(
      async () => (await import("../resource/clone.ts")).promotableVerb,
      "promotable <resource id | group id> [<clone id>] [meta <option>=<value>...] [--wait[=n]]",
      "The same, with instances that can be promoted.",
    ),
    unclone: verb(
      async () => (await import("../resource/clone.ts")).uncloneVerb,
      "unclone <clone id | resource id | group id> [--wait[=n]]",
      "Remove the clone around a resource or group, which stays.",
    ),
    op,
    defaults: defaultsRoute("resource", "defaults"),
    bundle,
  },
};
