import { describe, expect, test } from "bun:test";
import { bashOptions, zshOptions } from "../../../cmd/manual/completion.ts";
import { readHelp } from "../../../cmd/manual/help-text.ts";
import { pcsPage, programPage } from "../../../cmd/manual/roff.ts";
import type { Noun } from "../../../internal/pcs/frame/route.ts";
import { nouns } from "../../../internal/pcs/nouns/table.ts";

const HELP = `Usage:
  tool [OPTION…]

Does a thing

Options:
  -n, --name=TEXT            What it's called
      --all                  Everything [slow]
`;

describe("manual pages and completions", () => {
  const help = readHelp("tool", "does a thing", HELP);

  test("a program's help is taken apart", () => {
    expect(help.usage).toEqual(["tool [OPTION…]"]);
    expect(help.sections).toEqual([
      {
        title: "Options",
        options: [
          { short: "-n", long: "--name", value: "TEXT", text: "What it's called" },
          { short: null, long: "--all", value: null, text: "Everything [slow]" },
        ],
      },
    ]);
  });

  test("the page holds each option, its hyphens as they are typed", () => {
    const page = programPage(help, "1");
    expect(page).toStartWith(".TH TOOL 8");
    expect(page).toContain(".TP\n\\fB\\-n, \\-\\-name\\fR \\fITEXT\\fR\nWhat it's called\n");
  });

  test("shells offer each option", () => {
    expect(bashOptions(help)).toContain("compgen -W '--name -n --all'");
    expect(zshOptions(help)).toContain("'--all[Everything \\[slow\\]]'");
    expect(zshOptions(help)).toContain("'--name[What it'\\''s called]:TEXT:_files'");
  });

  test("the page of pcs has every command of its table", async () => {
    const tree: [string, Noun][] = [];
    for (const [name, load] of Object.entries(nouns)) tree.push([name, await load()]);
    const page = pcsPage(tree, [["-f FILE", "A file."]], "1");
    for (const name of Object.keys(nouns)) expect(page).toContain(`.SS ${name}\n`);
    expect(page).toContain("\\fBresource\\fR group add ");
    expect(page.split("\n").filter((line) => line === ".TP").length).toBeGreaterThan(200);
  });
});
