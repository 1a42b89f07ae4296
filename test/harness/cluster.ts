import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Something did not go as it should; the message says what. */
export class ClusterError extends Error {
  override name = "ClusterError";
}

export interface Outcome {
  code: number;
  /** Standard output, then standard error. */
  output: string;
}

/** A sandbox driven from outside, by its commands alone. */
export class Cluster {
  readonly muster: string;
  readonly dir: string;
  readonly net: string;

  constructor(muster: string, dir: string, net: string) {
    this.muster = muster;
    this.dir = dir;
    this.net = net;
  }

  /** Runs `muster sandbox VERB …`; throws when it fails. */
  sandbox(verb: string, ...words: string[]): string {
    const done = this.#run([verb, "--dir", this.dir, ...words]);
    if (done.code !== 0) {
      throw new ClusterError(`sandbox ${verb} ${words.join(" ")} failed: ${done.output}`);
    }
    return done.output;
  }

  /** Runs a command on a node; the result is not judged. */
  exec(node: string, ...words: string[]): Outcome {
    return this.#run(["exec", "--dir", this.dir, node, "--", ...words]);
  }

  /** As {@link exec}, beside others. */
  async execAsync(node: string, ...words: string[]): Promise<Outcome> {
    const child = Bun.spawn(
      [this.muster, "sandbox", "exec", "--dir", this.dir, node, "--", ...words],
      {
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      },
    );
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, output: stdout + stderr };
  }

  /** Folder of a node: its MUSTER_ROOT. */
  root(node: string): string {
    return join(this.dir, node);
  }

  /** Pid of one of the node's own processes, or null when it does not run. */
  pid(node: string, name: "supervisor" | "ring" | "engine"): number | null {
    try {
      const { pid } = JSON.parse(read(join(this.root(node), "run/muster", `${name}.pid`))) as {
        pid: number;
      };
      return read(`/proc/${pid}/stat`) === "" ? null : pid;
    } catch {
      return null;
    }
  }

  /** The configuration section as a node has it, text by the byte. */
  configuration(node: string): string {
    const { code, output } = this.exec(node, "cibadmin", "-Q", "--scope", "configuration");
    if (code !== 0) throw new ClusterError(`cibadmin -Q on ${node} ended with ${code}: ${output}`);
    return output;
  }

  /** Runs a command on a node and shows it as a terminal would; throws when it fails. */
  show(node: string, ...words: string[]): void {
    console.log(`\n${node}# ${words.map((w) => (/\s/.test(w) ? `'${w}'` : w)).join(" ")}`);
    const { code, output } = this.exec(node, ...words);
    console.log(output.trimEnd());
    if (code !== 0) throw new ClusterError(`'${words.join(" ")}' ended with ${code}`);
  }

  /** The pid of a process of a node whose command line holds `word`. */
  serverPid(node: string, word: string): number {
    for (const pid of this.#processes(node)) {
      const line = read(`/proc/${pid}/cmdline`).split("\0");
      if (line.some((argument) => argument.endsWith(word))) return pid;
    }
    throw new ClusterError(`no process with '${word}' runs on ${node}`);
  }

  /** Waits until some node sees `count` members online and settled. */
  async untilOnline(count: number, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      for (const node of ["node1", "node2", "node3"]) {
        const { code, output } = this.exec(node, "crm_mon", "-1", "--output-as=xml");
        const online = [...output.matchAll(/<node [^>]*\bonline="true"[^>]*>/g)].filter(
          ([tag]) => !/pending="true"/.test(tag),
        );
        if (code === 0 && online.length === count) return;
      }
      if (performance.now() > deadline) throw new ClusterError(`${count} nodes are not online`);
      await Bun.sleep(200);
    }
  }

  /** Pids of the sandbox that still run. */
  leftovers(): number[] {
    return this.#processes("");
  }

  printLogs(): void {
    for (const node of ["node1", "node2", "node3"]) {
      for (const file of ["supervisor.log", "ring.log", "pacemaker/pacemaker.log"]) {
        const text = read(join(this.dir, node, "var/log", file));
        const lines = text.trimEnd().split("\n").slice(-40);
        console.error(`\n---- ${node} ${file}\n${lines.join("\n")}`);
      }
    }
  }

  #processes(node: string): number[] {
    const mark = `MUSTER_SANDBOX_NODE=${join(this.dir, node)}`;
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) =>
        read(`/proc/${pid}/environ`)
          .split("\0")
          .some((v) => v.startsWith(mark)),
      )
      .map(Number);
  }

  #run(words: string[]): Outcome {
    const done = Bun.spawnSync([this.muster, "sandbox", ...words], { stdin: "ignore" });
    return { code: done.exitCode, output: done.stdout.toString() + done.stderr.toString() };
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
