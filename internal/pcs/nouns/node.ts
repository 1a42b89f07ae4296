import type { Noun } from "../frame/route.ts";

const mode = () => import("../node/mode.ts");

export const node: Noun = {
  heading: "<command>",
  words: {
    attribute: {
      run: async () => (await import("../node/attribute.ts")).nodeAttribute,
      usage: [
        {
          synopsis: "attribute [[<node>] [--name <name>] | <node> <name>=<value>... [--force]]",
          about: "Shows or sets attributes of nodes; an empty value removes one.",
        },
      ],
    },
    maintenance: {
      run: async () => (await mode()).nodeMaintenance,
      usage: [
        {
          synopsis: "maintenance [--all | <node>...] [--wait[=<seconds>]]",
          about: "Stops managing what runs on the local node, on those named or on all.",
        },
      ],
    },
    standby: {
      run: async () => (await mode()).nodeStandby,
      usage: [
        {
          synopsis: "standby [--all | <node>...] [--wait[=<seconds>]]",
          about: "Moves everything off the local node, off those named or off all.",
        },
      ],
    },
    unmaintenance: {
      run: async () => (await mode()).nodeUnmaintenance,
      usage: [
        {
          synopsis: "unmaintenance [--all | <node>...] [--wait[=<seconds>]]",
          about: "Takes the maintenance mode back.",
        },
      ],
    },
    unstandby: {
      run: async () => (await mode()).nodeUnstandby,
      usage: [
        {
          synopsis: "unstandby [--all | <node>...] [--wait[=<seconds>]]",
          about: "Takes the standby mode back.",
        },
      ],
    },
    utilization: {
      run: async () => (await import("../node/utilization.ts")).nodeUtilization,
      usage: [
        {
          synopsis: "utilization [[<node>] [--name <name>] | <node> <name>=<value>...]",
          about: "Shows or sets what capacity nodes have; an empty value removes one.",
        },
      ],
    },
    "pacemaker-status": {
      run: async () => (await import("../node/pacemaker-status.ts")).nodePacemakerStatus,
      hidden: true,
    },
  },
};
