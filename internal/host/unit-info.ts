import { DbusConnection } from "./dbus.ts";
import { Reader } from "./dbus-wire.ts";

/** What systemd says of a unit. */
export interface UnitInfo {
  description: string;
  /** `loaded`, `not-found`, `masked`, `error` … */
  load: string;
  /** `active`, `inactive`, `failed`, `activating` … */
  active: string;
}

/** Whether a service runs and whether it starts with the machine. */
export interface ServiceState {
  running: boolean;
  enabled: boolean;
}

const SYSTEMD = "org.freedesktop.systemd1";
/** A bus that answers takes milliseconds; beyond this `systemctl` is asked, which needs no bus. */
const BUS_LIMIT_MS = 2000;
/** Units in one question: some hundreds are usual on a machine. */
const LARGEST_BATCH = 512;
/** States of a unit file with which `systemctl is-enabled` is content. */
const ENABLED = ["enabled", "enabled-runtime", "static", "alias", "indirect", "generated"];

/**
 * One unit by its full name, null for one that systemd has no answer for. What is asked within one
 * turn goes to systemd as one question: a process for each unit takes a hundred times as long.
 */
export const unitInfo = together<UnitInfo>(
  async (units) => (await overBus((bus) => listed(bus, units))) ?? (await shown(units)),
);

/** A service by its name without `.service`, asked in the same way. */
export const serviceState = together<ServiceState>(async (names) => {
  const units = names.map((name) => `${name}.service`);
  const states = (await overBus((bus) => statesOnBus(bus, units))) ?? (await shownStates(units));
  return new Map(names.map((name, at) => [name, states[at]!]));
});

/** Makes one question of all that are asked within a turn. */
function together<T>(ask: (names: string[]) => Promise<Map<string, T>>) {
  let waiting: { name: string; answer: (value: T | null) => void }[] = [];
  const askAll = async (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    for (let at = 0; at < asked.length; at += LARGEST_BATCH) {
      const batch = asked.slice(at, at + LARGEST_BATCH);
      const values = await ask([...new Set(batch.map(({ name }) => name))]);
      for (const { name, answer } of batch) answer(values.get(name) ?? null);
    }
  };
  return (name: string): Promise<T | null> => {
    // A template is no unit, and one of them in the list would fail the whole question.
    if (name.includes("@.")) return Promise.resolve(null);
    return new Promise((answer) => {
      if (waiting.length === 0) setTimeout(() => void askAll(), 0);
      waiting.push({ name, answer });
    });
  };
}

async function statesOnBus(bus: DbusConnection, units: string[]): Promise<ServiceState[]> {
  const files = Promise.all(units.map((unit) => fileState(bus, unit)));
  const [infos, enabled] = await Promise.all([listed(bus, units), files]);
  return units.map((unit, at) => state(infos.get(unit)?.active, enabled[at]));
}

function state(active: string | undefined, file: string | undefined): ServiceState {
  // What `systemctl is-active` counts as active.
  const running = ["active", "reloading", "refreshing"].includes(active ?? "");
  return { running, enabled: ENABLED.includes(file ?? "") };
}

/** Null when the bus cannot be asked or does not answer as expected. */
async function overBus<T>(question: (bus: DbusConnection) => Promise<T>): Promise<T | null> {
  let bus: DbusConnection | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), BUS_LIMIT_MS);
  });
  const work = async (): Promise<T | null> => {
    try {
      bus = await DbusConnection.open(
        () => undefined,
        () => undefined,
      );
      return await question(bus);
    } catch {
      return null;
    }
  };
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
    (bus as DbusConnection | null)?.close();
  }
}

function manager(bus: DbusConnection, member: string, argument: string | string[]) {
  return bus.call({
    destination: SYSTEMD,
    path: "/org/freedesktop/systemd1",
    interface: `${SYSTEMD}.Manager`,
    member,
    arguments: [argument],
  });
}

/** The answer has the units in the order of the question, by their first names if they have several. */
async function listed(bus: DbusConnection, units: string[]): Promise<Map<string, UnitInfo>> {
  const infos = unitList((await manager(bus, "ListUnitsByNames", units)).body);
  if (infos.length !== units.length) throw new RangeError("not every unit was answered for");
  return new Map(units.map((unit, at) => [unit, infos[at]!]));
}

/** Reads the answer to ListUnitsByNames, `a(ssssssouso)`. */
export function unitList(body: Buffer): UnitInfo[] {
  const reader = new Reader(body);
  const length = reader.uint32();
  reader.align(8);
  const end = reader.at + length;
  const infos: UnitInfo[] = [];
  while (reader.at < end) {
    reader.align(8);
    reader.string();
    const [description, load, active] = [reader.string(), reader.string(), reader.string()];
    // Substate, the unit followed, the object.
    for (let skipped = 0; skipped < 3; skipped += 1) reader.string();
    reader.uint32();
    reader.string();
    reader.string();
    infos.push({ description, load, active });
  }
  return infos;
}

async function fileState(bus: DbusConnection, unit: string): Promise<string> {
  try {
    return new Reader((await manager(bus, "GetUnitFileState", unit)).body).string();
  } catch {
    // There is no such file.
    return "";
  }
}

/** The same by a program, for machines without a bus. */
async function show(units: readonly string[], properties: string): Promise<string[]> {
  try {
    const argv = ["systemctl", "show", `--property=${properties}`, "--", ...units];
    const child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
    return (await child.stdout.text()).split("\n\n");
  } catch {
    // No systemd on this machine.
    return [];
  }
}

const field = (block: string | undefined, name: string): string =>
  new RegExp(`^${name}=(.*)$`, "m").exec(block ?? "")?.[1] ?? "";

async function shown(units: string[]): Promise<Map<string, UnitInfo>> {
  const blocks = await show(units, "LoadState,ActiveState,Description");
  return new Map(
    units.map((unit, at) => [
      unit,
      {
        description: field(blocks[at], "Description"),
        load: field(blocks[at], "LoadState"),
        active: field(blocks[at], "ActiveState"),
      },
    ]),
  );
}

async function shownStates(units: string[]): Promise<ServiceState[]> {
  const blocks = await show(units, "ActiveState,UnitFileState");
  return units.map((_, at) =>
    state(field(blocks[at], "ActiveState"), field(blocks[at], "UnitFileState")),
  );
}
