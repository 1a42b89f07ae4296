import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { readDefaults } from "../../internal/host/defaults-file.ts";
import { openLog } from "../../internal/host/log.ts";
import { notifySupervisor } from "../../internal/host/notify.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { RemotedHost } from "../../internal/host/remoted-host.ts";
import { useClusterUmask } from "../../internal/host/umask.ts";
import { machineAgents } from "../engine/agents.ts";
import { agentVariables, logFile } from "../engine/environment.ts";
import { daemonOptions } from "../engine/options.ts";
import { errOut } from "../io.ts";

const DEFAULT_PORT = 3121;

const USAGE = `Usage: pacemaker-remoted [options]

A remote node: runs services for a cluster without being one of its members. A cluster node connects
to it (TCP port ${DEFAULT_PORT}; PCMK_remote_address and PCMK_remote_port change where it listens) with
the key in /etc/pacemaker/authkey, the same on all nodes. Runs in the foreground until SIGTERM, which
asks the cluster to move the resources away first.

Options:
  -?, --help        Show this text
  -$, --version     Show version
`;

/** `muster remoted`, also under the name pacemaker-remoted. */
export async function main(argv: string[]): Promise<number> {
  const code = daemonOptions("pacemaker-remoted", argv, USAGE, ["-V", "--verbose"]);
  if (code !== null) return code;
  return runRemoted();
}

async function runRemoted(): Promise<number> {
  useClusterUmask();
  const defaults = readDefaults();
  const setting = (name: string): string | undefined => process.env[name] ?? defaults[name];
  const log = openLog({
    program: "muster-remoted",
    file: logFile(defaults),
    fileLevel: (setting("PCMK_debug") ?? "no") === "no" ? "info" : "debug",
    errorLevel: "warning",
  });
  const port = Number(setting("PCMK_remote_port") ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    errOut(`pacemaker-remoted: PCMK_remote_port is no port number\n`);
    return 78;
  }
  mkdirSync(underRoot(Paths.runFolder), { recursive: true });
  const address = setting("PCMK_remote_address") ?? "::";
  let host: RemotedHost;
  try {
    host = new RemotedHost({
      host: address,
      port,
      authkey: underRoot(setting("PCMK_authkey_location") ?? "/etc/pacemaker/authkey"),
      engineSocket: underRoot(Paths.engineSocket),
      log,
      agents: machineAgents(),
      executor: {
        nodeName: "",
        ocfRoot: underRoot(Paths.ocfRoot),
        runFolder: underRoot("/run"),
        operationLimit: 2 * availableParallelism(),
        env: agentVariables(defaults),
      },
      ready: () => void notifySupervisor("READY=1"),
    });
  } catch (error) {
    errOut(
      `pacemaker-remoted: cannot listen on ${address} port ${port}: ${(error as Error).message}\n`,
    );
    return 1;
  }
  log.write("notice", `Remote node is ready on ${join(address)} port ${port}`);
  process.on("SIGTERM", () => host.stop());
  process.on("SIGINT", () => host.stop());
  process.on("SIGHUP", () => undefined);
  return host.exited;
}
