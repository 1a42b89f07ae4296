import type { Noun } from "../frame/route.ts";

export const resource: Noun = {
  default: "status",
  words: {
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
