import type { Foreseen } from "./foreseen.ts";

/** What a dry run does when a verb calls another program. */
export type ToolCall =
  /** It only looks: let it. */
  | { way: "run" }
  /** What it changes is in the CIB: it works on a copy. */
  | { way: "copy" }
  /** It answers at once: there is nothing to wait for. */
  | { way: "skip" }
  /** It would do something; what the cluster would then meet, if that can be told. */
  | { way: "tell"; foreseen: Foreseen | null };

const RUN: ToolCall = { way: "run" };
const COPY: ToolCall = { way: "copy" };
const TELL: ToolCall = { way: "tell", foreseen: null };

/** Options that make a program which mostly looks a changing one. */
const CHANGING: Record<string, readonly string[]> = {
  crm_mon: [],
  crm_simulate: [],
  crm_verify: [],
  crm_diff: [],
  crm_rule: [],
  iso8601: [],
  crm_node: ["--remove", "-R"],
  "corosync-quorumtool": ["-e", "-v", "-n"],
  "corosync-cfgtool": ["-R", "-k", "-H", "-L"],
  "corosync-cmapctl": ["-s", "-d", "-D", "-p", "-c"],
  "corosync-qdevice-tool": ["-H"],
};

const FORGETTING = ["--cleanup", "--refresh"];
const MOVING = ["--move", "--ban", "--clear"];

/** How a program is treated, by its command line. */
export function toolCall(argv: readonly string[]): ToolCall {
  const [name = "", ...words] = argv;
  const changing = CHANGING[name];
  if (changing !== undefined) {
    return words.some((word) => changing.includes(word)) ? TELL : RUN;
  }
  switch (name) {
    case "cibadmin":
    case "crm_ticket":
      return COPY;
    case "crm_attribute":
      return attributeCall(words);
    case "crm_resource":
      return resourceCall(words);
    case "stonith_admin":
      return fencingCall(words);
    case "sbd":
      return words[0] === "query-watchdog" ? RUN : TELL;
    default:
      return TELL;
  }
}

/** Attributes that last until a node's next start are kept by the running cluster alone. */
function attributeCall(words: readonly string[]): ToolCall {
  if (words.some((word) => word.startsWith("--list-options"))) return RUN;
  const lasting = words.some((word, i) => word === "-t" && words[i + 1] === "nodes");
  return lasting ? COPY : TELL;
}

function resourceCall(words: readonly string[]): ToolCall {
  if (words.includes("--wait")) return { way: "skip" };
  if (words.some((word) => MOVING.includes(word))) return COPY;
  const resource = optionValue(words, "--resource");
  if (words.some((word) => FORGETTING.includes(word))) {
    const node = optionValue(words, "--node");
    return { way: "tell", foreseen: { kind: "forget", resource, node } };
  }
  if (words.includes("--restart") && resource !== null) {
    return { way: "tell", foreseen: { kind: "restart", resource } };
  }
  return TELL;
}

function fencingCall(words: readonly string[]): ToolCall {
  const [option, node = ""] = words;
  if (option === "--history") {
    return words.some((word) => word === "--cleanup" || word === "--broadcast") ? TELL : RUN;
  }
  if (option === "-C") return { way: "tell", foreseen: { kind: "confirmed", node } };
  if (option === "-F" || option === "-B") {
    return { way: "tell", foreseen: { kind: "fencing", node } };
  }
  return TELL;
}

function optionValue(words: readonly string[], option: string): string | null {
  const at = words.indexOf(option);
  return at < 0 ? null : (words[at + 1] ?? null);
}
