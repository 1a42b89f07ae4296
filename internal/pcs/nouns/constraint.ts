import { removed, replacedBy } from "../frame/replaced.ts";
import type { Noun, Route } from "../frame/route.ts";

const colocationRemove: Route = {
  run: async () => (await import("../constraint/colocation.ts")).colocationRemove,
};
const ticketRemove: Route = {
  run: async () => (await import("../constraint/ticket.ts")).ticketRemove,
};
const constraintRemove: Route = {
  run: async () => (await import("../constraint/remove.ts")).constraintRemove,
};

export const constraint: Noun = {
  heading: "[constraints]...",
  default: "config",
  words: {
    config: {
      run: async () => (await import("../constraint/config.ts")).constraintConfig,
      usage: [
        {
          synopsis: "[config] [--output-format <cmd|json|text>] [--full] [--all]",
          about:
            "Shows all constraints: with --full their ids too, with --all those that have expired.",
        },
      ],
    },
    location: {
      run: async () => (await import("../constraint/location.ts")).constraintLocation,
      complete: ["add", "delete", "remove"],
      usage: [
        {
          synopsis: "location <resource> prefers <node>[=<score>] [<node>[=<score>]]...",
          about:
            "The resource is to run on these nodes; without a score it always should. " +
            "'regexp%<pattern>' in place of a resource stands for all whose name matches.",
        },
        {
          synopsis: "location <resource> avoids <node>[=<score>] [<node>[=<score>]]...",
          about: "The resource is not to run on these nodes.",
        },
        {
          synopsis:
            "location <resource> rule [id=<rule id>] [constraint-id=<id>] " +
            "[resource-discovery=<option>] [role=Promoted|Unpromoted] " +
            "[score=<score> | score-attribute=<attribute>] <expression>",
          about:
            "The score counts on nodes and at times for which the rule holds. A rule is made of: " +
            "[not_]defined <attribute>; <attribute> lt|gt|lte|gte|eq|ne " +
            "[string|integer|number|version] <value>; date gt|lt <date>; date in_range [<date>] " +
            "to <date>; date in_range <date> to duration <options>; date-spec <options>; " +
            "and, or, brackets.",
        },
        {
          synopsis:
            "location [config [resources [<resource>...]] | [nodes [<node>...]]] [--full] [--all]",
          about: "Shows location constraints, by resource or by node if asked for.",
        },
        {
          synopsis:
            "location add <id> <resource> <node> score=<score> [resource-discovery=<option>]",
          about: "Adds a location constraint of that id.",
        },
        {
          synopsis: "location delete | remove <id>...",
          about: "Deprecated: use 'pcs constraint delete'.",
        },
      ],
    },
    order: {
      run: async () => (await import("../constraint/order.ts")).constraintOrder,
      complete: ["delete", "remove", "set"],
      usage: [
        {
          synopsis: "order [config] [--full] [--output-format <cmd|json|text>]",
          about: "Shows order constraints.",
        },
        {
          synopsis: "order [<action>] <resource> then [<action>] <resource> [<option>=<value>...]",
          about:
            "The second action waits for the first. Actions: start, promote, demote, stop. " +
            "Options: id, kind (Optional, Mandatory, Serialize), symmetrical, require-all.",
        },
        {
          synopsis:
            "order set <resource>... [<option>=<value>...] [set <resource>... [options]]... " +
            "[setoptions [<option>=<value>...]]",
          about: "Puts sets of resources in order.",
        },
        {
          synopsis: "order delete | remove <resource>...",
          about: "Takes resources out of all order constraints.",
        },
      ],
    },
    ticket: {
      default: "config",
      words: {
        set: {
          run: async () => (await import("../constraint/ticket.ts")).ticketSetCreate,
          usage: [
            {
              synopsis:
                "ticket set <resource>... [<option>=<value>...] [set ...]... setoptions " +
                "ticket=<ticket> [loss-policy=fence|stop|freeze|demote] [id=<id>]",
              about: "Makes sets of resources depend on a ticket.",
            },
          ],
        },
        add: {
          run: async () => (await import("../constraint/ticket.ts")).ticketAdd,
          usage: [
            {
              synopsis: "ticket add <ticket> [<role>] <resource> [loss-policy=<policy>] [id=<id>]",
              about: "Makes a resource depend on a ticket.",
            },
          ],
        },
        delete: ticketRemove,
        remove: ticketRemove,
        show: replacedBy("constraint ticket config"),
        config: {
          run: async () => (await import("../constraint/ticket.ts")).ticketConfig,
          usage: [
            {
              synopsis: "ticket [config] [--full] [--output-format <cmd|json|text>]",
              about: "Shows ticket constraints.",
            },
          ],
        },
      },
      usage: [
        {
          synopsis: "ticket delete | remove <ticket> <resource>",
          about: "Makes a resource independent of a ticket.",
        },
      ],
    },
    colocation: {
      default: "config",
      words: {
        add: {
          run: async () => (await import("../constraint/colocation.ts")).colocationAdd,
          usage: [
            {
              synopsis:
                "colocation add [<role>] <source> with [<role>] <target> [score=<score>] " +
                "[<option>=<value>...]",
              about:
                "The source is to run where the target runs, or elsewhere when the score is " +
                "negative.",
            },
          ],
        },
        delete: colocationRemove,
        remove: colocationRemove,
        set: {
          run: async () => (await import("../constraint/colocation.ts")).colocationSetCreate,
          usage: [
            {
              synopsis:
                "colocation set <resource>... [<option>=<value>...] [set ...]... " +
                "[setoptions [score=<score>] [id=<id>]]",
              about: "Keeps sets of resources together.",
            },
          ],
        },
        show: replacedBy("constraint colocation config"),
        config: {
          run: async () => (await import("../constraint/colocation.ts")).colocationConfig,
          usage: [
            {
              synopsis: "colocation [config] [--full] [--output-format <cmd|json|text>]",
              about: "Shows colocation constraints.",
            },
          ],
        },
      },
      usage: [
        {
          synopsis: "colocation delete | remove <source> <target>",
          about: "Removes colocations of the two resources.",
        },
      ],
    },
    delete: constraintRemove,
    remove: constraintRemove,
    show: replacedBy("constraint config"),
    list: replacedBy("constraint config"),
    ref: {
      run: async () => (await import("../constraint/remove.ts")).constraintRef,
      usage: [{ synopsis: "ref <resource>...", about: "Lists constraints that name resources." }],
    },
    rule: removed(),
  },
  usage: [
    {
      synopsis: "delete | remove (<constraint id> | <rule id>)...",
      about: "Removes constraints, or rules of location constraints.",
    },
  ],
};
