import { plain, type Rich, type Sink } from "./sink.ts";

/** Bulleted, indented plain text as Pacemaker's tools print it. */
export class TextSink implements Sink {
  readonly #parts: string[] = [];
  #level = 0;

  begin(title: string): void {
    if (title !== "") this.#indented(`${title}:`);
    this.#level += 1;
  }

  item(content: Rich): void {
    this.#indented(plain(content));
  }

  end(): void {
    this.#level -= 1;
  }

  spacer(): void {
    this.#parts.push("\n");
  }

  line(text: string): void {
    this.#parts.push(text, "\n");
  }

  /** What was written since the last call. */
  take(): string {
    return this.#parts.splice(0).join("");
  }

  #indented(text: string): void {
    const lead = this.#level === 0 ? "" : `${"  ".repeat(this.#level)}* `;
    this.#parts.push(lead, text, "\n");
  }
}
