import { describe, expect, test } from "bun:test";
import { constants, mkdtempSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WatchdogDevice } from "../../../internal/host/watchdog-device.ts";

const folder = mkdtempSync(join(tmpdir(), "watchdog-"));

describe("a watchdog device", () => {
  test("a FIFO gets a byte for each feeding, and V at the end", () => {
    const path = join(folder, "fifo");
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const device = WatchdogDevice.open(path, 5000);
    device.feed();
    device.feed();
    device.disarm();
    const got = Buffer.alloc(8);
    expect(got.toString("latin1", 0, readSync(reader, got))).toBe("11V");
  });

  test("a FIFO that nobody reads is no error when it is full", () => {
    const path = join(folder, "full");
    Bun.spawnSync(["mkfifo", path]);
    const device = WatchdogDevice.open(path, 5000);
    for (let count = 0; count < 70_000; count += 1) device.feed();
  });

  test("a regular file does not grow", () => {
    const path = join(folder, "file");
    writeFileSync(path, "");
    const device = WatchdogDevice.open(path, 5000);
    device.feed();
    device.feed();
    expect(readFileSync(path, "latin1")).toBe("1");
  });

  test("none there, and a device that is no watchdog: refused", () => {
    expect(() => WatchdogDevice.open(join(folder, "absent"), 5000)).toThrow("ENOENT");
    expect(() => WatchdogDevice.open("/dev/null", 5000)).toThrow("no watchdog device");
  });
});
