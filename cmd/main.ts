import { basename } from "node:path";
import { VERSION } from "../internal/base/version.ts";
import { type Face, faces } from "./faces.ts";
import { errOut, out } from "./io.ts";

/** Exit code of a defect of ours: crm_exit_t's SOFTWARE. */
const INTERNAL_ERROR = 70;

/** The multi-call door: the name we were called by, else the first word, picks the face. */
async function door(argv0: string, words: string[]): Promise<number> {
  const called = basename(argv0);
  const own = lookup(called);
  if (own !== undefined && own.subcommand !== true) return run(own, words, called);
  const first = words[0];
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    out(help());
    return first === undefined ? 1 : 0;
  }
  if (first === "--version") {
    out(`muster ${VERSION}\n`);
    return 0;
  }
  const face = lookup(first);
  if (face !== undefined) return run(face, words.slice(1), first);
  errOut(`muster: '${first}' is no face of muster. See 'muster --help'.\n`);
  return 1;
}

function lookup(name: string): Face | undefined {
  return Object.hasOwn(faces, name) ? faces[name] : undefined;
}

async function run(face: Face, argv: string[], name: string): Promise<number> {
  const module = await face.load();
  try {
    return await module.main(argv, name);
  } catch (error) {
    // A defect of ours. The user gets one line; who looks into it asks for the rest.
    const { message, stack } = error as Error;
    errOut(`${name}: internal error: ${message} (MUSTER_TRACE=1 shows where)\n`);
    if (process.env["MUSTER_TRACE"] !== undefined) errOut(`${stack}\n`);
    return INTERNAL_ERROR;
  }
}

function help(): string {
  const row = ([name, face]: [string, Face]) => `  ${name.padEnd(24)} ${face.summary}\n`;
  const all = Object.entries(faces).sort(([a], [b]) => a.localeCompare(b));
  return (
    "muster: a complete high-availability cluster in one executable\n\n" +
    "Usage: muster COMMAND [ARGUMENTS]\n\nOwn commands:\n" +
    all
      .filter(([, f]) => f.subcommand === true)
      .map(row)
      .join("") +
    "\nPrograms, also under their own names:\n" +
    all
      .filter(([, f]) => f.subcommand !== true)
      .map(row)
      .join("") +
    "\n'muster COMMAND --help' tells more of each.\n"
  );
}

process.exitCode = await door(process.argv0, process.argv.slice(2));
if (process.exitCode !== undefined) process.exit(process.exitCode);
