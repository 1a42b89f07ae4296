/** How verbs reach other nodes: through the pcsd on each, with the token that it gave us. */

export interface HostDestination {
  addr: string;
  port: number;
}

export interface KnownHost {
  destinations: HostDestination[];
  token: string;
}

/** Which layer failed, so that the user is told what to look at. */
export type FailureLayer =
  | "name"
  | "tcp"
  | "tls"
  | "timeout"
  | "protocol"
  | "authentication"
  | "permission"
  | "unsupported"
  | "refused";

export type NodeAnswer =
  | { ok: true; body: string }
  | { ok: false; layer: FailureLayer; message: string };

export interface NodeAccess {
  /** Hosts that this machine was authenticated to, by name. */
  known(): Promise<Map<string, KnownHost>>;
  /** Adds hosts and removes others, in the file of this machine. */
  remember(add: Map<string, KnownHost>, remove: readonly string[]): Promise<void>;
  /** One request to a pcsd; addresses are tried in order. Never throws. */
  call(host: KnownHost, path: string, form?: Record<string, string>): Promise<NodeAnswer>;
  /** A random key of so many bytes. */
  randomKey(bytes: number): Uint8Array;
  /** True when both are PEM and the certificate is the key's. */
  isPair(certificate: string, key: string): Promise<boolean>;
  /** Takes back tokens that this machine's pcsd gave out, all when none is named; the unknown ones. */
  revoke(tokens: readonly string[]): Promise<string[]>;
  /** Pauses. */
  sleep(ms: number): Promise<void>;
}

export const PCSD_PORT = 2224;

/** What pcs prints when a request failed, in its words, and the next step in ours. */
export function explainFailure(name: string, answer: Extract<NodeAnswer, { ok: false }>): string {
  switch (answer.layer) {
    case "authentication":
      return `Unable to authenticate to ${name} - (${answer.message}), try running 'pcs host auth ${name}'`;
    case "permission":
      return `${name}: Permission denied - (${answer.message})`;
    case "unsupported":
      return `${name}: Unsupported command - (${answer.message}), try upgrading pcsd`;
    case "refused":
      return `${name}: ${answer.message}`;
    case "timeout":
      return (
        `${name}: Connection timeout, try setting higher timeout in --request-timeout option ` +
        `(${answer.message})`
      );
    default:
      return (
        `Unable to connect to ${name}, check if pcsd is running there or try setting higher ` +
        `timeout with --request-timeout option (${answer.message})`
      );
  }
}
