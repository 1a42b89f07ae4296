/** A stretch of text; the class is a style in HTML and nothing in plain text. */
export interface Span {
  text: string;
  class?: string;
}

export type Rich = string | Span[];

/** Where a report goes that is made of nested lists: plain text or HTML. */
export interface Sink {
  /** Opens a list inside the current one; an empty title only indents. */
  begin(title: string): void;
  item(content: Rich): void;
  end(): void;
  /** An empty line between parts (plain text only). */
  spacer(): void;
  /** A line outside of lists. */
  line(text: string): void;
}

export function plain(content: Rich): string {
  return typeof content === "string" ? content : content.map((span) => span.text).join("");
}

/** A list whose title is only written once there is something to put under it. */
export class LazyList {
  readonly #sink: Sink;
  readonly #title: string;
  readonly #spacer: boolean;
  opened = false;

  constructor(sink: Sink, title: string, spacer = false) {
    this.#sink = sink;
    this.#title = title;
    this.#spacer = spacer;
  }

  open(): void {
    if (this.opened) return;
    this.opened = true;
    if (this.#spacer) this.#sink.spacer();
    this.#sink.begin(this.#title);
  }

  item(content: Rich): void {
    this.open();
    this.#sink.item(content);
  }

  /** Closes the list; true when it had been opened. */
  close(): boolean {
    if (this.opened) this.#sink.end();
    return this.opened;
  }
}
