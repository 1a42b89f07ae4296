import { writeFileSync } from "node:fs";
import { EXIT_TEXTS, ExitCode, PACEMAKER_VERSION } from "../../internal/base/mod.ts";
import { Element, escapeText, type Node, Text } from "../../internal/xml/mod.ts";
import { errOut, out } from "../io.ts";

export type OutputFormat = "text" | "xml" | "html" | "none" | "log";

const API_VERSION = "2.38";
const AUTHOR = "Andrew Beekhof and the Pacemaker project contributors";
const FEATURES =
  "agent-manpages cibsecrets corosync-ge-2 generated-manpages lha lsb monotonic ncurses service systemd";

/**
 * What a tool says, in the format asked for: text as it comes, XML as one `<pacemaker-result>` at
 * the end. Text goes to {@link info} and {@link err}, structure to {@link add}; each method is
 * without effect in the formats it is not for.
 */
export class ToolOutput {
  readonly format: OutputFormat;
  readonly #destination: string | null;
  readonly #root: Element;
  readonly #errors: string[] = [];
  #text = "";

  constructor(format: OutputFormat, destination: string | null, request: string) {
    this.format = format;
    this.#destination = destination === "-" ? null : destination;
    this.#root = new Element("pacemaker-result", { "api-version": API_VERSION, request });
  }

  get isXml(): boolean {
    return this.format === "xml";
  }

  get isText(): boolean {
    return this.format === "text";
  }

  /** A line for the reader of text. */
  info(line: string): void {
    if (this.format === "text") this.write(`${line}\n`);
  }

  /** Text as it is, line breaks included, when the format is text. */
  write(text: string): void {
    if (this.format !== "text") return;
    if (this.#destination === null) out(text);
    else this.#text += text;
  }

  /** A complaint: standard error in text, part of the status in XML. */
  err(line: string): void {
    if (this.format === "xml") this.#errors.push(line);
    else if (this.format !== "none") errOut(`${line}\n`);
  }

  /** A part of the XML result. */
  add(element: Element): Element {
    if (this.format === "xml") this.#root.append(element);
    return element;
  }

  /** Ends the output with the exit code, which it returns. */
  finish(code: number): number {
    if (this.format === "xml") {
      this.#root.append(statusElement(code, this.#errors));
      this.#emit(printResult(this.#root));
    } else if (this.#destination !== null) this.#emit(this.#text);
    return code;
  }

  /** The answer to `--version`. */
  version(): number {
    this.write(versionText());
    this.add(
      new Element("version", {
        program: "Pacemaker",
        version: PACEMAKER_VERSION,
        author: AUTHOR,
        build: PACEMAKER_VERSION,
        features: FEATURES,
      }),
    );
    return this.finish(ExitCode.OK);
  }

  #emit(text: string): void {
    if (this.#destination === null) out(text);
    else writeFileSync(this.#destination, text);
  }
}

export function versionText(): string {
  return `Pacemaker ${PACEMAKER_VERSION}\nWritten by ${AUTHOR}\n`;
}

function statusElement(code: number, errors: string[]): Element {
  const status = new Element("status", { code: String(code), message: exitCodeText(code) });
  if (errors.length > 0) {
    const list = errors.map((line) => new Element("error", {}, [new Text(line)]));
    status.append(new Element("errors", {}, list));
  }
  return status;
}

/** Meaning of an exit code, as the tools and `crm_error --exit` put it. */
export function exitCodeText(code: number): string {
  const known = EXIT_TEXTS[code];
  if (known !== undefined) return known;
  // A shell says 128 plus the signal's number for a program that a signal ended.
  return code > 128 && code < 128 + 65 ? "Interrupted by signal" : "Unknown exit status";
}

/** Text that the XML result holds as it is, in a CDATA section. */
export class Verbatim extends Text {}

/** Indented by two spaces a level; text content stays on the line of its element. */
export function printResult(root: Element): string {
  const parts: string[] = [];
  print(root, parts, "");
  return parts.join("");
}

function print(node: Node, out: string[], indent: string): void {
  if (node instanceof Verbatim) {
    out.push("<![CDATA[", node.text, "]]>");
    return;
  }
  if (!(node instanceof Element)) {
    out.push(node instanceof Text ? escapeText(node.text) : `${indent}<!--${node.text}-->\n`);
    return;
  }
  out.push(indent, "<", node.name);
  for (const [name, value] of node.entries()) out.push(" ", name, '="', attribute(value), '"');
  if (node.children.length === 0) {
    out.push("/>\n");
    return;
  }
  if (node.children.some((child) => child instanceof Text)) {
    out.push(">");
    for (const child of node.children) print(child, out, "");
    out.push("</", node.name, ">\n");
    return;
  }
  out.push(">\n");
  for (const child of node.children) print(child, out, `${indent}  `);
  out.push(indent, "</", node.name, ">\n");
}

function attribute(value: string): string {
  return escapeText(value)
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\r", "&#13;");
}
