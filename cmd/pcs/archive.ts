import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { err, Limits, ok, type Result } from "../../internal/base/mod.ts";
import { disk } from "../../internal/host/disk.ts";
import type { ArchiveEntry } from "../../internal/pcs/mod.ts";
import { fileErrorText } from "./file-errors.ts";

/** Archives as pcs makes them: tar, compressed by bzip2, both run as programs. */
export const archive = { pack, unpack };

async function pack(
  entries: readonly ArchiveEntry[],
  path: string | null,
): Promise<Result<null, string>> {
  return inScratch(async (folder) => {
    for (const { name, content } of entries) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    }
    const names = [...new Set(entries.map(({ name }) => name.split("/")[0]!))];
    const packed = await tar(["-cj", "-C", folder, ...names], null);
    if (!packed.ok) return packed;
    try {
      if (path !== null) disk.writeAtomic(path, packed.value, 0o600);
      else await Bun.write(Bun.stdout, packed.value);
      return ok(null);
    } catch (error) {
      return err(fileErrorText(error));
    }
  });
}

async function unpack(path: string | null): Promise<Result<ArchiveEntry[], string>> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path ?? "/dev/stdin");
  } catch (error) {
    return err(path === null ? fileErrorText(error) : `'${path}': ${fileErrorText(error)}`);
  }
  if (bytes.length > Limits.archiveBytes) return err("the archive is too big");
  return inScratch(async (folder) => {
    // Nothing leads out of the folder: tar takes no absolute names and no '..' by itself.
    const done = await tar(
      ["-xj", "--no-same-owner", "--no-same-permissions", "-C", folder],
      bytes,
    );
    return done.ok ? ok(filesBelow(folder)) : done;
  });
}

function filesBelow(folder: string, prefix = ""): ArchiveEntry[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = join(prefix, entry.name);
    if (entry.isDirectory()) return filesBelow(folder, name);
    // A link could lead anywhere.
    return entry.isFile() ? [{ name, content: readFileSync(join(folder, name)) }] : [];
  });
}

async function tar(words: string[], input: Uint8Array | null): Promise<Result<Uint8Array, string>> {
  let child: Bun.Subprocess<"ignore" | Uint8Array, "pipe", "pipe">;
  try {
    const stdin = input ?? "ignore";
    child = Bun.spawn(["tar", ...words], { stdin, stdout: "pipe", stderr: "pipe" });
  } catch {
    return err("tar is not installed");
  }
  const [stdout, stderr] = await Promise.all([child.stdout.bytes(), child.stderr.text()]);
  return (await child.exited) === 0
    ? ok(stdout)
    : err(stderr.trim().split("\n")[0] ?? "tar failed");
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "muster-archive-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
