export type Severity = "error" | "warning" | "deprecation" | "info" | "debug";

/** One thing a verb has to say. */
export interface Report {
  severity: Severity;
  text: string;
  /** An error that `--force` (or the option named) would turn into a warning. */
  force?: "--force" | "--skip-offline";
  /** Said instead of the usual hint that `--force` helps. */
  forceText?: string;
  /** The cluster node this is about, put before the text. */
  node?: string;
}

/** The verb gives up. Without reports the ones made so far are the reason. */
export class LibraryError extends Error {
  readonly reports: readonly Report[];
  /** Printed as it is instead of any report. */
  readonly output: string | null;

  constructor(reports: Report | readonly Report[] = [], output: string | null = null) {
    super("pcs is unable to continue");
    this.reports = Array.isArray(reports) ? reports : [reports as Report];
    this.output = output;
  }
}

/**
 * The command line is wrong. With a message that is printed, without one the command's usage;
 * `both` prints both.
 */
export class CommandLineError extends Error {
  readonly text: string | null;
  readonly hint: string | null;
  readonly both: boolean;
  /** Words typed behind the verb that belong to the usage's first line. */
  readonly place: string[] = [];

  constructor(text: string | null = null, hint: string | null = null, both = false) {
    super(text ?? "usage");
    this.text = text;
    this.hint = hint;
    this.both = both;
  }
}

/** Ends the program at once; everything to print has been printed. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Error report, forceable when `force` is given. */
export function error(text: string, force?: Report["force"]): Report {
  return force === undefined ? { severity: "error", text } : { severity: "error", text, force };
}

export function warning(text: string): Report {
  return { severity: "warning", text };
}

export function info(text: string): Report {
  return { severity: "info", text };
}

export function deprecation(text: string): Report {
  return { severity: "deprecation", text };
}

/** An error that the user may force: a warning when they did. */
export function forceable(
  forced: boolean,
  text: string,
  force: Report["force"] = "--force",
): Report {
  return forced ? warning(text) : error(text, force);
}

const PREFIX: Record<Severity, string> = {
  error: "Error: ",
  warning: "Warning: ",
  deprecation: "Deprecation Warning: ",
  info: "",
  debug: "",
};

/** One report as a line on standard error (it may hold line breaks), without the final line break. */
export function formatReport(report: Report): string {
  const node = report.node === undefined ? "" : `${report.node}: `;
  return PREFIX[report.severity] + node + report.text + forceHint(report);
}

function forceHint(report: Report): string {
  if (report.force === undefined || report.severity !== "error") return "";
  return report.forceText ?? `, use ${report.force} to override`;
}

/** Collects reports in order and knows whether an error was among them. */
export class Reporter {
  hasErrors = false;
  private readonly emit: (line: string) => void;

  constructor(emit: (line: string) => void) {
    this.emit = emit;
  }

  add(report: Report): void {
    if (report.severity === "error") this.hasErrors = true;
    if (report.text === "" || report.severity === "debug") return;
    this.emit(formatReport(report));
  }

  all(reports: Iterable<Report>): void {
    for (const report of reports) this.add(report);
  }

  error(text: string, force?: Report["force"]): void {
    this.add(error(text, force));
  }

  warning(text: string): void {
    this.add(warning(text));
  }

  info(text: string): void {
    this.add(info(text));
  }

  deprecation(text: string): void {
    this.add(deprecation(text));
  }

  /** Gives up when an error was reported since the program began. */
  stopOnErrors(): void {
    if (this.hasErrors) throw new LibraryError();
  }
}
