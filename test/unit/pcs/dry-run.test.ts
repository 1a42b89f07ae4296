import { describe, expect, test } from "bun:test";
import type { Route } from "../../../internal/pcs/frame/route.ts";
import { nouns } from "../../../internal/pcs/nouns/table.ts";
import { ABSENT, CHANGING, LOOKING } from "../../harness/pcs-verbs.ts";
import { pcsInWorld } from "../../harness/pcs-world.ts";

/** Words of each verb that pcs has, such as `resource op add`. */
async function allVerbs(): Promise<string[]> {
  const found: string[] = [];
  const walk = (route: Route, path: string) => {
    if (route.run !== undefined) found.push(path);
    for (const [word, next] of Object.entries(route.words ?? {})) walk(next, `${path} ${word}`);
  };
  for (const [word, load] of Object.entries(nouns)) walk(await load(), word);
  return found;
}

const covers = (line: string, verb: string) => line === verb || line.startsWith(`${verb} `);

describe("--dry-run of every verb", () => {
  test("each verb is known to change something, to look, or not to be there", async () => {
    const forgotten = (await allVerbs()).filter(
      (verb) =>
        !CHANGING.some(({ line }) => covers(line, verb)) &&
        !ABSENT.some((line) => covers(line, verb)) &&
        !LOOKING.some((looking) => covers(verb, looking)),
    );
    expect(forgotten).toEqual([]);
  });

  for (const { line, tells, file } of CHANGING) {
    const name = `${line}: nothing is done, and it is told what would be`;
    const body = async () => {
      const tried = await pcsInWorld(`${line} --dry-run`, file);
      expect({ ...tried, stdout: "" }).toMatchObject({ code: 0, changes: [] });
      expect(tried.stdout).toContain(tells);
      expect(tried.stdout).toEndWith("\nDry run: nothing was done.\n");
    };
    // Some start our tools, from source.
    test(name, body, 120_000);
  }

  for (const line of ABSENT) {
    test(`${line}: refused, nothing is done`, async () => {
      const tried = await pcsInWorld(`${line} --dry-run`);
      expect(tried.code).not.toBe(0);
      expect(tried.stderr).not.toBe("");
      expect(tried.changes).toEqual([]);
    });
  }
});
