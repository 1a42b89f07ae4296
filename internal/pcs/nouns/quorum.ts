import type { Noun, Route } from "../frame/route.ts";

const deviceRemove: Route = {
  run: async () => (await import("../quorum/device.ts")).deviceRemove,
};
const heuristicsRemove: Route = {
  run: async () => (await import("../quorum/device.ts")).heuristicsRemove,
};

export const quorum: Noun = {
  heading: "<command>",
  default: "config",
  words: {
    config: {
      run: async () => (await import("../quorum/config.ts")).quorumConfig,
      usage: [{ synopsis: "[config]", about: "Shows the quorum options and the quorum device." }],
    },
    status: {
      run: async () => (await import("../quorum/live.ts")).quorumStatus,
      usage: [{ synopsis: "status", about: "Shows votes and quorum of the running cluster." }],
    },
    device: {
      words: {
        add: {
          run: async () => (await import("../quorum/device.ts")).deviceAdd,
          usage: [
            {
              synopsis:
                "device add [<option>=<value>]... model <model> [<option>=<value>]... " +
                "[heuristics <option>=<value>...]",
              about:
                "Gives the cluster a quorum device. The model 'net' needs host and algorithm " +
                "(ffsplit or lms).",
            },
          ],
        },
        heuristics: {
          words: { delete: heuristicsRemove, remove: heuristicsRemove },
          usage: [
            {
              synopsis: "device heuristics delete | remove",
              about: "Takes all heuristics of the quorum device away.",
            },
          ],
        },
        delete: deviceRemove,
        remove: deviceRemove,
        status: {
          run: async () => (await import("../quorum/live.ts")).deviceStatus,
          usage: [
            { synopsis: "device status [--full]", about: "Shows what the quorum device says." },
          ],
        },
        update: {
          run: async () => (await import("../quorum/device.ts")).deviceUpdate,
          usage: [
            {
              synopsis:
                "device update [<option>=<value>]... [model <option>=<value>...] " +
                "[heuristics <option>=<value>...]",
              about: "Changes options of the quorum device; an empty value removes an option.",
            },
          ],
        },
      },
      usage: [{ synopsis: "device delete | remove", about: "Takes the quorum device away." }],
    },
    "expected-votes": {
      run: async () => (await import("../quorum/live.ts")).expectedVotes,
      usage: [
        {
          synopsis: "expected-votes <votes>",
          about: "Sets the expected votes of the running cluster until it is restarted.",
        },
      ],
    },
    unblock: {
      run: async () => (await import("../quorum/live.ts")).quorumUnblock,
      usage: [
        {
          synopsis: "unblock [--yes]",
          about:
            "Stops waiting for nodes that were never seen. Make sure that they are off: otherwise " +
            "data may be lost.",
        },
      ],
    },
    update: {
      run: async () => (await import("../quorum/config.ts")).quorumUpdate,
      usage: [
        {
          synopsis:
            "update [auto_tie_breaker=[0|1]] [last_man_standing=[0|1]] " +
            "[last_man_standing_window=[<ms>]] [wait_for_all=[0|1]]",
          about: "Changes quorum options; an empty value removes an option.",
        },
      ],
    },
  },
};
