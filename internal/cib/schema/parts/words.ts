import type { FormSource } from "../language.ts";

/** Pieces of the notation that several element types share. */
export const ROLES = "Stopped|Started|Promoted|Unpromoted|Master|Slave";
export const ACTIONS = "start|promote|demote|stop";
export const KINDS = "Optional|Mandatory|Serialize";
export const DESCRIPTION = "description?";
export const REFERENCE: FormSource = { attributes: "id-ref:IDREF" };
