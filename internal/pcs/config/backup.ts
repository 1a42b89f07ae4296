import type { PcsContext } from "../frame/context.ts";
import type { ArchiveEntry } from "../frame/environment.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";

/** What a backup holds: names in the archive and where the files belong. */
const FILES = [
  { name: "cib.xml", path: "/var/lib/pacemaker/cib/cib.xml", required: true },
  { name: "corosync_authkey", path: "/etc/corosync/authkey", required: false },
  { name: "pacemaker_authkey", path: "/etc/pacemaker/authkey", required: false },
  { name: "corosync.conf", path: "/etc/corosync/corosync.conf", required: true },
];

const UIDGID_FOLDER = "/etc/corosync/uidgid.d";
const VERSION_FILE = "version.txt";
const VERSION = 1;
const SUFFIX = ".tar.bz2";

/** `config backup [FILE]`: an archive in FILE, or on standard output. */
export async function configBackup(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force"]);
  const [given] = argv;
  if (argv.length > 1) throw new CommandLineError();
  const path = given === undefined || given.endsWith(SUFFIX) ? given : `${given}${SUFFIX}`;
  if (path !== undefined && !options.force && (await context.env.fileBytes(path)) !== null) {
    context.die(`'${path}' already exists, use --force to overwrite`);
  }
  const packed = await context.env.archive.pack(await collect(context), path ?? null);
  if (!packed.ok) context.die(`unable to write the backup: ${packed.error}`);
}

async function collect(context: PcsContext): Promise<ArchiveEntry[]> {
  const version = new TextEncoder().encode(String(VERSION));
  const entries: ArchiveEntry[] = [{ name: VERSION_FILE, content: version }];
  for (const { name, path, required } of FILES) {
    const content = await context.env.systemBytes(path);
    if (content !== null) entries.push({ name, content });
    else if (required) context.die(`unable to create the backup: '${path}' cannot be read`);
  }
  const users = await context.env.systemFolder(UIDGID_FOLDER);
  for (const { name } of users.ok ? users.value : []) {
    const content = await context.env.systemBytes(`${UIDGID_FOLDER}/${name}`);
    if (content !== null) entries.push({ name: `uidgid.d/${name}`, content });
  }
  return entries;
}

/** `config restore --local [FILE]`: puts the files of an archive in their places on this node. */
export async function configRestore(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--local", "--request-timeout"]);
  if (argv.length > 1) throw new CommandLineError();
  const unpacked = await context.env.archive.unpack(argv[0] ?? null);
  if (!unpacked.ok) context.die(`unable to restore the cluster: ${unpacked.error}`);
  const files = new Map(unpacked.value.map(({ name, content }) => [name, content]));
  checkBackup(context, files);
  if (!options.has("--local")) {
    context.die(
      "a backup is restored node by node: run 'pcs config restore --local' with it on each of them",
    );
  }
  for (const service of ["pacemaker", "corosync"]) {
    if ((await context.env.service(service)).running) {
      context.die(
        "Cluster is currently running on this node. You need to stop the cluster in order to " +
          "restore the configuration.",
      );
    }
  }
  await putBack(context, files);
}

function checkBackup(context: PcsContext, files: ReadonlyMap<string, Uint8Array>): void {
  const wanted = [VERSION_FILE, ...FILES.filter((each) => each.required).map(({ name }) => name)];
  const absent = wanted.filter((name) => !files.has(name));
  if (absent.length > 0) {
    context.die(
      `unable to restore the cluster, missing files in backup: ${absent.sort().join(", ")}`,
    );
  }
  const version = new TextDecoder().decode(files.get(VERSION_FILE)).trim();
  if (version !== String(VERSION)) {
    context.die(
      `Unsupported version of the backup, supported version is ${VERSION}, backup version is ` +
        `'${version}'`,
    );
  }
}

async function putBack(context: PcsContext, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { env } = context;
  const put = async (path: string, content: Uint8Array) => {
    const written = await env.writeSystemFile(path, content);
    if (!written.ok) context.die(`unable to restore the cluster: ${path}: ${written.error}`);
  };
  for (const { name, path } of FILES) {
    const content = files.get(name);
    if (content === undefined) continue;
    if (name === "corosync.conf") {
      // Everybody may read this one.
      const written = await env.writeFile(env.corosyncConf.path, content);
      if (!written.ok) context.die(`unable to restore the cluster: ${path}: ${written.error}`);
    } else await put(path, content);
  }
  // The digest of the CIB that was there does not fit the one that is there now.
  await env.removeAll("/var/lib/pacemaker/cib/cib.xml.sig");
  for (const [name, content] of files) {
    const [folder, file, more] = name.split("/");
    if (folder === "uidgid.d" && file !== undefined && file !== "" && more === undefined) {
      await put(`${UIDGID_FOLDER}/${file}`, content);
    }
  }
}
