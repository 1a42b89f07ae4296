import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { PACEMAKER_VERSION } from "../../internal/base/mod.ts";
import { CibStorage } from "../../internal/host/cib-storage.ts";
import { readDefaults } from "../../internal/host/defaults-file.ts";
import { disk } from "../../internal/host/disk.ts";
import { EngineHost } from "../../internal/host/engine-host.ts";
import { fenceAgentInfo } from "../../internal/host/fence-info.ts";
import { openLog } from "../../internal/host/log.ts";
import { notifySupervisor } from "../../internal/host/notify.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { random } from "../../internal/host/random.ts";
import { RemoteConnections } from "../../internal/host/remote-connections.ts";
import { useClusterUmask } from "../../internal/host/umask.ts";
import { machineAgents } from "./agents.ts";
import { agentVariables, logFile } from "./environment.ts";
import { daemonOptions } from "./options.ts";
import { schedulerThread } from "./scheduler-thread.ts";
import { openWatchdog } from "./watchdog.ts";

const USAGE = `Usage: pacemakerd [options]

The engine of a cluster node: configuration, controller, scheduler, executor, fencing, attributes.
Runs in the foreground until SIGTERM, which moves this node's resources away first.

Options:
  -?, --help        Show this text
  -$, --version     Show version
  -F, --features    Show what this version can do
`;

/** `muster engine`, also under the name pacemakerd. */
export async function main(argv: string[]): Promise<number> {
  const features = `Pacemaker ${PACEMAKER_VERSION} (muster)\n Supporting v3.20.0: fencing, systemd\n`;
  const ignored = ["-f", "--foreground", "-V", "--verbose"];
  const texts = { "-F": features, "--features": features };
  const code = daemonOptions("pacemakerd", argv, USAGE, ignored, texts);
  if (code !== null) return code;
  return runEngine();
}

async function runEngine(): Promise<number> {
  useClusterUmask();
  const defaults = readDefaults();
  const debug = (process.env["PCMK_debug"] ?? defaults["PCMK_debug"] ?? "no") !== "no";
  const log = openLog({
    program: "muster-engine",
    file: logFile(defaults),
    fileLevel: debug ? "debug" : "info",
    errorLevel: "warning",
  });
  const storage = new CibStorage(underRoot(Paths.cibFolder));
  const { cib, ground, remarks } = storage.load();
  for (const { level, message } of remarks) log.write(level, message);
  // In /run, which is empty after a boot: whoever finds it follows an engine that did not leave.
  const marker = underRoot(join(Paths.runFolder, "engine.running"));
  const leftovers = existsSync(marker);
  mkdirSync(underRoot(Paths.runFolder), { recursive: true });
  writeFileSync(marker, `${process.pid}\n`);
  const agents = machineAgents();
  const host = new EngineHost({
    ringSocket: underRoot(Paths.ringSocket),
    engineSocket: underRoot(Paths.engineSocket),
    group: "muster",
    log,
    storage,
    marker: { clear: () => disk.remove(marker) },
    ready: () => void notifySupervisor("READY=1"),
    agents,
    remotes: new RemoteConnections(
      underRoot(process.env["PCMK_authkey_location"] ?? Paths.pacemakerAuthkey),
    ),
    watchdog: () => openWatchdog(log),
    scheduler: (done) => schedulerThread({ folder: underRoot(Paths.schedulerInputs), log }, done),
    node: {
      pid: process.pid,
      cib,
      ground,
      startedAtMs: Date.now(),
      leftovers,
      dcVersion: `${PACEMAKER_VERSION}-muster`,
      ocfRoot: underRoot(Paths.ocfRoot),
      runFolder: underRoot("/run"),
      operationLimit: 2 * availableParallelism(),
      agentEnv: agentVariables(defaults),
      utcOffsetMinutes: -new Date().getTimezoneOffset(),
      random: () => random.uint32(),
      uuid: randomUUID,
      fenceAgentInfo: fenceAgentInfo(agents),
    },
  });
  process.on("SIGTERM", () => host.stop());
  process.on("SIGINT", () => host.stop());
  // A terminal that goes away is no reason to stop a cluster node.
  process.on("SIGHUP", () => undefined);
  return host.exited;
}
