import { error, type Report } from "../frame/report.ts";
import { formatList, formatListLast, plural } from "../frame/text.ts";

/** An agent: `ocf:heartbeat:IPaddr2`, `systemd:cron`, `stonith:fence_xvm`. */
export interface AgentName {
  standard: string;
  provider: string | null;
  type: string;
}

const STANDARDS = ["heartbeat", "lsb", "ocf", "service", "stonith", "systemd"];

export function fullName({ standard, provider, type }: AgentName): string {
  return provider === null ? `${standard}:${type}` : `${standard}:${provider}:${type}`;
}

/** Why an agent cannot be used; the severity is the caller's to choose. */
export type AgentFailure =
  | { kind: "bad-name"; name: string }
  | { kind: "ambiguous"; name: string; found: string[] }
  | { kind: "unknown"; name: string }
  | { kind: "no-metadata"; name: string; reason: string }
  | { kind: "bad-version"; name: string; version: string };

export function agentFailureReport(failure: AgentFailure, stonith = false): Report {
  switch (failure.kind) {
    case "bad-name":
      return error(
        stonith
          ? `Invalid stonith agent name '${failure.name}'. Agent name cannot contain the ':' ` +
              "character, do not use the 'stonith:' prefix. List of agents can be obtained by " +
              "using command 'pcs stonith list'."
          : `Invalid resource agent name '${failure.name}'. Use standard:provider:type when ` +
              "standard is 'ocf' or standard:type otherwise. List of standards and providers can be " +
              "obtained by using commands 'pcs resource standards' and 'pcs resource providers'.",
      );
    case "ambiguous":
      return error(
        `Multiple agents match '${failure.name}', please specify full name: ` +
          formatListLast(failure.found, " or "),
      );
    case "unknown":
      return error(`Unable to find agent '${failure.name}', try specifying its full name`);
    case "no-metadata":
      return error(
        `Agent '${failure.name}' is not installed or does not provide valid metadata: ` +
          failure.reason.split("\n").join(", "),
      );
    case "bad-version": {
      const supported = ["1.0", "1.1"];
      return error(
        `Unable to process agent '${failure.name}' as it implements unsupported OCF version ` +
          `'${failure.version}', supported ${plural(supported, "version")} ` +
          `${plural(supported, "is")}: ${formatList(supported)}`,
      );
    }
  }
}

/** Takes a full name apart; null when it is none. */
export function parseAgentName(text: string): AgentName | null {
  // An instance of a systemd unit may hold a colon: systemd:lvm2-pvscan@252:2.
  const unit = /^(systemd|service):([^:@]+@.*)$/.exec(text);
  if (unit !== null) return { standard: unit[1]!, provider: null, type: unit[2]! };
  const match = /^([^:]+)(?::([^:]+))?:([^:]+)$/.exec(text);
  if (match === null) return null;
  const [, standard = "", provider, type = ""] = match;
  if (!STANDARDS.includes(standard)) return null;
  if ((standard === "ocf") !== (provider !== undefined)) return null;
  return { standard, provider: provider ?? null, type };
}
