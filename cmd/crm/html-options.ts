import type { HtmlOptions } from "../../internal/status/mod.ts";
import { isGiven, lastValue, type ParsedOptions } from "./options.ts";

/** What the options of HTML ask for. */
export function htmlOptions(options: ParsedOptions): HtmlOptions {
  const title = lastValue(options, "html-title");
  const stylesheet = lastValue(options, "html-stylesheet");
  return {
    ...(typeof title === "string" ? { title } : {}),
    ...(typeof stylesheet === "string" ? { stylesheet } : {}),
  };
}

/** What goes before a page for a web server that runs the tool. */
export function cgiHead(options: ParsedOptions): string {
  return isGiven(options, "html-cgi") ? "Content-Type: text/html\n\n" : "";
}
