/**
 * Writes manual pages and shell completions for every program, from the tables that `--help` prints.
 * Usage: `bun run cmd/manual/main.ts EXECUTABLE FOLDER`; FOLDER gets man8, bash and zsh.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../internal/base/version.ts";
import type { Noun } from "../../internal/pcs/frame/route.ts";
import { PCS_OPTIONS } from "../../internal/pcs/help/global-options.ts";
import { nouns } from "../../internal/pcs/nouns/table.ts";
import { faces } from "../faces.ts";
import { bashOptions, PCS_BASH, PCS_ZSH, zshOptions } from "./completion.ts";
import { type Help, readHelp } from "./help-text.ts";
import { pcsPage, programPage } from "./roff.ts";

/** Daemons and our own door have no `--help` of their own shape: a line says what they are. */
const DAEMONS = ["corosync", "pacemakerd", "pcsd"];

function helpOf(executable: string, name: string, summary: string): Help {
  if (DAEMONS.includes(name)) return readHelp(name, summary, "");
  // The originals' own tools of Corosync know the short one alone.
  const asked = name.startsWith("corosync-") ? "-h" : "--help";
  const run = Bun.spawnSync([executable, name, asked], { stdin: "ignore", stderr: "pipe" });
  const text = run.stdout.toString() + run.stderr.toString();
  return readHelp(name, summary, text);
}

async function write(executable: string, folder: string): Promise<number> {
  const put = (kind: string, name: string, text: string) => {
    mkdirSync(join(folder, kind), { recursive: true });
    writeFileSync(join(folder, kind, name), text);
  };
  let pages = 0;
  for (const [name, face] of Object.entries(faces)) {
    if (face.subcommand === true || name === "pcs") continue;
    const help = helpOf(executable, name, face.summary);
    put("man8", `${name}.8`, programPage(help, VERSION));
    pages += 1;
    if (help.sections.length === 0) continue;
    put("bash", name, bashOptions(help));
    put("zsh", `_${name}`, zshOptions(help));
  }
  const tree: [string, Noun][] = [];
  for (const [name, load] of Object.entries(nouns)) tree.push([name, await load()]);
  put("man8", "pcs.8", pcsPage(tree, PCS_OPTIONS, VERSION));
  put("man8", "muster.8", programPage(ownHelp(executable), VERSION));
  put("bash", "pcs", PCS_BASH);
  put("zsh", "_pcs", PCS_ZSH);
  return pages + 2;
}

function ownHelp(executable: string): Help {
  const text = Bun.spawnSync([executable, "--help"]).stdout.toString();
  return readHelp("muster", "a complete high-availability cluster in one executable", text);
}

const [executable, folder] = process.argv.slice(2);
if (executable === undefined || folder === undefined) {
  console.error("usage: bun run cmd/manual/main.ts EXECUTABLE FOLDER");
  process.exit(1);
}
console.log(`${await write(executable, folder)} manual pages in ${folder}`);
