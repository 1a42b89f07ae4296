export { decodeXml } from "./decode.ts";
export { parseXml, type XmlError } from "./parse.ts";
export { escapeAttribute, escapeText, type PrintOptions, printXml } from "./print.ts";
export { Comment, cloneNode, Element, type Node, Text } from "./tree.ts";
export { evaluateXPath, findXPath } from "./xpath/find.ts";
