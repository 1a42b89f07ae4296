import { Element, findXPath } from "../xml/mod.ts";
import { pathStep } from "./diff.ts";
import type { CibRequest } from "./request.ts";
import { findSection } from "./sections.ts";

/** Answer of a query, a part of the CIB itself where that is enough; null when nothing is found. */
export function queryCib(cib: Element, request: CibRequest): Element | null {
  const { xpath } = request;
  if (xpath === undefined) {
    const section = findSection(cib, request.scope === "all" ? undefined : request.scope);
    return section !== null && request.noChildren === true ? bare(section) : section;
  }
  const matches = findXPath(cib, xpath) ?? [];
  if (matches.length === 0) return null;
  const answers = matches.map((match) => answer(match, request));
  return answers.length === 1 ? answers[0]! : new Element("xpath-query", {}, answers.map(free));
}

function answer(match: Element, request: CibRequest): Element {
  if (request.noChildren === true) return bare(match);
  if (request.nodePath === true) return new Element("xpath-query-path", { id: elementPath(match) });
  return match;
}

function bare(element: Element): Element {
  return new Element(element.name, element.attributes.slice());
}

function free(element: Element): Element {
  return element.parent === null ? element : element.clone();
}

/** `/cib/configuration/nodes/node[@id='1']`. */
export function elementPath(element: Element): string {
  const above = element.parent === null ? "" : elementPath(element.parent);
  return `${above}/${pathStep(element)}`;
}
