import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Ends a command that hangs, ms: on a busy machine one takes minutes, and no outcome is by time. */
const COMMAND_LIMIT_MS = 1_800_000;

/** Where our executable and its names stand in the root. */
const CANDIDATE = "/candidate/bin";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Why tests against a Debian root cannot run here; null when they can. */
export function debianRootMissing(...needs: string[]): string | null {
  const debian = process.env["MUSTER_DEBIAN_ROOT"] ?? "";
  if (debian === "") return "MUSTER_DEBIAN_ROOT is not set";
  for (const need of needs) {
    if (!existsSync(join(debian, need))) return `MUSTER_DEBIAN_ROOT has no ${need}`;
  }
  if (process.getuid?.() !== 0) return "it needs root to change into the Debian root";
  return existsSync(join(distFolder(), "muster")) ? null : "dist/muster is not built";
}

export function distFolder(): string {
  return process.env["MUSTER_DIST"] ?? join(resolve(import.meta.dir, "../.."), "dist");
}

function succeeds(...argv: string[]): boolean {
  return Bun.spawnSync(argv, { stdout: "ignore", stderr: "ignore" }).exitCode === 0;
}

/**
 * A root folder over the Debian one: what is written goes into a layer of its own that is thrown
 * away. Our executable is in /candidate/bin; with `replace` it also stands in the places of the
 * originals. Commands run without network and without sight of this machine's processes.
 */
export class DebianRoot {
  readonly path: string;
  readonly scratch: string;
  /** PATH inside. */
  readonly searchPath: string;
  readonly #mounts: string[] = [];

  constructor(which: "original" | "ours", replace = false) {
    this.scratch = mkdtempSync(join(tmpdir(), "muster-root-"));
    this.path = join(this.scratch, "merged");
    const first = which === "ours" ? `${CANDIDATE}:` : "";
    this.searchPath = `${first}/usr/sbin:/usr/bin:/sbin:/bin`;
    const [upper, work] = ["upper", "work"].map((name) => join(this.scratch, name));
    for (const folder of [upper!, work!, this.path]) mkdirSync(folder);
    const debian = process.env["MUSTER_DEBIAN_ROOT"]!;
    const layers = `lowerdir=${debian},upperdir=${upper},workdir=${work}`;
    this.#mount("-t", "overlay", "overlay", "-o", layers, this.path);
    this.#mount("--bind", "/dev", join(this.path, "dev"));
    this.#mount("-t", "proc", "proc", join(this.path, "proc"));
    mkdirSync(join(this.path, "candidate"));
    cpSync(join(distFolder(), "muster"), join(this.path, "candidate/muster"));
    succeeds("cp", "-a", join(distFolder(), "bin"), join(this.path, "candidate/bin"));
    if (replace) this.#replaceOriginals();
  }

  #mount(...words: string[]): void {
    if (!succeeds("mount", ...words)) {
      this.close();
      throw new Error(`mount ${words.join(" ")} failed`);
    }
    this.#mounts.unshift(words.at(-1)!);
  }

  #replaceOriginals(): void {
    for (const name of new Bun.Glob("*").scanSync({
      cwd: join(distFolder(), "bin"),
      onlyFiles: false,
    })) {
      for (const folder of ["usr/sbin", "usr/bin"]) {
        const place = join(this.path, folder, name);
        if (!existsSync(place)) continue;
        rmSync(place);
        symlinkSync("/candidate/muster", place);
      }
    }
  }

  /** Runs a command in the root, in the folder `cwd` of it. */
  run(
    argv: readonly string[],
    options: {
      env?: Record<string, string>;
      stdin?: string;
      cwd?: string;
      /** Longest time it may take. A command cut off has the code -1. */
      timeoutMs?: number;
    } = {},
  ): Outcome {
    const shell = `mount -t proc proc "$0/proc" && ip link set lo up; cd "$0/$1" || exit 99
      root=$0; shift; exec chroot "$root" /bin/sh -c 'cd "$0" && exec "$@"' "$@"`;
    const cwd = options.cwd ?? "/";
    const words = ["unshare", "--mount", "--pid", "--fork", "--net", "--ipc", "--uts"];
    const done = Bun.spawnSync([...words, "/bin/sh", "-c", shell, this.path, cwd, cwd, ...argv], {
      env: {
        PATH: this.searchPath,
        HOME: "/root",
        LC_ALL: "C.UTF-8",
        TZ: "UTC",
        USER: "root",
        ...options.env,
      },
      stdin: Buffer.from(options.stdin ?? ""),
      stdout: "pipe",
      stderr: "pipe",
      timeout: options.timeoutMs ?? COMMAND_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    const [stdout, stderr] = [done.stdout.toString(), done.stderr.toString()];
    return { code: done.exitCode ?? -1, stdout, stderr };
  }

  close(): void {
    let left = false;
    for (const mount of this.#mounts) left = !succeeds("umount", mount) || left;
    // With a mount left in place this must not reach into what is mounted.
    if (!left) rmSync(this.scratch, { recursive: true, force: true });
  }
}
