import type { Result } from "../../base/mod.ts";
import type { Element } from "../../xml/mod.ts";
import type { NodeAccess } from "../nodes/access.ts";

/** Where the CIB of this call comes from and goes to. */
export interface CibStore {
  /** True when a running cluster's CIB is used, false for `-f FILE`. */
  readonly live: boolean;
  /** The CIB, a fresh tree at each call. The error is complete, such as `unable to get cib`. */
  read(): Promise<Result<Element, string>>;
  /**
   * Stores what differs between the CIB that was read and the one to be. Concurrent changes of
   * other parts survive. The error is what the writer prints.
   */
  write(before: Element, after: Element): Promise<Result<null, string>>;
  /** The CIB upgraded to the newest schema (stored so), or why that failed. */
  upgrade(): Promise<Result<Element, string>>;
}

/** A file that a verb reads and may write: corosync.conf, booth's configuration. */
export interface TextStore {
  /** True when it is the file of this machine, false when one was named on the command line. */
  readonly live: boolean;
  readonly path: string;
  read(): Promise<Result<string, string>>;
  write(text: string): Promise<Result<null, string>>;
}

/** The agents installed on this machine. */
export interface AgentCatalog {
  /** Metadata text of `ocf:heartbeat:IPaddr2`, `stonith:fence_xvm`, `systemd:cron` ... */
  metadata(name: string): Promise<Result<string, string>>;
  /** `ocf`, `lsb`, `systemd`, `stonith` ...: those that hold agents here. */
  standards(): Promise<string[]>;
  /** Providers of the standard `ocf`. */
  providers(): Promise<string[]>;
  /** Types of a standard, or of a standard and provider (`ocf:heartbeat`). */
  types(standardProvider: string): Promise<string[]>;
  /** Runs the agent's own validation with these parameters: exit code and what it said. */
  validate(name: string, parameters: Map<string, string>): Promise<AgentRun>;
}

export interface AgentRun {
  code: number;
  output: string;
}

/** A program of Pacemaker or Corosync, run inside this process or outside of it. */
export interface ToolResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface FolderEntry {
  name: string;
  /** Time of the last change, in milliseconds since the epoch. */
  changedMs: number;
}

/** A file in an archive, by its name there. */
export interface ArchiveEntry {
  name: string;
  content: Uint8Array;
}

/** Archives of files (tar, bzip2). A path of null is standard output or input. */
export interface Archives {
  pack(entries: readonly ArchiveEntry[], path: string | null): Promise<Result<null, string>>;
  unpack(path: string | null): Promise<Result<ArchiveEntry[], string>>;
}

export type ServiceVerb = "start" | "stop" | "kill" | "enable" | "disable" | "restart";

/** Everything a verb may know of the world or do to it. */
export interface PcsEnvironment {
  readonly cib: CibStore;
  readonly corosyncConf: TextStore;
  readonly agents: AgentCatalog;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly user: { isRoot: boolean };
  /** Columns of the terminal that standard output is; null when it is none. */
  readonly columns: number | null;
  /** Environment variables. */
  variable(name: string): string | null;
  /** Text of any file named by the user. */
  readFile(path: string): Promise<Result<string, string>>;
  /** Text of a file of the cluster software, by its usual absolute path. */
  systemFile(path: string): Promise<Result<string, string>>;
  /** Content of a file named by the user; null when it cannot be read. */
  fileBytes(path: string): Promise<Uint8Array | null>;
  /** The same of a file of the cluster software, by its usual absolute path. */
  systemBytes(path: string): Promise<Uint8Array | null>;
  /** The files in a folder of the cluster software. */
  systemFolder(path: string): Promise<Result<FolderEntry[], string>>;
  /** Replaces a file at once, or makes it. */
  writeFile(path: string, content: string | Uint8Array): Promise<Result<null, string>>;
  /** The same with a file of the cluster software, by its usual absolute path. */
  writeSystemFile(path: string, content: string | Uint8Array): Promise<Result<null, string>>;
  /** A new random UUID. */
  uuid(): string;
  /** Whether a host name has an address. */
  resolves(host: string): Promise<boolean>;
  /** All of standard input. */
  stdin(): string;
  /**
   * Whether a service of the cluster runs, and whether it starts with the machine; `known` is
   * false where nothing could be asked, as on a machine without systemd.
   */
  service(name: string): Promise<{ running: boolean; enabled: boolean; known: boolean }>;
  /** Starts, stops, kills, enables or disables a service of this machine. */
  serviceControl(verb: ServiceVerb, name: string): Promise<ToolResult>;
  /** Removes a file or folder of the cluster software, by its usual absolute path. */
  removeAll(path: string): Promise<void>;
  readonly archive: Archives;
  /** The other nodes. */
  readonly nodes: NodeAccess;
  /** Lets the user change a text in an editor; the error is that it could not be started. */
  edit(editor: string, text: string): Promise<Result<string, string>>;
  /** Asks the user for a line; null when nobody answers. */
  ask(prompt: string): string | null;
  /**
   * Runs a tool against the same CIB as the verb: `["crm_mon", "--one-shot", ...]`. The tools are
   * ours, so what they print is what the verb would have printed with the originals.
   */
  tool(argv: readonly string[], stdin?: string): Promise<ToolResult>;
  /** The same against a CIB of its own, given and returned as text: what would happen, tried out. */
  toolOnCopy(
    cib: string,
    argv: readonly string[],
    stdin?: string,
  ): Promise<ToolResult & { cib: string }>;
  /** What the cluster would do with that CIB. */
  simulate(cib: string): Promise<Result<Simulation, string>>;
}

/** Outcome of crm_simulate on a CIB. */
export interface Simulation {
  /** What crm_simulate printed. */
  text: string;
  /** The transition graph. */
  graph: Element;
  /** Text of the CIB as it would be afterwards. */
  cib: string;
}
