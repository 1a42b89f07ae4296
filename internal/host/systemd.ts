import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunOutcome } from "../executor/mod.ts";
import type { Cancel } from "../ports/mod.ts";
import type { UnitHost } from "./agent-runner.ts";
import { DbusConnection, DbusError } from "./dbus.ts";
import { type DbusMessage, Reader } from "./dbus-wire.ts";
import { makeOpenFolder } from "./umask.ts";

const SYSTEMD = "org.freedesktop.systemd1";
const MANAGER_PATH = "/org/freedesktop/systemd1";
const MANAGER = `${SYSTEMD}.Manager`;
const PROPERTIES = "org.freedesktop.DBus.Properties";
/** While a unit is neither up nor down. */
const POLL_MS = 200;

/** What may be running us; a unit that the cluster runs is ordered before them. */
const OWN_UNITS = ["pacemaker.service", "pacemaker_remote.service"];

const OCF_RUNNING = 0;
const OCF_ERROR = 1;
const OCF_NOT_RUNNING = 7;

type Job = Parameters<UnitHost["run"]>[0];

/**
 * systemd by D-Bus. A start or stop is over when its job is and the unit has come to rest. Who
 * watches hears the name of each unit whose state changes, by whomever, once a unit is in use.
 */
export function systemdUnits(): UnitHost {
  let listener: (unit: string) => void = () => undefined;
  const manager = new Manager((unit) => listener(unit));
  return {
    watch(onChange) {
      listener = onChange;
    },
    run(job, done) {
      const begun = performance.now();
      let over = false;
      const finish = (outcome: Omit<RunOutcome, "runMs" | "stdout" | "stderr">): void => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        done({ ...outcome, stdout: "", stderr: "", runMs: performance.now() - begun });
      };
      const timer = setTimeout(() => {
        const error = `${job.operation} action for systemd unit ${job.unit} did not complete in time`;
        finish({ outcome: "timeout", code: 0, error });
      }, job.timeoutMs);
      perform(manager, job, () => over)
        .then((code) => finish({ outcome: "exited", code }))
        .catch((error: unknown) => finish(failure(job, error)));
      // A job of systemd goes on by itself; only its end is of no more interest.
      const cancel: Cancel = () => finish({ outcome: "signalled", code: 9 });
      return cancel;
    },
  };
}

function failure(job: Job, error: unknown): Omit<RunOutcome, "runMs" | "stdout" | "stderr"> {
  const name = error instanceof DbusError ? error.error : "";
  const missing = name.endsWith(".NoSuchUnit") || name.endsWith(".LoadFailed");
  if (missing) {
    const text = `systemd unit ${job.unit} not found`;
    return { outcome: "failed", code: 0, errno: "ENOENT", error: text };
  }
  const denied =
    name.endsWith(".AccessDenied") || name.endsWith(".InteractiveAuthorizationRequired");
  const errno = denied ? "EACCES" : "EIO";
  const text = error instanceof Error ? error.message : String(error);
  return { outcome: "failed", code: 0, errno, error: text };
}

/** Gives the OCF code of the operation. */
async function perform(manager: Manager, job: Job, over: () => boolean): Promise<number> {
  const { unit, operation } = job;
  if (operation === "status") {
    return isUp(await settled(manager, unit, over)) ? OCF_RUNNING : OCF_NOT_RUNNING;
  }
  const missing = (await manager.state(unit)) === "not-found";
  // What does not exist does not run.
  if (missing && operation === "stop") return OCF_RUNNING;
  if (missing) throw new DbusError(`${SYSTEMD}.NoSuchUnit`, unit);
  if (operation === "start") await manager.overrides.put(unit);
  // The order goes before the stop: systemd would keep the unit up until our own unit is down, which
  // waits for exactly this stop while the node is drained.
  if (operation === "stop") {
    if (await manager.draining()) await manager.overrides.drop(unit);
    else manager.overrides.dropLater(unit);
  }
  const member = { start: "StartUnit", stop: "StopUnit", reload: "ReloadUnit" }[operation];
  const ended = manager.job(member, unit);
  if (operation !== "reload") void freeFromOurStop(manager, unit, ended, over);
  const result = await ended;
  if (operation === "stop") {
    return isUp(await settled(manager, unit, over)) ? OCF_ERROR : OCF_RUNNING;
  }
  if (result !== "done") return OCF_ERROR;
  if (operation === "reload") return OCF_RUNNING;
  return isUp(await settled(manager, unit, over)) ? OCF_RUNNING : OCF_ERROR;
}

/**
 * systemd puts a start or stop behind the stop of any unit that is ordered after it: our own, once somebody
 * asked for it, and that one waits for this job to end. Then the order goes, and the job may run.
 */
async function freeFromOurStop(
  manager: Manager,
  unit: string,
  ended: Promise<string>,
  over: () => boolean,
): Promise<void> {
  let waits = true;
  const stop = () => {
    waits = false;
  };
  ended.then(stop, stop);
  try {
    for (;;) {
      await Bun.sleep(POLL_MS);
      if (!waits || over()) return;
      if (!(await manager.draining())) continue;
      await manager.overrides.drop(unit);
      return;
    }
  } catch {
    // The job itself reports what is wrong with the connection.
  }
}

function isUp(state: string): boolean {
  return state === "active" || state === "reloading";
}

/** The unit's state once it is not on its way between two. */
async function settled(manager: Manager, unit: string, over: () => boolean): Promise<string> {
  for (;;) {
    const state = await manager.state(unit);
    if ((state !== "activating" && state !== "deactivating") || over()) return state;
    await Bun.sleep(POLL_MS);
  }
}

/** A service that was stopped and is not started again within this time has left this node. */
const DROP_MS = 10_000;

/**
 * The drop-ins of units that the cluster runs. systemd reads all its units again for each change,
 * which takes it a second and more on a busy machine: so a service that is only restarted keeps its.
 */
class Overrides {
  readonly #reload: () => Promise<void>;
  readonly #loaded = new Set<string>();
  readonly #leaving = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(reload: () => Promise<void>) {
    this.#reload = reload;
  }

  async put(unit: string): Promise<void> {
    this.#stay(unit);
    if (this.#loaded.has(unit)) return;
    override(unit, true);
    await this.#reload();
    this.#loaded.add(unit);
  }

  async drop(unit: string): Promise<void> {
    this.#stay(unit);
    this.#loaded.delete(unit);
    override(unit, false);
    await this.#reload();
  }

  dropLater(unit: string): void {
    this.#stay(unit);
    const drop = (): void => void this.drop(unit).catch(() => undefined);
    this.#leaving.set(unit, setTimeout(drop, DROP_MS));
  }

  /** systemd may be another one now: what it has read is not known. */
  forget(): void {
    this.#loaded.clear();
  }

  #stay(unit: string): void {
    clearTimeout(this.#leaving.get(unit));
    this.#leaving.delete(unit);
  }
}

/**
 * While the cluster runs a unit, systemd neither restarts it nor stops it before the cluster when
 * the machine shuts down. The file is in /run: after a boot it is gone.
 */
function override(unit: string, active: boolean): void {
  const folder = join("/run/systemd/system", `${unit}.d`);
  const file = join(folder, "50-pacemaker.conf");
  if (!active) {
    rmSync(file, { force: true });
    return;
  }
  makeOpenFolder(folder);
  const service = unit.endsWith(".service") ? "\n[Service]\nRestart=no\n" : "";
  writeFileSync(
    file,
    "[Unit]\nDescription=Cluster Controlled " +
      `${unit.replace(/\.[a-z]+$/, "")}\nBefore=${OWN_UNITS.join(" ")}\n${service}`,
  );
  // Everybody may read a unit.
  chmodSync(file, 0o644);
}

/** systemd's manager object, over a connection that is made when needed and made again when lost. */
class Manager {
  readonly #onChange: (unit: string) => void;
  #connection: Promise<DbusConnection> | null = null;
  /** Ends of jobs by object path: awaited, or come before they were awaited. */
  readonly #awaited = new Map<string, (result: string) => void>();
  readonly #ended = new Map<string, string>();
  readonly overrides = new Overrides(() => this.reload());

  constructor(onChange: (unit: string) => void) {
    this.#onChange = onChange;
  }

  /** Starts a job and gives its result: done, canceled, timeout, failed, dependency, skipped. */
  async job(member: string, unit: string): Promise<string> {
    const reply = await this.#call(MANAGER_PATH, MANAGER, member, [unit, "replace"]);
    const path = new Reader(reply.body).string();
    const early = this.#ended.get(path);
    if (early !== undefined) {
      this.#ended.delete(path);
      return early;
    }
    return new Promise((resolve) => this.#awaited.set(path, resolve));
  }

  /** The unit's active state (active, inactive, failed, activating …), or `not-found`. */
  async state(unit: string): Promise<string> {
    const loaded = await this.#call(MANAGER_PATH, MANAGER, "LoadUnit", [unit]);
    const path = new Reader(loaded.body).string();
    const [load, active] = await Promise.all([
      this.#property(path, "LoadState"),
      this.#property(path, "ActiveState"),
    ]);
    // A unit whose file was removed while it runs is still up.
    return load === "not-found" && !isUp(active) ? load : active;
  }

  /** The cluster's own unit is being stopped, so everything it runs here is, too. */
  async draining(): Promise<boolean> {
    const states = await Promise.all(OWN_UNITS.map((unit) => this.state(unit)));
    return states.includes("deactivating");
  }

  async reload(): Promise<void> {
    await this.#call(MANAGER_PATH, MANAGER, "Reload", []);
  }

  async #property(path: string, name: string): Promise<string> {
    const reply = await this.#call(path, PROPERTIES, "Get", [`${SYSTEMD}.Unit`, name]);
    return new Reader(reply.body).textVariant() ?? "";
  }

  async #call(path: string, name: string, member: string, words: string[]): Promise<DbusMessage> {
    const connection = await this.#connect();
    return connection.call({
      destination: SYSTEMD,
      path,
      interface: name,
      member,
      arguments: words,
    });
  }

  #connect(): Promise<DbusConnection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = null;
      throw error;
    });
    return this.#connection;
  }

  async #open(): Promise<DbusConnection> {
    const connection = await DbusConnection.open(
      (message) => this.#signal(message),
      () => this.#lost(),
    );
    // The match goes first: a job can end before the reply that names it.
    const matches = [
      `type='signal',sender='${SYSTEMD}',interface='${MANAGER}',member='JobRemoved'`,
      `type='signal',sender='${SYSTEMD}',interface='${PROPERTIES}',` +
        `member='PropertiesChanged',path_namespace='${MANAGER_PATH}/unit'`,
    ];
    for (const match of matches) {
      await connection.call({
        destination: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus",
        member: "AddMatch",
        arguments: [match],
      });
    }
    const subscribe = { interface: MANAGER, member: "Subscribe", arguments: [] };
    await connection.call({ destination: SYSTEMD, path: MANAGER_PATH, ...subscribe });
    return connection;
  }

  #signal(message: DbusMessage): void {
    if (message.member === "JobRemoved") {
      const reader = new Reader(message.body);
      reader.uint32();
      const path = reader.string();
      reader.string();
      this.#jobEnded(path, reader.string());
    } else if (message.member === "PropertiesChanged") {
      const changed = new Reader(message.body).string();
      if (changed === `${SYSTEMD}.Unit`) this.#onChange(unitOfPath(message.path));
    }
  }

  #jobEnded(path: string, result: string): void {
    const resolve = this.#awaited.get(path);
    if (resolve !== undefined) {
      this.#awaited.delete(path);
      resolve(result);
      return;
    }
    // Others start jobs too: only the last few can be ours.
    this.#ended.set(path, result);
    if (this.#ended.size > 64) this.#ended.delete(this.#ended.keys().next().value!);
  }

  #lost(): void {
    this.#connection = null;
    this.overrides.forget();
    for (const resolve of this.#awaited.values()) resolve("disconnected");
    this.#awaited.clear();
  }
}

/** `/org/freedesktop/systemd1/unit/nginx_2eservice` is nginx.service. */
function unitOfPath(path: string): string {
  const last = path.slice(path.lastIndexOf("/") + 1);
  return last.replace(/_([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
