import { spawn } from "node:child_process";
import { exitText } from "../../../internal/base/mod.ts";
import type { FenceEvent } from "../../../internal/status/mod.ts";
import type { Element } from "../../../internal/xml/mod.ts";
import type { Snapshot } from "./source.ts";

/** What an external agent is told of. */
export interface Notice {
  node: string;
  resource: string;
  task: string;
  description: string;
  rc: string;
  targetRc: string;
  status: string;
}

/** Runs a program for each operation (and fencing, if asked) that happened since the last look. */
export class ExternalAgent {
  readonly #program: string;
  readonly #recipient: string | null;
  readonly #watchFencing: boolean;
  #seen: Map<string, string> | null = null;
  #fenced: Set<string> | null = null;

  constructor(program: string, recipient: string | null, watchFencing: boolean) {
    this.#program = program;
    this.#recipient = recipient;
    this.#watchFencing = watchFencing;
  }

  /** The first look only remembers what there is. */
  look(snapshot: Snapshot): void {
    const { notices, seen } = newOperations(snapshot.cib, this.#seen);
    this.#seen = seen;
    for (const notice of notices) this.#run(notice);
    if (this.#watchFencing) this.#lookAtFencing(snapshot.fencing ?? []);
  }

  #lookAtFencing(events: readonly FenceEvent[]): void {
    const done = events.filter((event) => event.state !== "pending");
    const name = (event: FenceEvent) =>
      [event.target, event.action, event.origin, event.completedMs].join("\0");
    for (const event of done) {
      if (this.#fenced === null || this.#fenced.has(name(event))) continue;
      const result = event.state === "success" ? "OK" : (event.exitReason ?? "failed");
      this.#run({
        node: event.target,
        resource: "",
        task: "st_notify_fence",
        description: `Operation ${event.action} requested by ${event.origin} for peer ${event.target}: ${result}`,
        rc: event.state === "success" ? "0" : "1",
        targetRc: "0",
        status: "0",
      });
    }
    this.#fenced = new Set(done.map(name));
  }

  #run(notice: Notice): void {
    const env: Record<string, string> = {
      CRM_notify_node: notice.node,
      CRM_notify_rsc: notice.resource,
      CRM_notify_task: notice.task,
      CRM_notify_desc: notice.description,
      CRM_notify_rc: notice.rc,
      CRM_notify_target_rc: notice.targetRc,
      CRM_notify_status: notice.status,
    };
    if (this.#recipient !== null) env["CRM_notify_recipient"] = this.#recipient;
    const child = spawn(this.#program, [], { env: { ...process.env, ...env }, stdio: "ignore" });
    // A program that cannot be started must not end the watch.
    child.on("error", () => {});
  }
}

/** Completed operations that `before` does not have; all operations by place and content. */
export function newOperations(
  cib: Element,
  before: ReadonlyMap<string, string> | null,
): { notices: Notice[]; seen: Map<string, string> } {
  const seen = new Map<string, string>();
  const notices: Notice[] = [];
  for (const state of cib.first("status")?.elements("node_state") ?? []) {
    for (const op of state.descendants("lrm_rsc_op")) {
      const resource = op.parent?.id ?? "";
      const place = [state.id, resource, op.id].join("\0");
      const content = `${op.get("call-id")} ${op.get("transition-magic")}`;
      seen.set(place, content);
      if (before === null || before.get(place) === content || op.get("op-status") === "-1")
        continue;
      // A failure stands twice: as the last failure and as the last operation.
      if (op.id.endsWith("_last_failure_0")) continue;
      notices.push(noticeOf(op, state.get("uname") ?? state.id, resource));
    }
  }
  return { notices, seen };
}

function noticeOf(op: Element, node: string, resource: string): Notice {
  const rc = op.get("rc-code") ?? "0";
  const target = op.get("transition-key")?.split(":")[2] ?? rc;
  return {
    node,
    resource,
    task: op.get("operation") ?? "",
    description: rc === target ? "ok" : exitText(Number(rc)),
    rc,
    targetRc: target,
    status: op.get("op-status") ?? "0",
  };
}
