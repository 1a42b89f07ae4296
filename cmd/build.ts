/** Builds dist/muster, one executable, and dist/bin with a symlink for each face. Run with Bun. */
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { faces } from "./faces.ts";

const root = resolve(import.meta.dir, "..");
const dist = resolve(process.env["MUSTER_DIST"] ?? join(root, "dist"));
mkdirSync(dist, { recursive: true });

// Built aside and renamed: a running cluster keeps the executable that it was started with.
const target = join(dist, "muster");
const aside = join(dist, `.muster.${process.pid}`);
const entrypoints = [join(root, "cmd/main.ts")];
const worker = join(root, "cmd/engine/scheduler-worker.ts");
if (await Bun.file(worker).exists()) entrypoints.push(worker);
const built = Bun.spawnSync(
  [
    process.execPath,
    "build",
    "--compile",
    "--minify-syntax",
    "--minify-whitespace",
    "--bytecode",
    "--format=esm",
    // A piece for each face: what a hot tool does not use is not even looked at.
    "--splitting",
    ...entrypoints,
    "--outfile",
    aside,
  ],
  { stdout: "inherit", stderr: "inherit", cwd: dist },
);
if (built.exitCode !== 0) process.exit(built.exitCode);
renameSync(aside, target);

const bin = join(dist, "bin");
rmSync(bin, { recursive: true, force: true });
mkdirSync(bin);
for (const name of ["muster", ...Object.keys(faces)]) {
  if (faces[name]?.subcommand !== true) symlinkSync("../muster", join(bin, name));
}
console.log(`built ${target}`);
