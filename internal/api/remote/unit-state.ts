import type { PcsdWorld } from "../world.ts";

/** What systemd says of a service of this machine. */
export async function unitState(world: PcsdWorld, unit: string) {
  const shown = await world.run([
    "systemctl",
    "show",
    "--property=LoadState,ActiveState,UnitFileState",
    `${unit}.service`,
  ]);
  const values = new Map(
    shown.stdout.split("\n").map((line) => line.split("=", 2) as [string, string]),
  );
  return {
    installed: values.get("LoadState") === "loaded",
    enabled: values.get("UnitFileState") === "enabled",
    running: values.get("ActiveState") === "active",
  };
}
