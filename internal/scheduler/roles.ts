import type { Role } from "./constants.ts";
import type { Resource } from "./resource.ts";

/** Sets the role a resource is to have. */
export function setNextRole(resource: Resource, role: Role): void {
  resource.nextRole = role;
}
