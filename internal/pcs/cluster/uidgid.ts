import { optionValue, parseConf, sectionsNamed } from "../../corosync-conf/mod.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";

const FOLDER = "/etc/corosync/uidgid.d";

interface Entry {
  file: string;
  uid: string | null;
  gid: string | null;
}

/** `cluster uidgid [add | delete uid=UID gid=GID]`: who may talk to Corosync, besides root. */
export async function clusterUidgid(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const [command, ...words] = argv;
  if (command === undefined) {
    await listEntries(context);
    return;
  }
  if (!["add", "delete", "remove"].includes(command) || words.length === 0) {
    throw new CommandLineError();
  }
  const { uid, gid } = parseWords(context, words);
  const same = (await readEntries(context)).filter(
    (entry) => (entry.uid ?? "") === uid && (entry.gid ?? "") === gid,
  );
  if (command === "add") await addEntry(context, uid, gid, same);
  else if (same.length === 0) {
    context.die(`no uidgid files with uid=${uid} and gid=${gid} found`);
  } else for (const { file } of same) await context.env.removeAll(`${FOLDER}/${file}`);
}

function parseWords(context: PcsContext, words: readonly string[]) {
  const wanted = { uid: "", gid: "" };
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 0) context.die("uidgid options must be of the form uid=<uid> gid=<gid>");
    const key = word.slice(0, at);
    if (key !== "uid" && key !== "gid") {
      return context.die(`${key} is not a valid key, you must use uid or gid`);
    }
    wanted[key] = word.slice(at + 1);
  }
  if (wanted.uid === "" && wanted.gid === "") context.die("you must set either uid or gid");
  return wanted;
}

async function readEntries(context: PcsContext): Promise<Entry[]> {
  const files = await context.env.systemFolder(FOLDER);
  if (!files.ok) return [];
  const entries: Entry[] = [];
  for (const { name } of files.value) {
    const text = await context.env.systemFile(`${FOLDER}/${name}`);
    const parsed = text.ok ? parseConf(text.value) : null;
    const section = parsed?.ok === true ? sectionsNamed(parsed.value, "uidgid")[0] : undefined;
    if (section === undefined) continue;
    const [uid, gid] = [optionValue(section, "uid"), optionValue(section, "gid")];
    entries.push({ file: name, uid, gid });
  }
  return entries;
}

async function listEntries(context: PcsContext): Promise<void> {
  const lines = (await readEntries(context))
    .filter(({ uid, gid }) => uid !== null || gid !== null)
    .map(({ uid, gid }) => `UID/GID: uid=${uid ?? ""} gid=${gid ?? ""}`);
  if (lines.length === 0) context.writeError("No uidgids configured\n");
  else context.print(...lines.sort());
}

async function addEntry(
  context: PcsContext,
  uid: string,
  gid: string,
  same: readonly Entry[],
): Promise<void> {
  if (same.length > 0) context.die(`uidgid file with uid=${uid} and gid=${gid} already exists`);
  const files = await context.env.systemFolder(FOLDER);
  const taken = files.ok ? files.value.map(({ name }) => name) : [];
  const wanted = `pcs-uidgid-${uid}-${gid}`;
  let file = wanted;
  for (let n = 1; taken.includes(file); n++) file = `${wanted}-${n}`;
  const lines = [
    ...(uid === "" ? [] : [`  uid: ${uid}`]),
    ...(gid === "" ? [] : [`  gid: ${gid}`]),
  ];
  const text = `uidgid {\n${lines.join("\n")}\n}\n`;
  const written = await context.env.writeSystemFile(`${FOLDER}/${file}`, text);
  if (!written.ok) context.die(`unable to write ${FOLDER}/${file}: ${written.error}`);
}
