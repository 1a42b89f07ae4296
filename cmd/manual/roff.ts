import type { Noun } from "../../internal/pcs/frame/route.ts";
import { usageEntries } from "../../internal/pcs/frame/usage.ts";
import type { Help, HelpOption } from "./help-text.ts";

/** Manual pages of programs for administrators. */
const SECTION = 8;

/** Text that roff takes for text. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}

function page(name: string, summary: string, version: string, body: string[]): string {
  const head = [
    `.TH ${name.toUpperCase()} ${SECTION} "" "muster ${version}" "System Administration"`,
    ".SH NAME",
    `${escapeRoff(name)} \\- ${escapeRoff(summary)}`,
  ];
  return `${[...head, ...body].join("\n")}\n`;
}

/** Page of a program with options. */
export function programPage(help: Help, version: string): string {
  const body = [".SH SYNOPSIS", ".nf", ...help.usage.map(escapeRoff), ".fi"];
  if (help.rest.length > 0) {
    body.push(".SH DESCRIPTION", ".nf", ...help.rest.map(escapeRoff), ".fi");
  }
  for (const { title, options } of help.sections) {
    if (options.length === 0) continue;
    body.push(`.SH ${escapeRoff(title.toUpperCase())}`);
    for (const option of options) body.push(".TP", optionHead(option), escapeRoff(option.text));
  }
  body.push(...SEE_ALSO);
  return page(help.name, help.summary, version, body);
}

function optionHead({ short, long, value }: HelpOption): string {
  const names = [short, long].filter((name) => name !== null).map(escapeRoff);
  return `\\fB${names.join(", ")}\\fR${value === null ? "" : ` \\fI${escapeRoff(value)}\\fR`}`;
}

const SEE_ALSO = [".SH SEE ALSO", "\\fBmuster\\fR(8), \\fBpcs\\fR(8), \\fBcrm_mon\\fR(8)"];

/** Page of pcs: every command of its table. */
export function pcsPage(
  nouns: readonly [string, Noun][],
  options: readonly [string, string][],
  version: string,
): string {
  const body = [
    ".SH SYNOPSIS",
    "\\fBpcs\\fR [\\fIOPTIONS\\fR] \\fICOMMAND\\fR ...",
    ".SH DESCRIPTION",
    "Configures and controls a high\\-availability cluster, on the running cluster or in a file.",
    ".SH OPTIONS",
  ];
  for (const [name, text] of options)
    body.push(".TP", `\\fB${escapeRoff(name)}\\fR`, escapeRoff(text));
  body.push(".SH COMMANDS");
  for (const [name, noun] of nouns) {
    body.push(`.SS ${name}`);
    for (const { synopsis, about } of usageEntries(noun)) {
      body.push(".TP", `\\fB${name}\\fR ${escapeRoff(synopsis)}`);
      body.push(
        ...about
          .split("\n")
          .flatMap((text, at) => (at === 0 ? [text] : [".IP", text]))
          .map(paragraph),
      );
    }
  }
  body.push(...SEE_ALSO);
  return page("pcs", "configure and control the cluster", version, body);
}

function paragraph(line: string): string {
  return line === ".IP" ? line : escapeRoff(line);
}
