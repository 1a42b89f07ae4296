import type { Noun } from "../frame/route.ts";

export const resource: Noun = {
  default: "status",
  words: {
    create: {
      run: async () => (await import("../resource/create.ts")).createVerb,
      usage: [
        {
          synopsis:
            "create <resource id> [<standard>:[<provider>:]]<type> [<option>=<value>]... " +
            "[op <operation> <option>=<value>...]... [meta <option>=<value>...] " +
            "[clone [<clone id>] [<option>=<value>]... | promotable [<clone id>] " +
            "[<option>=<value>]... | --group <group id> [--before <resource id> | --after " +
            "<resource id>] | bundle <bundle id>] [--disabled] [--agent-validation] " +
            "[--no-default-ops] [--future] [--wait[=n]]",
          about:
            "Create a resource, alone or in a clone, group or bundle. Operations that the agent " +
            "recommends are added unless --no-default-ops is given.",
        },
      ],
    },
    config: {
      run: async () => (await import("../resource/config.ts")).configVerb,
      usage: [
        {
          synopsis: "config [--output-format text|cmd|json] [<resource id>]...",
          about:
            "Show the configuration of the resources given, of all when none is given. The format " +
            "'cmd' prints commands that would configure the same.",
        },
      ],
    },
  },
};
