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

export const resource: Noun = {
  default: "status",
  words: {
    create: verb(
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
