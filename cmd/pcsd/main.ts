import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import {
  isPair,
  KnownHostsStore,
  type PcsdWorld,
  PEER_HEADER,
  PermissionStore,
  pcsdApp,
  TokenStore,
} from "../../internal/api/mod.ts";
import { PCS_VERSION } from "../../internal/base/version.ts";
import { disk } from "../../internal/host/disk.ts";
import { notifySupervisor } from "../../internal/host/notify.ts";
import { giveToCluster } from "../../internal/host/ownership.ts";
import { underRoot } from "../../internal/host/paths.ts";
import { groupNames } from "../../internal/host/peer.ts";
import type { Log } from "../../internal/ports/mod.ts";
import { errOut, out } from "../io.ts";
import { listenWithPeers } from "./socket-front.ts";

const PAM_SERVICE = "pcsd";
const COMMAND_TIMEOUT_MS = 3_600_000;
const FOLDER = "/var/lib/pcsd";
/** A node that stops moves its services first, which takes as long as they take. */
const NEVER_IDLE = 0;

const log: Log = {
  write: (level, message) => errOut(`${new Date().toISOString()} ${level}: ${message}\n`),
};

/** NAME=VALUE lines of /etc/default/pcsd, then the environment over them. */
function settings(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const file of ["/etc/default/pcsd", "/etc/sysconfig/pcsd"]) {
    const bytes = disk.read(underRoot(file));
    for (const line of new TextDecoder().decode(bytes ?? undefined).split("\n")) {
      const match = /^\s*(\w+)=(.*?)\s*$/.exec(line);
      if (match !== null) found[match[1]!] = match[2]!.replace(/^(["'])(.*)\1$/, "$2");
    }
  }
  return { ...found, ...(process.env as Record<string, string>) };
}

async function run(argv: string[], stdin = "") {
  try {
    const child = Bun.spawn(argv, {
      stdin: new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
      timeout: COMMAND_TIMEOUT_MS,
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, stdout, stderr };
  } catch (error) {
    return { code: 127, stdout: "", stderr: (error as Error).message };
  }
}

async function login(user: string, password: string): Promise<string[] | null> {
  if (user === "" || password === "" || password.includes("\0")) return null;
  const checked = await run([process.execPath, "pam-check", PAM_SERVICE, user], password);
  return checked.code === 0 ? groupNames(user) : null;
}

function makeWorld(reloadCertificate: () => void): PcsdWorld {
  const path = (absolute: string) => underRoot(absolute);
  return {
    disk,
    log,
    path,
    run,
    login,
    giveToCluster,
    reloadCertificate,
    tokens: new TokenStore(disk, path(`${FOLDER}/pcs_users.conf`)),
    knownHosts: new KnownHostsStore(disk, path(`${FOLDER}/known-hosts`)),
    permissions: new PermissionStore(disk, path(`${FOLDER}/pcs_settings.conf`)),
    nowMs: () => Date.now(),
    uuid: () => crypto.randomUUID(),
    groupsOf: async (user) => groupNames(user),
    version: PCS_VERSION,
  };
}

/** Certificate and key, made when either is missing; throws when they do not match. */
async function certificate(): Promise<{ cert: string; key: string }> {
  const [certFile, keyFile] = [underRoot(`${FOLDER}/pcsd.crt`), underRoot(`${FOLDER}/pcsd.key`)];
  if (disk.read(certFile) === null || disk.read(keyFile) === null) {
    const { makeCertificate } = await import("../../internal/host/certificate.ts");
    const made = await makeCertificate(hostname(), Date.now());
    disk.writeAtomic(certFile, made.certificate, 0o600);
    disk.writeAtomic(keyFile, made.key, 0o600);
  }
  const pair = { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  if (!isPair(pair.cert, pair.key)) {
    throw new Error(`${certFile} and ${keyFile} do not match: remove both to have them made anew`);
  }
  return pair;
}

/** The daemon: HTTPS on the addresses asked for, and the Unix socket. Ends on SIGTERM. */
export async function main(argv: string[]): Promise<number> {
  if (argv.includes("--version")) {
    out(`${PCS_VERSION}\n`);
    return 0;
  }
  process.umask(0o077);
  mkdirSync(underRoot(FOLDER), { recursive: true, mode: 0o700 });
  const set = settings();
  const port = Number(set["PCSD_PORT"] ?? "2224");
  const addresses = (set["PCSD_BIND_ADDR"] ?? "::")
    .split(",")
    .map((a) => a.trim().replace(/^\[|\]$/g, ""));
  let servers: Bun.Server<undefined>[] = [];
  const world = makeWorld(() => void reload());
  const remote = pcsdApp(world, false);
  const reload = async (): Promise<void> => {
    // The answer to the request that asked for it goes out first.
    await Bun.sleep(100);
    for (const server of servers) await server.stop(false);
    await listen();
  };
  const listen = async (): Promise<void> => {
    const tls = await certificate();
    servers = addresses.map((address) =>
      Bun.serve({
        hostname: address === "" ? "::" : address,
        port,
        tls,
        fetch: remote.fetch,
        idleTimeout: NEVER_IDLE,
      }),
    );
  };
  try {
    await listen();
    openLocalSocket(world);
  } catch (error) {
    errOut(`pcsd: ${(error as Error).message}\n`);
    return 1;
  }
  notifySupervisor("READY=1");
  log.write("info", `pcsd listens on port ${port}`);
  await new Promise<void>((resolve) => {
    process.on("SIGTERM", resolve);
    process.on("SIGINT", resolve);
  });
  for (const server of servers) await server.stop(true);
  return 0;
}

function openLocalSocket(world: PcsdWorld): void {
  const path = underRoot("/run/pcsd.socket");
  mkdirSync(underRoot("/run"), { recursive: true });
  // Behind the front, for root alone: who reaches it could claim to be anybody.
  const inner = underRoot("/run/muster/pcsd.sock");
  mkdirSync(underRoot("/run/muster"), { recursive: true, mode: 0o750 });
  rmSync(inner, { force: true });
  const local = pcsdApp(world, true);
  Bun.serve({
    unix: inner,
    fetch(request, server) {
      server.timeout(request, NEVER_IDLE);
      return local.fetch(request);
    },
  });
  chmodSync(inner, 0o600);
  listenWithPeers(path, inner, PEER_HEADER);
  try {
    const group = readFileSync("/etc/group", "utf8").match(/^haclient:[^:]*:(\d+):/m)?.[1];
    if (group !== undefined && process.getuid?.() === 0) chownSync(path, 0, Number(group));
  } catch {
    // Without the group the socket stays root's.
  }
}
