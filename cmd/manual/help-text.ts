/** A program's help, taken apart: what is printed for `--help` is what its manual says. */
export interface Help {
  name: string;
  /** One line. */
  summary: string;
  /** Lines of the usage, without the word. */
  usage: string[];
  sections: { title: string; options: HelpOption[] }[];
  /** Lines that are no options, as they stand. */
  rest: string[];
}

export interface HelpOption {
  short: string | null;
  long: string | null;
  /** What its value is called; null for a switch. */
  value: string | null;
  text: string;
}

const OPTION =
  /^\s+(?:(-[\w?$])(?:,\s*|\s+|\s*$))?(?:(--[\w-]+)(?:[= ]?([A-Z<[][^\s]*))?)?\s{2,}(\S.*)$/;

/** Reads the text that a program prints for `--help`. */
export function readHelp(name: string, summary: string, text: string): Help {
  const help: Help = { name, summary, usage: [], sections: [], rest: [] };
  const lines = text.split("\n");
  let inUsage = false;
  for (const line of lines) {
    const usage = /^usage:\s*(.*)$/i.exec(line);
    if (usage !== null) {
      inUsage = true;
      if (usage[1] !== "") help.usage.push(usage[1]!);
      continue;
    }
    if (inUsage && line.trim() !== "") {
      help.usage.push(line.trim());
      continue;
    }
    inUsage = false;
    addLine(help, line);
  }
  if (help.usage.length === 0) help.usage.push(`${name} [OPTIONS]`);
  return help;
}

function addLine(help: Help, line: string): void {
  const option = OPTION.exec(line);
  if (option !== null && (option[1] !== undefined || option[2] !== undefined)) {
    const [, short = null, long = null, value = null, text = ""] = option;
    if (help.sections.length === 0) help.sections.push({ title: "Options", options: [] });
    help.sections.at(-1)!.options.push({ short, long, value, text });
    return;
  }
  const title = /^(\S.*):$/.exec(line);
  if (title !== null) help.sections.push({ title: title[1]!, options: [] });
  else if (line.trim() !== "" && !sameWords(line, help.summary)) help.rest.push(line.trimEnd());
}

function sameWords(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
