import { Element, Text } from "../../xml/mod.ts";
import { type HtmlOptions, htmlPage, textElement } from "./html-page.ts";
import type { Rich, Sink, Span } from "./sink.ts";

/** A page of nested lists, as `crm_mon --output-as=html` writes it. */
export class HtmlSink implements Sink {
  readonly #body = new Element("body");
  readonly #open: Element[] = [];

  begin(title: string): void {
    const list = new Element("ul");
    const outer = this.#open.at(-1);
    if (outer === undefined) {
      this.#body.append(textElement("h2", title));
      this.#body.append(list);
    } else {
      outer.append(new Element("li", {}, [textElement("h3", title), list]));
    }
    this.#open.push(list);
  }

  item(content: Rich): void {
    const inside =
      typeof content === "string" ? [new Text(content)] : content.map((span) => spanElement(span));
    (this.#open.at(-1) ?? this.#body).append(new Element("li", {}, inside));
  }

  /** An item that holds a list of its own below its content. */
  itemWithList(content: Span[], title: string): void {
    const list = new Element("ul");
    const inner = new Element("li", {}, [textElement("h3", title), list]);
    const item = new Element("li", {}, [...content.map((span) => spanElement(span)), inner]);
    (this.#open.at(-1) ?? this.#body).append(item);
    this.#open.push(list);
  }

  end(): void {
    this.#open.pop();
  }

  spacer(): void {}

  line(text: string): void {
    this.#body.append(textElement("p", text));
  }

  page(options: HtmlOptions = {}): string {
    return htmlPage(this.#body, options);
  }
}

function spanElement(span: Span): Element {
  const element = new Element("span", span.class === undefined ? {} : { class: span.class });
  if (span.text !== "") element.append(new Text(span.text));
  return element;
}
