/** One option as getopt hands it out. */
export interface Option {
  letter: string;
  argument: string;
}

export type Options =
  | { ok: true; options: Option[]; rest: string[] }
  | { ok: false; message: string; options: Option[] };

/**
 * getopt(3) with its messages. `spec` is like "sk:" (a colon after letters that take an argument);
 * `long` maps long names to letters. Options after operands are found too, as glibc does.
 */
export function getopt(
  name: string,
  argv: string[],
  spec: string,
  long: Record<string, string> = {},
): Options {
  const options: Option[] = [];
  const rest: string[] = [];
  const fail = (message: string): Options => ({
    ok: false,
    message: `${name}: ${message}\n`,
    options,
  });
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i]!;
    if (word === "--") return { ok: true, options, rest: [...rest, ...argv.slice(i + 1)] };
    if (word.startsWith("--")) {
      const [key = "", value] = splitOnce(word.slice(2), "=");
      const letter = long[key];
      if (letter === undefined) return fail(`unrecognized option '--${key}'`);
      const takes = takesArgument(spec, letter);
      if (takes && value === undefined && i + 1 >= argv.length) {
        return fail(`option '--${key}' requires an argument`);
      }
      if (takes && value === undefined) i += 1;
      options.push({ letter, argument: value ?? (takes ? argv[i]! : "") });
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      rest.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at += 1) {
      const letter = word[at]!;
      if (letter === ":" || !spec.includes(letter)) return fail(`invalid option -- '${letter}'`);
      if (!takesArgument(spec, letter)) {
        options.push({ letter, argument: "" });
        continue;
      }
      const attached = word.slice(at + 1);
      if (attached === "" && i + 1 >= argv.length) {
        return fail(`option requires an argument -- '${letter}'`);
      }
      if (attached === "") i += 1;
      options.push({ letter, argument: attached === "" ? argv[i]! : attached });
      break;
    }
  }
  return { ok: true, options, rest };
}

function takesArgument(spec: string, letter: string): boolean {
  return spec[spec.indexOf(letter) + 1] === ":";
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const i = text.indexOf(at);
  return i < 0 ? [text, undefined] : [text.slice(0, i), text.slice(i + 1)];
}
