import { replacedBy } from "../frame/replaced.ts";
import type { Noun } from "../frame/route.ts";

export const property: Noun = {
  default: "config",
  words: {
    set: {
      run: async () => (await import("../property/set.ts")).propertySet,
      usage: [
        {
          synopsis: "set <property>=[<value>] ... [--force]",
          about: "Sets properties of the cluster; an empty value removes one.",
        },
      ],
    },
    unset: {
      run: async () => (await import("../property/set.ts")).propertyUnset,
      usage: [{ synopsis: "unset <property>... [--force]", about: "Removes properties." }],
    },
    list: replacedBy("property config"),
    show: replacedBy("property config"),
    config: {
      run: async () => (await import("../property/config.ts")).propertyConfig,
      usage: [
        {
          synopsis: "[config [<property>... | --all | --output-format <cmd|json|text>]]",
          about: "Shows what is set, with --all the defaults of the others too.",
        },
      ],
    },
    defaults: {
      run: async () => (await import("../property/config.ts")).propertyDefaults,
      usage: [
        { synopsis: "defaults [<property>... | --full]", about: "Shows the default values." },
      ],
    },
    describe: {
      run: async () => (await import("../property/describe.ts")).propertyDescribe,
      usage: [
        {
          synopsis: "describe [<property>... | --full] [--output-format <json|text>]",
          about: "Tells what properties are for.",
        },
      ],
    },
    get_cluster_properties_definition: {
      run: async () => (await import("../property/describe.ts")).propertyDefinition,
      hidden: true,
    },
  },
};
