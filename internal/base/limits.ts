/** Every bound of the program that is not a protocol constant, in one place. */
export const Limits = {
  /** Largest XML document read from a file, a socket or standard input. */
  xmlBytes: 1024 * 1024 * 1024,
  /** Largest archive of a cluster's configuration that is unpacked. */
  archiveBytes: 256 * 1024 * 1024,
  /** Deepest nesting of elements; deeper input is refused, so recursion over a tree is safe. */
  xmlDepth: 512,
  /** Largest number of attributes on one element. */
  xmlAttributes: 4096,
  /** Instances of one clone, replicas of one bundle: more are refused by name. */
  instances: 10_000,
  /** Steps of a compiled pattern (rsc-pattern, target-pattern, `--pattern`): longer ones are refused. */
  patternSteps: 20_000,
  /** Largest request on the local socket. */
  localRequestBytes: 64 * 1024 * 1024,
  /** Standard output or error kept of one agent operation; the rest is read and dropped. */
  agentOutputBytes: 256 * 1024,
  /** Numbered CIB backups kept on disk. */
  cibBackups: 100,
  /** Fencing history entries kept in memory and shown. */
  fencingHistory: 500,
} as const;
