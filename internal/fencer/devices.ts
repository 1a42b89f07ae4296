import type { Bench, Work } from "./bench.ts";
import type { FenceConfiguration } from "./configuration.ts";
import type { Context } from "./context.ts";
import {
  type HostCheck,
  hasHost,
  hostCheck,
  inStaticList,
  parseHostList,
  portOf,
  runsOnTarget,
  supports,
} from "./device-parameters.ts";
import { because } from "./reason-text.ts";
import type { FenceAction, FenceDevice } from "./types.ts";

/** How long what a device said of its ports is believed. */
const LIST_MS = 60_000;
/** For the agent actions that find out what a device can fence. */
const ASK_MS = 20_000;
/** How long, and how often, the meta-data of an agent is waited for that decides on unfencing. */
const INFO_MS = 200;
const INFO_TRIES = 25;

interface Listed {
  ports: string[];
  atMs: number;
}

/** The devices that this node may use, and what they can fence. */
export class Devices {
  readonly #context: Context;
  readonly #bench: Bench;
  #configuration: FenceConfiguration = {
    devices: [],
    levels: [],
    watchdog: null,
    nodeAttributes: new Map(),
  };
  /** Registered by a start on this node though the CIB does not have them here. */
  readonly #registered = new Map<string, FenceDevice>();
  readonly #verified = new Set<string>();
  readonly #lists = new Map<string, Listed>();
  /** Devices whose list never worked, and that nobody told to be asked for one. */
  readonly #unlistable = new Set<string>();

  constructor(context: Context, bench: Bench) {
    this.#context = context;
    this.#bench = bench;
  }

  get configuration(): FenceConfiguration {
    return this.#configuration;
  }

  configure(configuration: FenceConfiguration): void {
    for (const device of configuration.devices) {
      // Asked now, the agent's meta-data is there when it is needed.
      this.#context.options.agentInfo(device.agent);
      const old = this.get(device.id);
      if (old !== undefined && !sameDevice(old, device)) {
        this.#forget(device.id);
      }
    }
    this.#configuration = configuration;
  }

  register(device: FenceDevice): void {
    this.#registered.set(device.id, device);
  }

  remove(id: string): void {
    this.#registered.delete(id);
    this.#forget(id);
  }

  #forget(id: string): void {
    this.#verified.delete(id);
    this.#lists.delete(id);
    this.#unlistable.delete(id);
  }

  #check(device: FenceDevice): HostCheck {
    if (this.#unlistable.has(device.id)) return "status";
    return hostCheck(device, this.#context.options.agentInfo(device.agent));
  }

  /** What the CIB says of a device goes before what a start said of it. */
  get(id: string): FenceDevice | undefined {
    return (
      this.#configuration.devices.find((device) => device.id === id) ?? this.#registered.get(id)
    );
  }

  all(): FenceDevice[] {
    const configured = this.#configuration.devices;
    const ids = new Set(configured.map((device) => device.id));
    return [...configured, ...[...this.#registered.values()].filter((d) => !ids.has(d.id))];
  }

  isVerified(id: string): boolean {
    return this.#verified.has(id);
  }

  /** A monitor succeeded or failed here. */
  verify(id: string, works: boolean): void {
    if (works) this.#verified.add(id);
    else this.#verified.delete(id);
  }

  /** Devices that can fence a target, as far as that is known without asking any. */
  known(target: string): FenceDevice[] {
    return this.all().filter((device) => this.#knownFor(device, target) === true);
  }

  /** Finds the devices that can do `action` to a target; asks those that have to be asked. */
  find(
    target: string,
    action: FenceAction,
    done: (devices: FenceDevice[]) => void,
    tries = INFO_TRIES,
  ): void {
    // Whether a device has to unfence, and where, its agent alone says.
    if (action === "on" && tries > 0 && this.#unknownAgents()) {
      const timer = this.#context.newId("f:info:");
      this.#context.setTimer(timer, INFO_MS, () => this.find(target, action, done, tries - 1));
      return;
    }
    const able: FenceDevice[] = [];
    const candidates = this.all().filter((device) => this.#allowed(device, target, action));
    let open = candidates.length;
    if (open === 0) {
      done([]);
      return;
    }
    for (const device of candidates) {
      this.#canFence(device, target, (can) => {
        if (can) able.push(device);
        open -= 1;
        // In the order of the configuration, not of the answers.
        if (open === 0) done(candidates.filter((candidate) => able.includes(candidate)));
      });
    }
  }

  #unknownAgents(): boolean {
    return this.all().some(({ agent }) => this.#context.options.agentInfo(agent) === null);
  }

  #allowed(device: FenceDevice, target: string, action: FenceAction): boolean {
    const info = this.#context.options.agentInfo(device.agent);
    if (runsOnTarget(action, info) && target !== this.#context.self) return false;
    if (supports(device, action, info)) return true;
    // A reboot is also off and on.
    return action === "reboot" && supports(device, "off", info);
  }

  /** Null when the device has to be asked. */
  #knownFor(device: FenceDevice, target: string): boolean | null {
    const check = this.#check(device);
    if (check === "none") return true;
    if (check === "static-list") return inStaticList(device, target);
    if (check === "status") return null;
    const listed = this.#lists.get(device.id);
    if (listed === undefined || this.#context.nowMs - listed.atMs > LIST_MS) return null;
    return hasHost(listed.ports, portOf(device, target));
  }

  #canFence(device: FenceDevice, target: string, done: (can: boolean) => void): void {
    const known = this.#knownFor(device, target);
    if (known !== null) {
      done(known);
      return;
    }
    const check = this.#check(device);
    if (check === "status") {
      // 0 is on and 2 is off: either way the device knows the target.
      this.#bench.perform(device, "status", target, ASK_MS, (work) =>
        done(work.ok || (work.status === 4 && work.code === 2)),
      );
      return;
    }
    this.#bench.perform(device, "list", null, ASK_MS, (work) => {
      this.#listed(device, work);
      const listed = this.#lists.get(device.id);
      done(listed !== undefined && hasHost(listed.ports, portOf(device, target)));
    });
  }

  #listed(device: FenceDevice, work: Work): void {
    const { nowMs } = this.#context;
    if (work.ok) {
      this.#lists.set(device.id, { ports: parseHostList(work.output), atMs: nowMs });
      return;
    }
    const before = this.#lists.get(device.id);
    const kept = before === undefined ? "" : "; what it said before still counts";
    const why = because(work.reason);
    this.#context.log("warning", `${device.id} could not list what it fences${why}${kept}`);
    if (before !== undefined || device.parameters["pcmk_host_check"] !== undefined) return;
    this.#context.log("notice", `Switching to pcmk_host_check='status' for ${device.id}`);
    this.#unlistable.add(device.id);
  }
}

function sameDevice(a: FenceDevice, b: FenceDevice): boolean {
  return a.agent === b.agent && JSON.stringify(a.parameters) === JSON.stringify(b.parameters);
}
