import type { Element } from "../../xml/mod.ts";
import { parseSchemaVersion } from "../cib/version.ts";
import type { PcsEnvironment, Simulation } from "./environment.ts";
import type { Options } from "./options.ts";
import { Exit, error, info, LibraryError, Reporter } from "./report.ts";
import { joinLines } from "./text.ts";

/** A schema version such as 3.7, as [major, minor]. */
export type SchemaVersion = readonly [number, number];

/** What one call of pcs works with: the CIB read once, what was said and printed so far. */
export class PcsContext {
  readonly env: PcsEnvironment;
  readonly report: Reporter;
  readonly options: Options;
  private readonly writeOut: (text: string) => void;
  private readonly writeErr: (text: string) => void;
  private source: Element | null = null;
  private working: Element | null = null;
  private upgradeReported = false;

  constructor(
    env: PcsEnvironment,
    options: Options,
    writeOut: (text: string) => void,
    writeErr: (text: string) => void,
  ) {
    this.env = env;
    this.options = options;
    this.writeOut = writeOut;
    this.writeErr = writeErr;
    this.report = new Reporter((line) => writeErr(`${line}\n`));
  }

  /** The verb is only tried out: the cluster will not do what it would be waited for. */
  get dryRun(): boolean {
    return this.options.has("--dry-run");
  }

  /** Prints lines on standard output; none prints nothing. */
  print(...lines: string[]): void {
    if (lines.length > 0) this.writeOut(`${lines.join("\n")}\n`);
  }

  /** Prints text on standard output as it is. */
  write(text: string): void {
    this.writeOut(text);
  }

  /** Prints text on standard error as it is. */
  writeError(text: string): void {
    this.writeErr(text);
  }

  /** Ends the program with an error message, as the older verbs do. */
  die(text: string, code = 1): never {
    this.writeErr(`Error: ${text}\n`);
    throw new Exit(code);
  }

  /**
   * The CIB, to be read and changed in place; {@link pushCib} stores it. With a version, the CIB is
   * upgraded when its schema is older; failing to reach the version is an error unless `nice`.
   */
  async cib(
    minimal: SchemaVersion | null = null,
    nice: SchemaVersion | null = null,
  ): Promise<Element> {
    if (this.working === null) {
      const read = await this.env.cib.read();
      if (!read.ok) throw new LibraryError(error(read.error));
      this.adopt(read.value);
    }
    if (nice !== null) await this.upgradeTo(nice, false);
    if (minimal !== null) await this.upgradeTo(minimal, true);
    return this.working!;
  }

  private adopt(cib: Element): void {
    this.source = cib;
    this.working = cib.clone();
  }

  private async upgradeTo(version: SchemaVersion, mandatory: boolean): Promise<void> {
    const before = parseSchemaVersion(this.working!);
    if (compareVersions(before, version) >= 0) return;
    const upgraded = await this.env.cib.upgrade();
    if (!upgraded.ok) {
      throw new LibraryError(
        error(`Upgrading of CIB to the latest schema failed: ${upgraded.error}`),
      );
    }
    const after = parseSchemaVersion(upgraded.value);
    if (compareVersions(after, version) < 0 && mandatory) {
      throw new LibraryError(
        error(
          `Unable to upgrade CIB to required schema version ${version.join(".")} or higher. ` +
            `Current version is ${after.join(".")}. Newer version of pacemaker is needed.`,
        ),
      );
    }
    if (compareVersions(after, before) <= 0) return;
    this.adopt(upgraded.value);
    if (!this.upgradeReported) {
      this.report.add(info("CIB has been upgraded to the latest schema version."));
    }
    this.upgradeReported = true;
  }

  /**
   * Stores the CIB as the verb left it; the next {@link cib} reads it afresh. A refusal ends the
   * program.
   */
  async pushCib(waitSeconds = -1, lastLine = "\n"): Promise<void> {
    const [before, after] = [this.source, this.working];
    if (before === null || after === null) throw new Error("no CIB was read that could be stored");
    this.requireWaitable(waitSeconds);
    const written = await this.env.cib.write(before, after);
    if (!written.ok)
      throw new LibraryError(error(`Unable to update cib\n${written.error}${lastLine}`));
    this.forgetCib();
    this.upgradeReported = false;
    if (this.env.cib.live) await this.waitForIdle(waitSeconds);
  }

  /** Has the next {@link cib} read it afresh: what was changed in it and not stored is gone. */
  forgetCib(): void {
    this.source = null;
    this.working = null;
  }

  /** Stores the CIB as the older verbs do: a refusal is told with one line break less. */
  pushCibPlainly(): Promise<void> {
    return this.pushCib(-1, "");
  }

  /** Refuses `-f`. */
  requireLive(): void {
    if (!this.env.cib.live) throw new LibraryError(error("This command does not support '-f'"));
  }

  /** What the cluster would do with the CIB as the verb has it now. */
  async simulate(): Promise<Simulation> {
    const { printXml } = await import("../../xml/mod.ts");
    const run = await this.env.simulate(printXml(this.working!));
    if (run.ok) return run.value;
    throw new LibraryError(
      error(`Unable to simulate changes in CIB${run.error === "" ? "" : `: ${run.error}`}`),
    );
  }

  /** Refuses `--wait` on a file. */
  requireWaitable(waitSeconds: number): void {
    if (waitSeconds >= 0 && !this.env.cib.live) {
      throw new LibraryError(error("Cannot use '-f' together with '--wait'"));
    }
  }

  /** Waits until the cluster has nothing left to do; 0 for as long as it takes, below 0 not at all. */
  async waitForIdle(seconds: number): Promise<void> {
    if (seconds < 0) return;
    const limit = seconds > 0 ? ` (timeout: ${seconds} second${seconds === 1 ? "" : "s"})` : "";
    this.report.info(`Waiting for the cluster to apply configuration changes${limit}...`);
    const argv = ["crm_resource", "--wait"];
    if (seconds > 0) argv.push(`--timeout=${seconds}`);
    const result = await this.env.tool(argv);
    if (result.code === 0) return;
    const said = joinLines([result.stderr, result.stdout]);
    throw new LibraryError(error(result.code === 124 ? `waiting timeout\n\n${said}` : said));
  }
}

export function compareVersions(a: SchemaVersion, b: SchemaVersion): number {
  return a[0] - b[0] || a[1] - b[1];
}
