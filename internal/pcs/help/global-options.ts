/** Options of every command of pcs, or of many: as written, and what they do. */
export const PCS_OPTIONS: readonly [string, string][] = [
  ["-h, --help", "Prints help, of everything or of the command given."],
  ["-f FILE", "Works on the CIB in FILE and leaves the running cluster alone."],
  ["--corosync_conf=FILE", "Works on that corosync.conf and leaves this machine's alone."],
  ["--dry-run", "Tells what a change would do, and changes nothing."],
  ["--force", "Overrides checks; messages say which."],
  ["--skip-offline", "Goes on where nodes do not answer."],
  ["--request-timeout=SECONDS", "How long to wait for another node (60)."],
  ["--wait[=SECONDS]", "Waits until the cluster has done what follows from the change."],
  ["--output-format=text|json|cmd", "How configuration is printed, where a command offers it."],
  ["--debug", "Says more."],
  ["--version [--full]", "Prints the version, and what this pcs is capable of."],
  ["--fullhelp", "Prints the help of every command."],
];
