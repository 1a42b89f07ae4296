import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { errnoOf, errnoText } from "../../internal/host/errno-text.ts";
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { errOut, out } from "../io.ts";
import { getopt } from "./getopt.ts";

const SMALLEST = 128;
const LARGEST = 4096;
const USUAL = 256;
const EXIT_NOT_WRITTEN = 2;

const USAGE = `Usage: corosync-keygen [-k <keyfile>] [-s size] [-m <randomfile>] [-l] [-h]
     -k / --key-file=<filename> -  Write to the specified keyfile
            instead of the default /etc/corosync/authkey.
     -r / --random-file -  Random number source file. Default is 
            /dev/urandom. As an example /dev/random may be requested
            (that may require user input for entropy).
     -l / --less-secure - Not used, option is kept only
            for compatibility.
     -s / --size -  Length of key.
     -h / --help -  Print basic usage.

`;

export function main(argv: string[], name: string): number {
  const long = { "key-file": "k", "random-file": "r", "less-secure": "l", size: "s", help: "h" };
  const parsed = getopt(name, argv, "k:r:s:lh", long);
  if (!parsed.ok) {
    errOut(parsed.message);
    out("Error parsing command line options.\n");
    return 1;
  }
  let file = underRoot(Paths.corosyncAuthkey);
  let source = "/dev/urandom";
  let size = USUAL;
  for (const { letter, argument } of parsed.options) {
    if (letter === "h") {
      out(USAGE);
      return 0;
    }
    if (letter === "k") file = argument;
    if (letter === "r") source = argument;
    if (letter === "s") size = /^\d+$/.test(argument) ? Number(argument) : 0;
  }
  if (size < SMALLEST || size > LARGEST) {
    errOut(`${name}: Unsupported key size (supported <${SMALLEST},${LARGEST}>)\n\n`);
    return 1;
  }
  out("Corosync Cluster Engine Authentication key generator.\n");
  out(`Gathering ${size * 8} bits for key from ${source}.\n`);
  if (source === "/dev/random") out("Press keys on your keyboard to generate entropy.\n");
  let key: Uint8Array | null;
  try {
    key = gather(source, size);
  } catch (error) {
    errOut(`${name}: Failed to open random source: ${wordsOf(error)}\n`);
    return 1;
  }
  if (key === null) {
    errOut(`${name}: Could not read ${source}\n`);
    return 1;
  }
  try {
    rmSync(file, { force: true });
    writeFileSync(file, key, { mode: 0o400 });
    chmodSync(file, 0o400);
  } catch (error) {
    errOut(`${name}: Could not create ${file}: ${wordsOf(error)}\n`);
    return EXIT_NOT_WRITTEN;
  }
  out(`Writing corosync key to ${file}.\n`);
  return 0;
}

function wordsOf(error: unknown): string {
  const code = errnoOf(error);
  return errnoText(code) ?? code;
}

/** Null when the source ends too early; throws when it cannot be opened. */
function gather(source: string, size: number): Uint8Array | null {
  if (source === "/dev/urandom") return randomBytes(size);
  const fd = openSync(source, "r");
  const key = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const count = readSync(fd, key, at, size - at, null);
    if (count === 0) break;
    at += count;
  }
  closeSync(fd);
  return at === size ? key : null;
}
