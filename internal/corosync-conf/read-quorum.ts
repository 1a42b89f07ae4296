import { err, ok, type Result } from "../base/mod.ts";
import type { ConfNode, QuorumDevice, QuorumSettings } from "./model.ts";
import { type ConfSection, lastValue, optionValue, sectionsNamed } from "./tree.ts";

/** The quorum section; `warnings` are conflicts that the original resolves and reports. */
export function readQuorum(
  root: ConfSection,
  nodes: ConfNode[],
): Result<{ settings: QuorumSettings; warnings: string[] }> {
  const value = (name: string) => lastValue(root, "quorum", name);
  const flag = (name: string) => value(name) !== null && Number(value(name)) !== 0;
  const provider = value("provider");
  const warnings: string[] = [];
  const expected = Number(value("expected_votes") ?? "0") || null;
  const settings: QuorumSettings = {
    enabled: provider === "corosync_votequorum",
    provider,
    expectedVotes: expected,
    votes: Number(value("votes") ?? "1"),
    twoNode: flag("two_node"),
    waitForAll: value("wait_for_all") === null ? flag("two_node") : flag("wait_for_all"),
    autoTieBreaker: flag("auto_tie_breaker"),
    autoTieBreakerNode: value("auto_tie_breaker_node"),
    lastManStanding: flag("last_man_standing"),
    lastManStandingWindowMs: Number(value("last_man_standing_window") ?? "10000"),
    allowDownscale: flag("allow_downscale"),
    expectedVotesTracking: flag("expected_votes_tracking"),
    leavingTimeoutMs: Number(value("leaving_timeout") ?? "10000"),
    device: readDevice(root, nodes),
  };
  if (!settings.enabled) return ok({ settings, warnings });
  const conflict = resolve(settings, nodes, warnings);
  return conflict === null ? ok({ settings, warnings }) : err(conflict);
}

function readDevice(root: ConfSection, nodes: ConfNode[]): QuorumDevice | null {
  const sections = sectionsNamed(root, "quorum").flatMap((q) => sectionsNamed(q, "device"));
  const section = sections.at(-1);
  const model = section === undefined ? null : optionValue(section, "model");
  if (section === undefined || model === null || model === "") return null;
  const allOne = nodes.every((node) => node.votes === 1);
  const votes = optionValue(section, "votes");
  return {
    model,
    votes: votes === null ? (allOne ? Math.max(nodes.length - 1, 0) : 0) : Number(votes),
    timeoutMs: Number(optionValue(section, "timeout") ?? "10000"),
    syncTimeoutMs: Number(optionValue(section, "sync_timeout") ?? "30000"),
    masterWins: optionValue(section, "master_wins") === "1",
  };
}

const CONFLICT = "configuration error: ";

/** Settles options that exclude each other; a text when the original refuses to start. */
function resolve(s: QuorumSettings, nodes: ConfNode[], warnings: string[]): string | null {
  if (nodes.length === 0 && s.expectedVotes === null) {
    return `${CONFLICT}nodelist or quorum.expected_votes must be configured!`;
  }
  const sum = nodes.reduce((total, node) => total + node.votes, 0);
  const expected = s.expectedVotes ?? sum + (s.device?.votes ?? 0);
  if (s.device !== null) {
    if (s.lastManStanding) {
      return `${CONFLICT}quorum.device is not compatible with last_man_standing`;
    }
    if (s.autoTieBreaker) {
      return `${CONFLICT}quorum.device is not compatible with auto_tie_breaker`;
    }
    if (s.allowDownscale) {
      return `${CONFLICT}quorum.device is not compatible with allow_downscale`;
    }
    // Corosync keeps two_node aside while the device is registered.
  }
  if (s.twoNode && expected !== 2) {
    warnings.push("two_node: 1 is only allowed with expected_votes of 2; it has been disabled");
    s.twoNode = false;
  }
  if (s.twoNode && s.autoTieBreaker) {
    warnings.push("two_node and auto_tie_breaker are both specified but are not compatible.");
    warnings.push("two_node has been disabled, please fix your corosync.conf");
    s.twoNode = false;
  }
  const odd = expected % 2 === 1;
  if (s.autoTieBreaker && odd && s.lastManStanding) {
    return `${CONFLICT}auto_tie_breaker & last_man_standing not available in odd sized cluster`;
  }
  if (s.autoTieBreaker && odd && !s.waitForAll) {
    warnings.push("auto_tie_breaker is set and the cluster has an odd number of nodes.");
    warnings.push("wait_for_all needs to be set for this configuration but it is missing");
    warnings.push("Therefore auto_tie_breaker has been disabled. Please fix your corosync.conf");
    s.autoTieBreaker = false;
  }
  if (s.lastManStanding && nodes.some((node) => node.votes !== 1)) {
    warnings.push(
      "Last Man Standing feature is supported only when all " +
        "cluster nodes votes are set to 1. Disabling LMS.",
    );
    s.lastManStanding = false;
  }
  return null;
}
