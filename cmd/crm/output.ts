import { writeFileSync } from "node:fs";
import { EXIT_TEXTS, ExitCode, PACEMAKER_VERSION } from "../../internal/base/mod.ts";
import { Element, escapeText, type Node, Text } from "../../internal/xml/mod.ts";
import { errOut, out } from "../io.ts";

export type OutputFormat = "text" | "xml" | "html" | "none" | "log";

const API_VERSION = "2.38";
const AUTHOR = "Andrew Beekhof and the Pacemaker project contributors";
const FEATURES =
  "agent-manpages cibsecrets corosync-ge-2 generated-manpages lha lsb monotonic ncurses service systemd";

/** Makes a page of a body; the request is its title unless another was asked for. */
export type HtmlWriter = (body: Element, request: string) => string;

/**
 * What a tool says, in the format asked for: text as it comes, XML as one `<pacemaker-result>` at
 * the end. Text goes to {@link info} and {@link err}, structure to {@link add}; each method is
 * without effect in the formats it is not for.
 */
export class ToolOutput {
  readonly format: OutputFormat;
  readonly #destination: string | null;
  readonly #root: Element;
  readonly #request: string;
  readonly #errors: string[] = [];
  readonly #body = new Element("body");
  /** How HTML is written, by tools that leave that to this class. */
  readonly #htmlWriter: HtmlWriter | null;
  #text = "";

  constructor(
    format: OutputFormat,
    destination: string | null,
    request: string,
    htmlWriter: HtmlWriter | null = null,
  ) {
    this.format = format;
    this.#request = request;
    this.#htmlWriter = htmlWriter;
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
    if (this.format === "xml" || this.#htmlWriter !== null) this.#errors.push(line);
    else if (this.format !== "none") errOut(`${line}\n`);
  }

  /** A part of the XML result. */
  add(element: Element): Element {
    if (this.format === "xml") this.#root.append(element);
    return element;
  }

  /** A part of the HTML page. */
  html(name: string, text: string, attributes: Record<string, string> = {}): void {
    this.#body.append(new Element(name, attributes, [new Text(text)]));
  }

  /** A list with its title in the HTML page. */
  htmlList(title: string, items: readonly string[], attributes: Record<string, string> = {}): void {
    this.html("h2", title);
    const entries = items.map((item) => new Element("li", attributes, [new Text(item)]));
    this.#body.append(new Element("ul", {}, entries));
  }

  /** Ends the output with the exit code, which it returns. */
  finish(code: number): number {
    if (this.format === "xml") {
      this.#root.append(statusElement(code, this.#errors));
      this.#emit(printResult(this.#root));
    } else if (this.#htmlWriter !== null) {
      if (this.#errors.length > 0) {
        const errors = this.#errors.map((line) => new Element("li", {}, [new Text(line)]));
        this.#body.append(new Element("ul", {}, errors));
      }
      this.#emit(this.#htmlWriter(this.#body, this.#request));
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
    this.html("h2", "Version Information");
    this.html("div", "Program: Pacemaker");
    this.html("div", `Version: ${PACEMAKER_VERSION}`);
    this.html("div", `Author: ${AUTHOR}`);
    this.html("div", `Build: ${PACEMAKER_VERSION}`);
    this.html("div", `Features: ${FEATURES}`);
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
