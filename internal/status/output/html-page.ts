import { Element, escapeText, Text } from "../../xml/mod.ts";

const STYLES = [
  [".bold", "font-weight: bold"],
  [".online", "color: green"],
  [".offline", "color: red"],
  [".maint", "color: blue"],
  [".standby", "color: blue"],
  [".health_red", "color: red"],
  [".health_yellow", "color: GoldenRod"],
  [".rsc-failed", "color: red"],
  [".rsc-failure-ignored", "color: DarkGreen"],
  [".rsc-managed", "color: blue"],
  [".rsc-multiple", "color: orange"],
  [".rsc-ok", "color: green"],
  [".warning", "color: red; font-weight: bold"],
];

export interface HtmlOptions {
  title?: string;
  /** URL of a style sheet. */
  stylesheet?: string;
  /** Seconds between reloads. */
  refresh?: number;
}

/** A page of HTML, as Pacemaker's tools write it. */
export function htmlPage(body: Element, options: HtmlOptions = {}): string {
  const head = new Element("head");
  head.append(textElement("title", options.title ?? "Cluster Status"));
  head.append(new Element("meta", { charset: "utf-8" }));
  if (options.refresh !== undefined) {
    head.append(new Element("meta", { "http-equiv": "refresh", content: `${options.refresh}` }));
  }
  const styles = STYLES.map(([name, rule]) => `${name} { ${rule} }`).join("\n");
  head.append(textElement("style", styles));
  if (options.stylesheet !== undefined) {
    head.append(new Element("link", { rel: "stylesheet", href: options.stylesheet }));
  }
  const html = new Element("html", { lang: "en" }, [head, body]);
  return `<!DOCTYPE html>\n${htmlText(html)}\n`;
}

export function textElement(name: string, text: string): Element {
  return new Element(name, {}, [new Text(text)]);
}

const INLINE = new Set(["span", "a", "b", "i", "em"]);
const VOID = new Set(["meta", "link", "br"]);

/** HTML with line breaks where libxml2 puts them: around block elements with several children. */
function htmlText(element: Element): string {
  const attributes = [...element.entries()]
    .map(([name, value]) => ` ${name}="${escapeText(value).replaceAll('"', "&quot;")}"`)
    .join("");
  const start = `<${element.name}${attributes}>`;
  if (VOID.has(element.name)) return start;
  const children = element.children;
  const block = !INLINE.has(element.name) && children.length > 1;
  const open = block && children[0] instanceof Element ? "\n" : "";
  const close = block && children.at(-1) instanceof Element ? "\n" : "";
  let inner = "";
  children.forEach((child, i) => {
    if (child instanceof Text) {
      inner += element.name === "style" ? child.text : escapeText(child.text);
    } else if (child instanceof Element) {
      inner += htmlText(child);
      const next = children[i + 1];
      if (!INLINE.has(child.name) && next instanceof Element) inner += "\n";
    }
  });
  return `${start}${open}${inner}${close}</${element.name}>`;
}
