import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Limits } from "../base/mod.ts";
import { diskDigest } from "../cib/mod.ts";
import type { Ground } from "../node/mod.ts";
import { Element, parseXml, printXml } from "../xml/mod.ts";
import { disk } from "./disk.ts";
import { giveToCluster } from "./ownership.ts";

const FILE = "cib.xml";
const SIGNATURE = "cib.xml.sig";
/** Digest of the content that is being put in place; stays only when power fails in between. */
const NEXT_SIGNATURE = "cib.xml.sig.next";
/** Number of the next backup. */
const LAST = "cib.last";
/**
 * Grounds of copies that were changed without quorum: `DIGEST ADMIN_EPOCH EPOCH`, a line each. A copy that
 * is not in it, one that was edited by hand for instance, is its own ground.
 */
const GROUNDS = "cib.grounds";

export interface LoadedCib {
  cib: Element;
  /** What the CIB stands on; null: on itself. */
  ground: Ground | null;
  /** What an administrator must know, most important first. */
  remarks: { level: "error" | "warning" | "notice"; message: string }[];
}

/** The CIB's folder: cib.xml with its digest, and numbered backups of what was there before. */
export class CibStorage {
  #folder: string;
  /** The lines of cib.grounds, once they were read: nobody else writes them. */
  #grounds: string[] | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads the CIB. A damaged one is moved aside, and the newest backup that is whole is taken; with
   * none, an empty CIB. Never throws for what is in the files.
   */
  load(): LoadedCib {
    const remarks: LoadedCib["remarks"] = [];
    const found = this.#read(FILE, [SIGNATURE, NEXT_SIGNATURE]);
    if (found.state === "good") return { cib: found.cib, ground: this.#groundOf(found), remarks };
    if (found.state === "bad") {
      const kept = this.#keepBad();
      const message = `${join(this.#folder, FILE)} is damaged (${found.reason}); kept as ${kept}`;
      remarks.push({ level: "error", message });
    }
    for (const name of this.#backups()) {
      const backup = this.#read(name, [`${name}.sig`]);
      if (backup.state === "bad") {
        const message = `Backup ${name} is damaged (${backup.reason})`;
        remarks.push({ level: "warning", message });
      }
      if (backup.state !== "good") continue;
      const { cib } = backup;
      const version = `${cib.get("admin_epoch")}.${cib.get("epoch")}`;
      const message = `Continuing with backup ${name}, version ${version}`;
      remarks.push({ level: found.state === "bad" ? "error" : "warning", message });
      return { cib, ground: this.#groundOf(backup), remarks };
    }
    if (found.state === "bad") {
      const message = "No backup is usable: starting with an empty configuration";
      remarks.push({ level: "error", message });
    }
    return { cib: emptyCib(), ground: null, remarks };
  }

  /** Puts a CIB in place; when this returns it survives loss of power. Throws when it does not. */
  save(cib: Element, ground: Ground | null): void {
    if (!existsSync(this.#folder)) {
      mkdirSync(this.#folder, { recursive: true, mode: 0o750 });
      giveToCluster(this.#folder);
    }
    this.#backUp();
    const text = `${printXml(cib, { pretty: true })}`;
    const digest = diskDigest(cib);
    const signature = this.#aside(SIGNATURE, digest);
    const content = this.#aside(FILE, text);
    this.#keepGround(digest, ground);
    // At any moment one of the two signatures fits the file that is in place.
    renameSync(signature, this.#path(NEXT_SIGNATURE));
    renameSync(content, this.#path(FILE));
    renameSync(this.#path(NEXT_SIGNATURE), this.#path(SIGNATURE));
    syncFolder(this.#folder);
  }

  /** Before the copy is in place; what is said of those before it, backups among them, stays. */
  #keepGround(digest: string, ground: Ground | null): void {
    const before = this.#readGrounds();
    const others = before.filter((line) => !line.startsWith(`${digest} `));
    if (ground === null && others.length === before.length) return;
    const added = ground === null ? [] : [`${digest} ${ground.join(" ")}`];
    const lines = [...others, ...added].slice(-Limits.cibBackups);
    const text = lines.map((line) => `${line}\n`).join("");
    renameSync(this.#aside(GROUNDS, text), this.#path(GROUNDS));
    this.#grounds = lines;
  }

  #groundOf({ digest }: { digest: string }): Ground | null {
    const line = this.#readGrounds().find((each) => each.startsWith(`${digest} `));
    const [adminEpoch, epoch] = line?.split(" ").slice(1).map(Number) ?? [];
    return adminEpoch === undefined || epoch === undefined ? null : [adminEpoch, epoch];
  }

  #readGrounds(): string[] {
    if (this.#grounds === null) {
      const bytes = disk.read(this.#path(GROUNDS));
      const lines = bytes === null ? [] : new TextDecoder().decode(bytes).split("\n");
      this.#grounds = lines.filter((line) => /^\w+ \d+ \d+$/.test(line));
    }
    return this.#grounds;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #aside(name: string, content: string): string {
    const path = this.#path(`.${name}.${process.pid}`);
    const fd = openSync(path, "w", 0o600);
    try {
      let bytes = Buffer.from(content);
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    giveToCluster(path);
    return path;
  }

  /** The file that is about to be replaced gets a second name, which costs no copy. */
  #backUp(): void {
    if (!existsSync(this.#path(FILE))) return;
    const number = this.#nextNumber();
    const name = `cib-${number}.raw`;
    for (const [from, to] of [
      [FILE, name],
      [SIGNATURE, `${name}.sig`],
    ] as const) {
      try {
        unlinkIfThere(this.#path(to));
        linkSync(this.#path(from), this.#path(to));
      } catch {
        // A backup less must not keep the new configuration from being written.
      }
    }
    writeFileSync(this.#path(LAST), String((number + 1) % Limits.cibBackups), { mode: 0o640 });
    giveToCluster(this.#path(LAST));
  }

  #nextNumber(): number {
    try {
      const number = Number.parseInt(readFileSync(this.#path(LAST), "utf8"), 10);
      return Number.isNaN(number) ? 0 : number % Limits.cibBackups;
    } catch {
      return 0;
    }
  }

  /** Names of the backups, newest first. */
  #backups(): string[] {
    const next = this.#nextNumber();
    const age = (name: string): number => {
      const number = Number.parseInt(name.slice(4), 10);
      return (next - 1 - number + 2 * Limits.cibBackups) % Limits.cibBackups;
    };
    const names = disk.list(this.#folder).filter((name) => /^cib-\d+\.raw$/.test(name));
    return names.sort((a, b) => age(a) - age(b));
  }

  #read(
    name: string,
    signatures: string[],
  ):
    | { state: "good"; cib: Element; digest: string }
    | { state: "bad"; reason: string }
    | { state: "missing" } {
    const bytes = disk.read(this.#path(name));
    if (bytes === null) return { state: "missing" };
    const parsed = parseXml(new TextDecoder().decode(bytes), { dropText: true });
    if (!parsed.ok) return { state: "bad", reason: parsed.error.message };
    const cib = parsed.value;
    if (cib.name !== "cib") return { state: "bad", reason: `<${cib.name}> is no CIB` };
    const expected = signatures
      .map((signature) => disk.read(this.#path(signature)))
      .filter((text) => text !== null)
      .map((text) => new TextDecoder().decode(text).trim());
    // As the original: a CIB without a digest beside it was put there by hand, and is taken.
    const digest = diskDigest(cib);
    if (expected.length > 0 && !expected.includes(digest)) {
      return { state: "bad", reason: "its digest does not match" };
    }
    if (cib.first("status") === null) cib.append(new Element("status"));
    return { state: "good", cib, digest };
  }

  #keepBad(): string {
    let number = 0;
    while (existsSync(this.#path(`cib.auto.${number}`))) number += 1;
    const kept = this.#path(`cib.auto.${number}`);
    renameSync(this.#path(FILE), kept);
    unlinkIfThere(this.#path(SIGNATURE));
    unlinkIfThere(this.#path(NEXT_SIGNATURE));
    return kept;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The CIB of a cluster that was never configured. */
export function emptyCib(): Element {
  const sections = ["crm_config", "nodes", "resources", "constraints"];
  return new Element(
    "cib",
    {
      crm_feature_set: "3.20.0",
      "validate-with": "pacemaker-4.0",
      epoch: "0",
      num_updates: "0",
      admin_epoch: "0",
    },
    [
      new Element(
        "configuration",
        {},
        sections.map((name) => new Element(name)),
      ),
      new Element("status"),
    ],
  );
}
