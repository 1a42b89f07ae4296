import { describe, expect, test } from "bun:test";
import { printXml } from "../../../internal/xml/mod.ts";
import { cibOf, type Outcome, pcsIn, primitive } from "./memory.ts";

const two = cibOf(primitive("r") + primitive("s"));

/** On a file nobody asks which nodes there are. */
const pcs = (cib: string, ...argv: string[]) => pcsIn({ cib }, "-f", "cib.xml", ...argv);

const constraints = ({ cib }: Outcome) =>
  printXml(cib.first("configuration")!.first("constraints")!);

/** Runs what `config --output-format=cmd` printed; every command a line of words. */
async function replay(cib: string, commands: string): Promise<Outcome> {
  let last = await pcs(cib, "constraint");
  for (const command of commands.replaceAll("\\\n", " ").trim().split(";\n")) {
    const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ""));
    last = await pcs(printXml(last.cib), ...words.filter((word) => !["pcs", "--"].includes(word)));
    expect(last.stderr).not.toContain("Error");
  }
  return last;
}

describe("location", () => {
  test("prefers and avoids name what they make by resource, node and score", async () => {
    const made = await pcs(two, "constraint", "location", "r", "prefers", "a", "b=50");
    expect(made.stderr).toContain("Validation for node existence");
    expect(constraints(made)).toBe(
      '<constraints><rsc_location id="location-r-a-INFINITY" rsc="r" node="a" score="INFINITY"/>' +
        '<rsc_location id="location-r-b-50" rsc="r" node="b" score="50"/></constraints>',
    );
    const avoided = await pcs(two, "constraint", "location", "r", "avoids", "a");
    expect(constraints(avoided)).toContain('score="-INFINITY"');
  });

  test("a resource that is not there is refused", async () => {
    const refused = await pcs(two, "constraint", "location", "nosuch", "prefers", "a");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("'nosuch' does not exist");
  });
});

describe("order and colocation", () => {
  test("the same constraint twice is refused unless forced", async () => {
    const once = await pcs(two, "constraint", "order", "r", "then", "s");
    expect(constraints(once)).toContain('id="order-r-s-mandatory"');
    const cib = printXml(once.cib);
    const twice = await pcs(cib, "constraint", "order", "r", "then", "s");
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain("use --force to override");
    const forced = await pcs(cib, "constraint", "order", "r", "then", "s", "--force");
    expect(constraints(forced)).toContain('id="order-r-s-mandatory-1"');
  });

  test("what cmd prints makes the same constraints again", async () => {
    let cib = two;
    for (const words of [
      ["location", "r", "prefers", "a=5"],
      ["order", "start", "r", "then", "stop", "s", "kind=Optional", "id=o"],
      ["colocation", "add", "r", "with", "s", "score=100"],
      ["ticket", "add", "T", "r", "loss-policy=fence"],
      ["colocation", "set", "r", "s", "setoptions", "score=7"],
    ]) {
      const step = await pcs(cib, "constraint", ...words);
      expect(step.stderr).not.toContain("Error");
      cib = printXml(step.cib);
    }
    const shown = await pcs(cib, "constraint", "config", "--output-format=cmd");
    const again = await replay(two, shown.stdout);
    const texts = [cib, printXml(again.cib)].map((text) => pcs(text, "constraint", "--full"));
    const [before, after] = await Promise.all(texts);
    expect(after!.stdout).toBe(before!.stdout);
  });

  test("json holds every list, also the empty ones", async () => {
    const shown = await pcs(two, "constraint", "config", "--output-format=json");
    expect(Object.keys(JSON.parse(shown.stdout))).toEqual([
      "location",
      "location_set",
      "colocation",
      "colocation_set",
      "order",
      "order_set",
      "ticket",
      "ticket_set",
    ]);
  });
});
