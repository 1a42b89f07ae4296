import type { Noun } from "../frame/route.ts";
import { showUsage } from "../frame/usage.ts";
import { nouns } from "../nouns/table.ts";
import { PCS_OPTIONS } from "./global-options.ts";

/** Usage of pcs as a whole. */
export function mainUsage(): string {
  return (
    "\nUsage: pcs [-f file] [-h] [commands]...\n" +
    "Configure and control a high-availability cluster.\n\nOptions:\n" +
    PCS_OPTIONS.map(([written, about]) => `    ${written.padEnd(34)}${about}\n`).join("") +
    "\nCommands:\n" +
    Object.keys(nouns)
      .map((noun) => `    ${noun}\n`)
      .join("")
  );
}

/** Help of a noun, or of the words below it. */
export function nounHelp(name: string, noun: Noun, words: readonly string[]): string {
  return showUsage(noun, [name, ...words]);
}

/** Help of every command. */
export async function fullUsage(): Promise<string> {
  const parts = [mainUsage()];
  for (const [name, load] of Object.entries(nouns)) parts.push(showUsage(await load(), [name]));
  return parts.join("").trimStart();
}
