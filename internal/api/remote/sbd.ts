import { z } from "zod";
import { type RemoteCommand, RemoteError } from "./types.ts";
import { unitState } from "./unit-state.ts";

const CONFIG = "/etc/default/sbd";
const Devices = z.array(z.string());

/** Whether sbd is on this machine; watchdog and devices of the request are looked at if named. */
const checkSbd: RemoteCommand = {
  permission: "read",
  async handle(world, parameters) {
    const is = (path: string, flag: string) =>
      world.run(["test", flag, path]).then(({ code }) => code === 0);
    const answer: Record<string, unknown> = { sbd: await unitState(world, "sbd") };
    const watchdog = parameters["watchdog"] ?? "";
    if (watchdog !== "") {
      const device = await is(watchdog, "-c");
      answer["watchdog"] = {
        path: watchdog,
        exist: await is(watchdog, "-e"),
        is_supported: device,
      };
    }
    const devices = deviceList(parameters["device_list"]).map(async (path) => ({
      path,
      exist: await is(path, "-e"),
      block_device: await is(path, "-b"),
    }));
    return { ...answer, device_list: await Promise.all(devices) };
  },
};

function deviceList(given: string | undefined): string[] {
  if (given === undefined) return [];
  try {
    const parsed = Devices.safeParse(JSON.parse(given));
    if (parsed.success) return parsed.data;
  } catch {
    // As below.
  }
  throw new RemoteError("Invalid input data format");
}

/** The text of sbd's environment file. */
const sbdConfig: RemoteCommand = {
  permission: "read",
  handle(world) {
    const content = world.disk.read(world.path(CONFIG));
    if (content === null) throw new RemoteError(`Unable to get SBD configuration: no ${CONFIG}`);
    return Buffer.from(content).toString();
  },
};

/** Watchdog fencing off: nodes that join a cluster bring none of their own. */
const sbdDisable: RemoteCommand = {
  permission: "write",
  async handle(world) {
    const { installed } = await unitState(world, "sbd");
    if (installed) {
      const done = await world.run(["systemctl", "disable", "sbd.service"]);
      if (done.code !== 0) throw new RemoteError(done.stderr.trim());
    }
    return "SBD disabled";
  },
};

export const sbdCommands: Record<string, RemoteCommand> = {
  check_sbd: checkSbd,
  get_sbd_config: sbdConfig,
  sbd_disable: sbdDisable,
};
