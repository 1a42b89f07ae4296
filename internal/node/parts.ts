import type { Changes } from "./changes.ts";
import type { Effects } from "./effects.ts";
import type { Group } from "./group.ts";
import type { Leadership } from "./leadership.ts";
import type { Leaving } from "./leaving.ts";
import type { ClusterInfo } from "./local.ts";
import type { Membership } from "./membership.ts";
import type { NodeNames } from "./names.ts";
import type { Requests } from "./requests.ts";
import type { Rooms } from "./rooms.ts";
import type { NodeOptions } from "./types.ts";
import type { Watchdog } from "./watchdog.ts";
import type { Watchers } from "./watchers.ts";

/** What a node is put together from: its parts find each other here. */
export interface Parts {
  readonly options: NodeOptions;
  readonly names: NodeNames;
  readonly group: Group;
  readonly rooms: Rooms;
  readonly requests: Requests;
  readonly watchers: Watchers;
  readonly watchdog: Watchdog | null;
  readonly effects: Effects;
  readonly membership: Membership;
  readonly leadership: Leadership;
  readonly leaving: Leaving;
  readonly changes: Changes;
  /** The wall clock at this step. */
  nowMs(): number;
  info(): ClusterInfo;
}
