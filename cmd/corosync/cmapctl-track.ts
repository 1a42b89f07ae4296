import { out } from "../io.ts";
import { ask, type CmapEntry } from "./ask.ts";

/** The map is looked at this often. What comes and goes in between is not seen. */
const LOOK_EVERY_MS = 100;

/** corosync-cmapctl -t and -T: tells of changes until "q" or the end of the input. */
export async function track(
  map: string,
  words: string[],
  prefixes: boolean,
  text: (entry: CmapEntry) => string,
): Promise<number> {
  const wanted = (key: string) =>
    words.some((word) => (prefixes ? key.startsWith(word) : key === word));
  const look = async () => {
    const answer = await ask<CmapEntry[]>("cmap", { map });
    if (!answer.ok) return null;
    return new Map(answer.value.filter((e) => wanted(e.key)).map((e) => [e.key, e] as const));
  };
  out('Type "q" to finish\n');
  let ended = false;
  const end = waitForQuit().then(() => {
    ended = true;
  });
  let before = await look();
  while (!ended && before !== null) {
    await Promise.race([end, Bun.sleep(LOOK_EVERY_MS)]);
    const now = await look();
    if (now === null) break;
    for (const [key, entry] of now) {
      const old = before.get(key);
      if (old === undefined) out(`create> ${text(entry)}\n`);
      else if (text(old) !== text(entry)) out(`modify> ${text(entry)}\n`);
    }
    for (const [key, entry] of before) if (!now.has(key)) out(`delete> ${text(entry)}\n`);
    before = now;
  }
  return 0;
}

async function waitForQuit(): Promise<void> {
  for await (const chunk of Bun.stdin.stream()) {
    if (new TextDecoder().decode(chunk).includes("q")) return;
  }
}
