import type { Element } from "../../xml/mod.ts";

const ROLES = new Map([
  ["master", "Promoted"],
  ["slave", "Unpromoted"],
]);

/** A role by today's name: Master and Slave have become Promoted and Unpromoted. */
export function primaryRole(role: string): string {
  return ROLES.get(role.toLowerCase()) ?? role;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

/** Attributes as the outputs show them: without the id, roles by today's names. */
export function exportAttributes(element: Element): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of element.entries()) {
    if (name === "id") continue;
    const isRole = name === "role" || name === "rsc-role" || name === "with-rsc-role";
    result[name] = isRole ? primaryRole(capitalized(value)) : value;
  }
  return result;
}
