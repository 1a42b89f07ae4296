import { CAPABILITIES } from "./capabilities.ts";

/** The version of pcs that we stand in for. */
const PCS_VERSION = "0.12.0.2";

/** Answer of `--version`, with the list of capabilities when `full`. */
export function versionText(full: boolean): string {
  return full ? `${PCS_VERSION}\n${CAPABILITIES.join(" ")}\n` : `${PCS_VERSION}\n`;
}
