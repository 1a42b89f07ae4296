import { z } from "zod";
import type { Permission } from "./permissions.ts";

/** A command of the API: its JSON parameters become words of the pcs command line. */
export interface LibraryCommand {
  permission: Permission;
  /** Null: the parameters do not fit. */
  argv(input: unknown): string[] | null;
}

function command<T>(
  permission: Permission,
  schema: z.ZodType<T>,
  words: (input: T) => string[],
): LibraryCommand {
  return {
    permission,
    argv(input) {
      const checked = schema.safeParse(input);
      return checked.success ? words(checked.data) : null;
    },
  };
}

const Nodes = z.object({ node_names: z.array(z.string()) });
const Standby = Nodes.extend({ standby: z.boolean() });
const Maintenance = Nodes.extend({ maintenance: z.boolean() });
const Resources = z.object({ resource_or_tag_ids: z.array(z.string()).min(1) });

/** Commands of API v1 by NAME/VERSION; v2 names them with dots. */
export const libraryCommands: Record<string, LibraryCommand> = {
  "node-standby-unstandby/v1": command("write", Standby, (input) => [
    "node",
    input.standby ? "standby" : "unstandby",
    ...input.node_names,
  ]),
  "node-maintenance-unmaintenance/v1": command("write", Maintenance, (input) => [
    "node",
    input.maintenance ? "maintenance" : "unmaintenance",
    ...input.node_names,
  ]),
  "resource-enable/v1": command("write", Resources, (input) => [
    "resource",
    "enable",
    ...input.resource_or_tag_ids,
  ]),
  "resource-disable/v1": command("write", Resources, (input) => [
    "resource",
    "disable",
    ...input.resource_or_tag_ids,
  ]),
  "resource-manage/v1": command("write", Resources, (input) => [
    "resource",
    "manage",
    ...input.resource_or_tag_ids,
  ]),
  "resource-unmanage/v1": command("write", Resources, (input) => [
    "resource",
    "unmanage",
    ...input.resource_or_tag_ids,
  ]),
  "status-full-cluster-status-plaintext/v1": command("read", z.looseObject({}), () => ["status"]),
  "cluster-generate-cluster-uuid/v1": command("full", z.looseObject({}), () => [
    "cluster",
    "config",
    "uuid",
    "generate",
  ]),
};
