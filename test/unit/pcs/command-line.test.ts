import { describe, expect, test } from "bun:test";
import { GetoptError, parseLine } from "../../../internal/pcs/frame/getopt.ts";
import { cibOf, pcs } from "./memory.ts";

describe("the command line is taken apart", () => {
  test("options stand anywhere and may be shortened", () => {
    const line = parseLine(["resource", "--output-f=json", "config", "-f", "x.xml", "r1"]);
    expect(line.words).toEqual(["resource", "config", "r1"]);
    expect(line.options).toEqual([
      ["--output-format", "json"],
      ["-f", "x.xml"],
    ]);
  });

  test("what is no unique prefix is refused", () => {
    expect(() => parseLine(["--no"])).toThrow(new GetoptError("option --no not a unique prefix"));
    expect(() => parseLine(["--nonsense"])).toThrow("option --nonsense not recognized");
    expect(() => parseLine(["-f"])).toThrow("option -f requires argument");
    expect(() => parseLine(["--force=1"])).toThrow("option --force must not have an argument");
  });

  test("negative numbers are words, and noted when no -- is there", () => {
    const bare = parseLine(["constraint", "location", "r", "-INFINITY", "-5"]);
    expect(bare.words).toEqual(["constraint", "location", "r", "-INFINITY", "-5"]);
    expect(bare.bareNegatives).toEqual(["-INFINITY", "-5"]);
    expect(parseLine(["--force", "--", "r", "-5"])).toMatchObject({
      words: ["r", "-5"],
      bareNegatives: [],
    });
  });

  test("--wait takes a value only behind an equals sign", () => {
    expect(parseLine(["--wait=30", "x"])).toMatchObject({ waitValue: "30", words: ["x"] });
    expect(parseLine(["--wait", "30"])).toMatchObject({ waitValue: null, words: ["30"] });
  });

  test("an option given twice, or not known to the command, ends it", async () => {
    const twice = await pcs(cibOf(), "resource", "config", "--force", "--force");
    expect(twice).toMatchObject({ code: 1, stderr: "Error: --force can only be used once\n" });
    const wrong = await pcs(cibOf(), "resource", "config", "--wait", "--all");
    expect(wrong.stderr).toBe(
      "Error: Specified options '--all', '--wait' are not supported in this command\n",
    );
  });
});
