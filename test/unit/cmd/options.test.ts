import { describe, expect, test } from "bun:test";
import { type OptionSpec, parseOptions } from "../../../cmd/crm/options.ts";

const SPECS: OptionSpec[] = [
  { long: "query", short: "Q" },
  { long: "name", short: "n", value: "text" },
  { long: "count", short: "c", value: "integer" },
  { long: "promotion", short: "p", value: "optional" },
];

const parse = (...argv: string[]) => {
  const result = parseOptions(argv, SPECS);
  if (!result.ok) return result.message;
  const { given, rest } = result.value;
  return [...given.map(({ name, value }) => (value === null ? name : `${name}=${value}`)), ...rest];
};

describe("options of the tools", () => {
  test.each([
    [
      ["-Q", "-n", "a"],
      ["query", "name=a"],
    ],
    [
      ["-Qn", "a"],
      ["query", "name=a"],
    ],
    [
      ["--name=a", "b", "--query"],
      ["name=a", "query", "b"],
    ],
    [["--name", "-Q"], ["name=-Q"]],
    [["-n", "-Q"], ["name=-Q"]],
    [
      ["-p", "-Q"],
      ["promotion", "query"],
    ],
    [["-p", "x"], ["promotion=x"]],
    [
      ["--promotion=x", "--", "-Q"],
      ["promotion=x", "-Q"],
    ],
    [["-c", "-5"], ["count=-5"]],
    [["-na"], ["name=a"]],
  ])("%p", (argv, expected) => {
    expect(parse(...argv)).toEqual(expected);
  });

  test.each([
    [["-x"], "Unknown option -x"],
    [["--nosuch=1"], "Unknown option --nosuch=1"],
    [["-n"], "Missing argument for -n"],
    [["--name"], "Missing argument for --name"],
    [["-c", "x"], "Cannot parse integer value “x” for -c"],
    [["-22"], "Unknown option -22"],
  ])("%p is wrong", (argv, message) => {
    expect(parse(...argv)).toBe(message);
  });
});
