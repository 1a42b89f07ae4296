import type { Disk, Log } from "../ports/mod.ts";
import type { KnownHostsStore } from "./known-hosts.ts";
import type { PermissionStore } from "./permissions.ts";
import type { TokenStore } from "./tokens.ts";

/** Outcome of a program that was run to its end. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** What the daemon needs of the machine; made in `cmd/pcsd`, made up in tests. */
export interface PcsdWorld {
  disk: Disk;
  log: Log;
  tokens: TokenStore;
  knownHosts: KnownHostsStore;
  permissions: PermissionStore;
  /** A path of the cluster, under MUSTER_ROOT where that is set. */
  path(absolute: string): string;
  nowMs(): number;
  uuid(): string;
  /** Asks PAM; null when the user or password is wrong, else the user's groups. */
  login(user: string, password: string): Promise<string[] | null>;
  groupsOf(user: string): Promise<string[]>;
  /** Runs a program of this machine; argv[0] is looked up in PATH. */
  run(argv: string[], stdin?: string): Promise<CommandResult>;
  /** Gives a file to the user that owns the cluster's state. */
  giveToCluster(path: string): void;
  /** Reads certificate and key again. */
  reloadCertificate(): void;
  version: string;
}
