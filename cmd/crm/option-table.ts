/** One option of the cluster, of resources or of fence devices, as `--list-options` tells it. */
export interface KnownOption {
  name: string;
  type: string;
  default?: string;
  /** Values of a `select`. */
  values?: readonly string[];
  advanced?: boolean;
  /** Set by the cluster itself. */
  generated?: boolean;
  deprecated?: boolean;
  short: string;
  /** More than the short text says, where there is more to say. */
  long?: string;
}

export interface OptionList {
  /** Name of the list in XML. */
  id: string;
  title: string;
  about: string;
  options: readonly KnownOption[];
}

const BUG = "Needing another value points to a bug.";
const HEALTH = 'Used when node-health-strategy is "progressive" or "custom".';

const yes = { type: "boolean", default: "true" };
const no = { type: "boolean", default: "false" };
const duration = (value: string): { type: string; default: string } => ({
  type: "duration",
  default: value,
});
const integer = (value: string): { type: string; default: string } => ({
  type: "integer",
  default: value,
});
const score = (value: string): { type: string; default: string } => ({
  type: "score",
  default: value,
});
const select = (...values: string[]): { type: string; default: string; values: string[] } => ({
  type: "select",
  default: values[0]!,
  values,
});

const CLUSTER: readonly KnownOption[] = [
  {
    name: "dc-version",
    type: "version",
    generated: true,
    short: "Version that the designated controller runs",
    long: "With the identity of its source, to tell builds apart.",
  },
  {
    name: "cluster-infrastructure",
    type: "string",
    generated: true,
    short: "What carries the cluster's messages",
    long: "For information.",
  },
  {
    name: "cluster-name",
    type: "string",
    short: "Name of the cluster",
    long: "Free to choose; rules can test it as #cluster-name, and agents may use it.",
  },
  {
    name: "dc-deadtime",
    ...duration("20s"),
    short: "How long a starting node waits to hear from others",
    long: "Depends on how fast the network and the machines are.",
  },
  {
    name: "cluster-recheck-interval",
    ...duration("15min"),
    short: "How often to look at the cluster again when nothing happens",
    long: "Rules with dates are evaluated then at the latest. 0 switches this off.",
  },
  {
    name: "fence-reaction",
    ...select("stop", "panic"),
    short: "What a node does when it learns that it was fenced itself",
    long: '"stop" stops the cluster there, "panic" reboots the machine at once.',
  },
  {
    name: "election-timeout",
    ...duration("2min"),
    advanced: true,
    short: `Time after which an undecided election has failed. ${BUG}`,
  },
  {
    name: "shutdown-escalation",
    ...duration("20min"),
    advanced: true,
    short: `Time after which an unfinished stop is cut short. ${BUG}`,
  },
  {
    name: "join-integration-timeout",
    ...duration("3min"),
    advanced: true,
    short: `Time for nodes to answer an offer to join. ${BUG}`,
  },
  {
    name: "join-finalization-timeout",
    ...duration("30min"),
    advanced: true,
    short: `Time for joining nodes to finish. ${BUG}`,
  },
  {
    name: "transition-delay",
    ...duration("0s"),
    advanced: true,
    short: "Wait before recovery; slows down every recovery",
    long: "Lets further events arrive first, such as changes of a ping attribute.",
  },
  {
    name: "no-quorum-policy",
    ...select("stop", "freeze", "ignore", "demote", "fence", "suicide"),
    short: "What to do without quorum",
  },
  {
    name: "shutdown-lock",
    ...no,
    short: "Keep resources for a node that was shut down in an orderly way",
    long: "They stay stopped until the node is back, or until shutdown-lock-limit has passed.",
  },
  {
    name: "shutdown-lock-limit",
    ...duration("0"),
    short: "Longest time that resources are kept for a node that was shut down",
    long: "Counted from the begin of the shutdown; 0 means without limit.",
  },
  { name: "enable-acl", ...no, short: "Use access control lists for the configuration" },
  { name: "symmetric-cluster", ...yes, short: "Resources may run on every node by default" },
  {
    name: "maintenance-mode",
    ...no,
    short: "Leave all resources alone: no start, stop or monitor",
  },
  {
    name: "start-failure-is-fatal",
    ...yes,
    short: "A failed start keeps the resource away from that node",
    long: "If false, the failure counts towards migration-threshold like any other.",
  },
  {
    name: "enable-startup-probes",
    ...yes,
    short: "Look for running resources when a node joins",
  },
  {
    name: "stonith-enabled",
    ...yes,
    advanced: true,
    short: "Nodes may be fenced in recovery",
    long: "If false, lost nodes are taken to be harmless; data can be lost when they are not.",
  },
  { name: "stonith-action", ...select("reboot", "off"), short: "What to do to a node to fence it" },
  {
    name: "stonith-timeout",
    ...duration("60s"),
    short: "Time for an on, off or reboot of a fence device, by default",
  },
  {
    name: "have-watchdog",
    ...no,
    generated: true,
    short: "Whether a watchdog guards the nodes",
    long: "Found out by the cluster, by whether SBD is in use; what is configured is not looked at.",
  },
  {
    name: "stonith-watchdog-timeout",
    type: "timeout",
    default: "0",
    short: "Time after which a lost node's watchdog has surely fenced it",
    long:
      "0 never relies on that; a negative value means twice SBD_WATCHDOG_TIMEOUT. It must be " +
      "longer than SBD_WATCHDOG_TIMEOUT on every node.",
  },
  {
    name: "stonith-max-attempts",
    ...score("10"),
    short: "Failures after which fencing a node is not tried again at once",
  },
  { name: "concurrent-fencing", ...yes, deprecated: true, short: "Fence several nodes at a time" },
  {
    name: "startup-fencing",
    ...yes,
    advanced: true,
    short: "Fence nodes that were never seen since the start",
    long: "If false, such nodes may run resources unnoticed, and data can be lost.",
  },
  {
    name: "priority-fencing-delay",
    ...duration("0"),
    short: "Delay before fencing the nodes whose resources have the highest priority",
    long:
      "Lets the more important side win in a split without majority. Should be twice the longest " +
      "pcmk_delay_base or pcmk_delay_max, which are added to it.",
  },
  {
    name: "node-pending-timeout",
    ...duration("0"),
    short: "Time for a member of the ring to join the controllers",
    long: "A node that takes longer is fenced; 0 waits without limit.",
  },
  {
    name: "cluster-delay",
    ...duration("60s"),
    short: "Longest time for messages between nodes",
    long: "Added to an action's own timeout before it counts as lost.",
  },
  {
    name: "load-threshold",
    type: "percentage",
    default: "80%",
    short: "Load that the cluster may put on nodes",
    long: "Recovery slows down as a node's load comes near it.",
  },
  {
    name: "node-action-limit",
    ...integer("0"),
    short: "Actions at a time on one node (0: twice its cores)",
  },
  {
    name: "batch-limit",
    ...integer("0"),
    short: "Actions at a time on all nodes together",
    long: "0 limits them only while a node's load is high.",
  },
  {
    name: "migration-limit",
    ...integer("-1"),
    short: "Live migrations at a time on one node (-1: no limit)",
  },
  {
    name: "cluster-ipc-limit",
    type: "nonnegative_integer",
    default: "500",
    short: "Messages that may wait for a daemon before it is cut off",
    long: "Resources times nodes is a good value for a large cluster.",
  },
  { name: "stop-all-resources", ...no, short: "Stop everything" },
  {
    name: "stop-orphan-resources",
    ...yes,
    short: "Stop resources that are no longer configured",
  },
  {
    name: "stop-orphan-actions",
    ...yes,
    short: "Cancel recurring operations that are no longer configured",
  },
  {
    name: "pe-error-series-max",
    ...integer("-1"),
    short: "Scheduler inputs with errors to keep",
    long: "0 keeps none, -1 all.",
  },
  {
    name: "pe-warn-series-max",
    ...integer("5000"),
    short: "Scheduler inputs with warnings to keep",
    long: "0 keeps none, -1 all.",
  },
  {
    name: "pe-input-series-max",
    ...integer("4000"),
    short: "Other scheduler inputs to keep",
    long: "0 keeps none, -1 all.",
  },
  {
    name: "node-health-strategy",
    ...select("none", "migrate-on-red", "only-green", "progressive", "custom"),
    short: "What node health attributes mean",
    long: "Attributes whose names begin with #health- hold red, yellow, green or a score.",
  },
  {
    name: "node-health-base",
    ...score("0"),
    short: "Health that a node begins with",
    long: 'Used when node-health-strategy is "progressive".',
  },
  {
    name: "node-health-green",
    ...score("0"),
    short: 'Score that "green" stands for',
    long: HEALTH,
  },
  {
    name: "node-health-yellow",
    ...score("0"),
    short: 'Score that "yellow" stands for',
    long: HEALTH,
  },
  {
    name: "node-health-red",
    ...score("-INFINITY"),
    short: 'Score that "red" stands for',
    long: HEALTH,
  },
  {
    name: "placement-strategy",
    ...select("default", "utilization", "minimal", "balanced"),
    short: "How resources are spread over the nodes",
  },
];

const PRIMITIVE: readonly KnownOption[] = [
  {
    name: "priority",
    ...score("0"),
    short: "Which resources give way first",
    long: "Where not all can run, those of lower priority are stopped.",
  },
  {
    name: "critical",
    ...yes,
    short: "Default of influence in colocations of this resource",
    long: "Also for the place of a resource in its group.",
  },
  {
    name: "target-role",
    type: "select",
    default: "Started",
    values: ["Stopped", "Started", "Unpromoted", "Promoted"],
    short: "State to keep the resource in",
    long: '"Unpromoted" lets it run without being promoted; "Promoted" is the same as "Started".',
  },
  {
    name: "is-managed",
    ...yes,
    short: "The cluster may start and stop the resource",
    long: "Recurring monitors go on either way; maintenance stands above it.",
  },
  {
    name: "maintenance",
    ...no,
    short: "Leave the resource alone",
    long: "Neither starts, stops nor recurring monitors, but those of role Stopped.",
  },
  {
    name: "resource-stickiness",
    type: "score",
    short: "How much a running resource prefers to stay",
    long: "1 for clone instances and 0 for everything else unless it is set.",
  },
  {
    name: "requires",
    type: "select",
    values: ["nothing", "quorum", "fencing", "unfencing"],
    short: "What must hold before the resource may start",
    long:
      "Nothing; quorum; quorum and lost nodes fenced; or that and an unfenced node. Fence devices " +
      "need quorum; other resources unfencing or fencing where that is in use.",
  },
  {
    name: "migration-threshold",
    ...score("INFINITY"),
    short: "Failures after which a node may no longer run the resource",
    long: "0 switches this off. A failed start counts at once if start-failure-is-fatal is true.",
  },
  {
    name: "failure-timeout",
    ...duration("0"),
    short: "Time after which a failure is forgotten",
    long: "0 never forgets.",
  },
  {
    name: "multiple-active",
    type: "select",
    default: "stop_start",
    values: ["block", "stop_only", "stop_start", "stop_unexpected"],
    short: "What to do when the resource runs in more places than it should",
    long:
      "Leave it alone; stop it everywhere; stop it everywhere and start it once; or stop it only " +
      "where it should not be.",
  },
  {
    name: "allow-migrate",
    type: "boolean",
    short: "Move by live migration",
    long: "True for ocf:pacemaker:remote, else false, unless it is set.",
  },
  {
    name: "allow-unhealthy-nodes",
    ...no,
    short: "May run on a node whose health would forbid it",
  },
  {
    name: "container-attribute-target",
    type: "string",
    short: "Whose node attributes count in a container",
    long: '"host" means those of the machine the container runs on.',
  },
  {
    name: "remote-node",
    type: "string",
    short: "Name of the guest node that the resource is",
    long: "Must differ from the id of every resource and node.",
  },
  {
    name: "remote-addr",
    type: "string",
    short: "Address of the guest node",
    long: "The value of remote-node unless it is set.",
  },
  {
    name: "remote-port",
    type: "port",
    default: "3121",
    short: "Port of the guest node",
    long: "Where its Pacemaker Remote daemon listens.",
  },
  {
    name: "remote-connect-timeout",
    type: "timeout",
    default: "60s",
    short: "Time to connect to the guest node",
  },
  { name: "remote-allow-migrate", ...yes, short: "The guest's connection may migrate with it" },
];

const FENCE_ACTIONS = ["reboot", "off", "on", "list", "monitor", "status"];

const FENCING: readonly KnownOption[] = [
  {
    name: "pcmk_host_argument",
    type: "string",
    advanced: true,
    short: "Parameter of the agent that names the node",
    long: 'Is "port" or "plug" where the agent has it; "none" passes no name.',
  },
  {
    name: "pcmk_host_map",
    type: "string",
    short: "What the device calls the nodes",
    long: 'Such as "node1:1;node2:2,3".',
  },
  {
    name: "pcmk_host_list",
    type: "string",
    short: "Nodes that the device can fence",
    long: 'Separated by commas. Needed, or pcmk_host_map, if pcmk_host_check is "static-list".',
  },
  {
    name: "pcmk_host_check",
    type: "select",
    values: ["dynamic-list", "static-list", "status", "none"],
    short: "How to know which nodes the device can fence",
    long: "Ask the device for a list, use pcmk_host_list, ask for the node's status, or take all.",
  },
  {
    name: "pcmk_delay_max",
    ...duration("0s"),
    short: "Longest random delay before fencing",
    long: "Together with pcmk_delay_base the delay stays below it.",
  },
  {
    name: "pcmk_delay_base",
    type: "string",
    default: "0s",
    short: "Fixed delay before fencing",
    long: 'For all nodes, or by node such as "node1:1s;node2:5": keeps two from fencing each other.',
  },
  {
    name: "pcmk_action_limit",
    ...integer("1"),
    short: "Actions at a time on the device",
    long: "-1 means no limit.",
  },
  ...FENCE_ACTIONS.flatMap((action): KnownOption[] => [
    {
      name: `pcmk_${action}_action`,
      type: "string",
      default: action,
      advanced: true,
      short: `Command to use instead of '${action}'`,
      long: "For devices that call it otherwise.",
    },
    {
      name: `pcmk_${action}_timeout`,
      type: "timeout",
      default: "60s",
      advanced: true,
      short: `Time for '${action}' instead of stonith-timeout`,
      long: "For devices that take much longer, or less long.",
    },
    {
      name: `pcmk_${action}_retries`,
      ...integer("2"),
      advanced: true,
      short: `Attempts at '${action}' within its time`,
      long: "For devices that refuse while they are busy.",
    },
  ]),
];

export const OPTION_LISTS: Record<string, OptionList> = {
  cluster: {
    id: "cluster-options",
    title: "Pacemaker cluster options",
    about: "Properties of the whole cluster, set in cluster_property_set within crm_config.",
    options: CLUSTER,
  },
  primitive: {
    id: "primitive-meta",
    title: "Primitive meta-attributes",
    about: "Meta-attributes of primitive resources",
    options: PRIMITIVE,
  },
  fencing: {
    id: "fence-attributes",
    title: "Fencing resource common parameters",
    about: "Parameters that every fence device has, whatever its agent: the cluster reads them.",
    options: FENCING,
  },
};
