import { err, ok, type Result } from "../../internal/base/mod.ts";
import {
  type ApplyOptions,
  applyCibRequest,
  authorizeChange,
  type CibFailure,
  CibFailures,
  type CibRequest,
  readableCib,
  upgradeCib,
  validateCib,
} from "../../internal/cib/mod.ts";
import { type Element, parseXml, printXml } from "../../internal/xml/mod.ts";
import { changeFile, readCibText } from "./cib-file.ts";
import type { CibResult, CibSource, CibTextResult } from "./cib-source.ts";

/** The CIB in a file, or why it is none. */
export function openFile(path: string): Result<CibSource, CibFailure> {
  const text = readCibText(path);
  if (text === null) return err(CibFailures.noObject);
  const cib = readCib(text);
  return cib === null ? err(CibFailures.schemaValidation) : ok(new FileCib(path, cib));
}

/** A valid CIB from text, or null. */
export function readCib(text: string): Element | null {
  const parsed = parseXml(text, { dropText: true });
  if (!parsed.ok || validateCib(parsed.value) !== null) return null;
  return parsed.value;
}

/** What requests on a file must satisfy: the schema, and the access rules of a named user. */
const RULES: ApplyOptions = {
  validate: (cib) => (validateCib(cib) === null ? null : CibFailures.schemaValidation),
  upgrade: upgradeCib,
  authorize: authorizeChange,
  readable: readableCib,
};

class FileCib implements CibSource {
  readonly kind = "file";
  readonly #path: string;
  #cib: Element;

  constructor(path: string, cib: Element) {
    this.#path = path;
    this.#cib = cib;
  }

  async requestText(asked: CibRequest): Promise<CibTextResult> {
    const result = await this.request(asked);
    if (!result.ok) return result;
    const { output } = result.value;
    return ok(output === null ? null : printXml(output, { pretty: true }));
  }

  async request(asked: CibRequest): Promise<CibResult> {
    const user = asked.user ?? process.env["CIB_user"];
    const request = user === undefined ? asked : { ...asked, user };
    if (request.operation === "query") return applyCibRequest(this.#cib, request, RULES);
    let result = applyCibRequest(this.#cib, request, RULES);
    if (!result.ok || !result.value.changed) return result;
    const expected = printXml(this.#cib, { pretty: true });
    changeFile(this.#path, (text) => {
      const now = text === null ? null : readCib(text);
      // Someone else wrote meanwhile: the request is carried out on what they left.
      if (now !== null && printXml(now, { pretty: true }) !== expected) {
        result = applyCibRequest(now, request, RULES);
      }
      if (!result.ok || !result.value.changed) return null;
      this.#cib = result.value.cib;
      return printXml(this.#cib, { pretty: true });
    });
    return result;
  }
}
