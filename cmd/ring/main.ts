import { COROSYNC_VERSION } from "../../internal/base/mod.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { becomeRealTime } from "../../internal/host/realtime.ts";
import { errOut, out } from "../io.ts";
import { loadConfig } from "./config.ts";
import { RingDaemon } from "./daemon.ts";
import { RingLog } from "./log.ts";

/** Corosync's exit codes that scripts know. */
const EXIT_SERVICES = 20;
const EXIT_SOCKET = 15;

const USAGE = `usage:
        -c     : Corosync config file path.
        -l     : Corosync pid lock file path.
        -f     : Start application in foreground.
        -t     : Test configuration and exit.
        -v     : Display version, git revision and some useful information about Corosync and exit.
`;

interface Options {
  config: string;
  test: boolean;
}

/** The ring daemon, also under Corosync's name. It stays in the foreground: systemd forks for us. */
export async function main(argv: string[], name: string): Promise<number> {
  const options: Options = { config: underRoot(Paths.corosyncConf), test: false };
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i]!;
    switch (word) {
      case "-c":
        i += 1;
        options.config = argv[i] ?? "";
        break;
      case "-l":
        i += 1;
        break;
      case "-f":
      case "-r":
      case "-p":
        break;
      case "-t":
        options.test = true;
        break;
      case "-v":
        out(versionText());
        return 0;
      default:
        errOut(`${name}: invalid option -- '${word.replace(/^-*/, "").slice(0, 1)}'\n${USAGE}`);
        return 1;
    }
  }
  return run(options);
}

function versionText(): string {
  return (
    `Corosync Cluster Engine, version '${COROSYNC_VERSION}'\n` +
    "Copyright (c) 2006-2021 Red Hat, Inc.\n\n" +
    "Built-in features: muster\n" +
    "Available crypto models: openssl\n" +
    "Available compression models: \n"
  );
}

async function run(options: Options): Promise<number> {
  let nodeName = "";
  const log = new RingLog(() => nodeName);
  const loaded = await loadConfig(options.config);
  if (!loaded.ok) {
    const { exitCode } = loaded.error;
    if (!loaded.error.logged) {
      errOut(`${loaded.error.message}\n`);
      return exitCode;
    }
    log.write("error", "MAIN", loaded.error.message);
    log.write("error", "MAIN", `Corosync Cluster Engine exiting with status ${exitCode}.`);
    return exitCode;
  }
  if (options.test) {
    log.write("notice", "MAIN", "Corosync Cluster Engine exiting normally");
    return 0;
  }
  const { settings, me } = loaded.value;
  nodeName = me.name ?? String(me.nodeId);
  log.configure(settings.logging);
  log.write("notice", "MAIN", `Corosync Cluster Engine ${COROSYNC_VERSION} (muster) starting up`);
  for (const warning of settings.warnings) log.write("warning", "VOTEQ", warning);
  const { provider } = settings.quorum;
  if (provider !== null && provider !== "" && !settings.quorum.enabled) {
    log.write("error", "QUORUM", "Invalid quorum provider");
    return EXIT_SERVICES;
  }
  const realTime = becomeRealTime({ roundRobin: settings.schedRr });
  for (const refusal of realTime.refused) log.write("warning", "MAIN", refusal);

  const daemon = new RingDaemon(loaded.value, log);
  process.on("SIGTERM", () => daemon.stop());
  process.on("SIGINT", () => daemon.stop());
  process.on("SIGHUP", () => daemon.lookAgain());
  try {
    return await daemon.start();
  } catch (error) {
    log.write("error", "TOTEM", `Unable to create sockets, exiting: ${(error as Error).message}`);
    return EXIT_SOCKET;
  }
}
