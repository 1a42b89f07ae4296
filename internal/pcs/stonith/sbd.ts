import { invalidValue, isInteger, unknownOptions } from "../checks/mod.ts";
import { KeyValues } from "../frame/arguments.ts";
import { confirmed } from "../frame/confirm.ts";
import type { PcsContext } from "../frame/context.ts";
import { pythonJson } from "../frame/json.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError, error, LibraryError, type Report } from "../frame/report.ts";
import { byCodePoint, formatList, joinLines } from "../frame/text.ts";
import { readSbdConfig } from "./sbd-config.ts";

const CONFIG = "/etc/default/sbd";

interface Watchdog {
  identity: string;
  driver: string;
  caution: string | null;
}

/** Watchdog devices of this machine, as `sbd query-watchdog` tells. */
async function watchdogs(context: PcsContext): Promise<Map<string, Watchdog>> {
  const run = await context.env.tool(["sbd", "query-watchdog"]);
  if (run.code !== 0) {
    const reason = joinLines([run.stderr, run.stdout]);
    throw new LibraryError(error(`Unable to list available watchdogs: ${reason}`));
  }
  const found = new Map<string, Watchdog>();
  const block =
    /^\[\d+\] (?<path>.+)$\n^Identity: (?<identity>.*)$\n^Driver: (?<driver>.*)$(\nCAUTION: (?<caution>.*)$)?/gm;
  for (const { groups } of run.stdout.matchAll(block)) {
    found.set(groups!["path"]!, {
      identity: groups!["identity"] ?? "",
      driver: groups!["driver"] ?? "",
      caution: groups!["caution"] ?? null,
    });
  }
  return found;
}

/** `stonith sbd watchdog list`. */
export async function watchdogListVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const found = [...(await watchdogs(context)).keys()].sort(byCodePoint);
  if (found.length === 0) context.writeError("No available watchdog\n");
  else context.print("Available watchdog(s):", ...found.map((path) => `  ${path}`));
}

/** `stonith sbd watchdog list_json`: for other programs. */
export async function watchdogJsonVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  context.print(pythonJson(Object.fromEntries(await watchdogs(context))));
}

/** `stonith sbd watchdog test [WATCHDOG]`: resets this machine. */
export async function watchdogTestVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--yes"]);
  if (argv.length > 1) throw new CommandLineError();
  const danger =
    "This operation is expected to force-reboot this system without following any shutdown " +
    "procedures";
  if (!confirmed(context, danger, options)) return;
  const command = ["sbd", "test-watchdog"];
  if (argv[0] !== undefined) command.push("-w", argv[0]);
  const run = await context.env.tool(command);
  if (run.code !== 0) {
    const reason = joinLines([run.stderr, run.stdout]);
    throw new LibraryError(error(`Unable to initialize test of the watchdog: ${reason}`));
  }
}

const SETUP_OPTIONS: Record<string, string> = {
  "watchdog-timeout": "-1",
  "allocate-timeout": "-2",
  "loop-timeout": "-3",
  "msgwait-timeout": "-4",
};

/** `stonith sbd device setup device=PATH... [NAME-timeout=N]...`. */
export async function deviceSetupVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--yes"]);
  const parser = new KeyValues(argv, ["device"]);
  const devices = parser.repeated("device");
  if (devices.length === 0) throw new CommandLineError("No device defined");
  const danger = `All current content on device(s) ${formatList(devices)} will be overwritten`;
  if (!confirmed(context, danger, options)) return;
  const given = parser.unique();
  context.report.all(checkSetup(devices, given));
  context.report.stopOnErrors();
  context.report.info(
    `Initializing ${devices.length === 1 ? "device" : "devices"} ${formatList(devices)}...`,
  );
  const command = ["sbd", ...devices.flatMap((device) => ["-d", device])];
  for (const [name, value] of [...given].sort(([a], [b]) => byCodePoint(a, b))) {
    command.push(SETUP_OPTIONS[name]!, value);
  }
  const run = await context.env.tool([...command, "create"]);
  if (run.code !== 0) {
    throw new LibraryError(
      error(
        `Initialization of ${devices.length === 1 ? "device" : "devices"} ${formatList(devices)} ` +
          `failed: ${joinLines([run.stderr, run.stdout])}`,
      ),
    );
  }
  context.report.info(
    devices.length === 1 ? "Device initialized successfully" : "Devices initialized successfully",
  );
}

function checkSetup(devices: readonly string[], given: ReadonlyMap<string, string>): Report[] {
  const reports: Report[] = [];
  if (devices.some((device) => device === "")) reports.push(error("device cannot be empty"));
  const allowed = Object.keys(SETUP_OPTIONS);
  const unknown = [...given.keys()].filter((name) => !allowed.includes(name));
  if (unknown.length > 0) reports.push(unknownOptions(unknown, allowed, "option"));
  for (const [name, value] of given) {
    if (allowed.includes(name) && !isInteger(value, 0, null)) {
      reports.push(invalidValue(name, value, "a non-negative integer"));
    }
  }
  return reports;
}

const MESSAGES = ["clear", "crashdump", "exit", "off", "reset", "test"];

/** `stonith sbd device message DEVICE NODE TYPE`. */
export async function deviceMessageVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const [device = "", node = "", message = ""] = argv;
  if (argv.length !== 3) throw new CommandLineError();
  const missing = [
    ["device", device],
    ["node", node],
  ].flatMap(([name, value]) => (value === "" ? [name!] : []));
  if (missing.length > 0) {
    const plain = missing.length === 1 ? ["option", "is"] : ["options", "are"];
    context.report.error(`required ${plain[0]} ${formatList(missing)} ${plain[1]} missing`);
  }
  if (!MESSAGES.includes(message)) context.report.add(invalidValue("message", message, MESSAGES));
  context.report.stopOnErrors();
  const run = await context.env.tool(["sbd", "-d", device, "message", node, message]);
  if (run.code === 0) return;
  const reason = joinLines([run.stderr, run.stdout]);
  throw new LibraryError(
    error(`Unable to set message '${message}' for node '${node}' on device '${device}': ${reason}`),
  );
}

/** `stonith sbd local_config_in_json`: for other programs. */
export async function localConfigVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  if (argv.length > 0) throw new CommandLineError();
  const read = await context.env.systemFile(CONFIG);
  if (!read.ok) {
    throw new LibraryError(error(`Unable to get SBD configuration from local node: ${read.error}`));
  }
  context.print(pythonJson(readSbdConfig(read.value)));
}
