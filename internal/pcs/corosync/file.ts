import {
  type ConfSection,
  type ConfSyntaxErrorKind,
  parseConf,
  printConf,
} from "../../corosync-conf/mod.ts";
import type { PcsContext } from "../frame/context.ts";
import { error, LibraryError, type Report } from "../frame/report.ts";
import { formatList } from "../frame/text.ts";
import { nodesOf } from "./model.ts";

const PARSE_ERRORS: Partial<Record<ConfSyntaxErrorKind, string>> = {
  "missing-closing-brace": "missing closing brace",
  "unexpected-closing-brace": "unexpected closing brace",
  "missing-section-name": "missing a section name before {",
  "extra-after-opening-brace": "extra characters after {",
  "extra-around-closing-brace": "extra characters before or after }",
  "no-section-nor-option": "a line is not opening or closing a section or key: value",
};

/** The corosync.conf of this call: the one named by `--corosync_conf`, else this machine's. */
export async function readCorosyncConf(context: PcsContext): Promise<ConfSection> {
  const store = context.env.corosyncConf;
  const text = await store.read();
  if (!text.ok) {
    throw new LibraryError(
      error(`Unable to read Corosync configuration '${store.path}': ${text.error}`),
    );
  }
  const parsed = parseConf(text.value);
  if (parsed.ok) return parsed.value;
  const reason = PARSE_ERRORS[parsed.error.kind];
  context.report.error(
    `Unable to parse corosync config${reason === undefined ? "" : `: ${reason}`}`,
  );
  throw new LibraryError();
}

/**
 * Stores a corosync.conf, refusing names and values that would break its syntax: in the file that
 * the user named, else on every node of the cluster, which then reloads it.
 */
export async function writeCorosyncConf(
  context: PcsContext,
  conf: ConfSection,
  skipOffline = false,
): Promise<void> {
  const broken = checkSyntax(conf);
  if (broken !== null) throw new LibraryError(broken);
  const store = context.env.corosyncConf;
  if (store.live) {
    const { distributeConf } = await import("../nodes/distribute.ts");
    const names = nodesOf(conf).flatMap((node) => (node.name === null ? [] : [node.name]));
    await distributeConf(context, names, printConf(conf), skipOffline);
    return;
  }
  const written = await store.write(printConf(conf));
  if (written.ok) return;
  throw new LibraryError(
    error(`Unable to write Corosync configuration '${store.path}': ${written.error}`),
  );
}

/** A name or value in the tree that could not be read back as it is. */
function checkSyntax(conf: ConfSection): Report | null {
  const sections: string[] = [];
  const names: string[] = [];
  const values: string[] = [];
  const visit = (section: ConfSection, path: string): void => {
    if (path !== "" && !isName(section.name)) sections.push(path);
    const inside = (name: string) => (path === "" ? name : `${path}.${name}`);
    for (const { name, value } of section.options) {
      if (!isName(name)) names.push(inside(name));
      if (/[{}\n\r]/.test(value)) values.push(`'${value}' (option '${inside(name)}')`);
    }
    for (const child of section.sections) visit(child, inside(child.name));
  };
  visit(conf, "");
  const parts: string[] = [];
  if (sections.length > 0) parts.push(`invalid section name(s): ${formatList(sections)}`);
  if (names.length > 0) parts.push(`invalid option name(s): ${formatList(names)}`);
  if (values.length > 0) parts.push(`invalid option value(s): ${values.join(", ")}`);
  if (parts.length === 0) return null;
  return error(`Cannot save corosync.conf containing ${parts.join("; ")}`);
}

function isName(text: string): boolean {
  return /^[-_/a-zA-Z0-9]+$/.test(text);
}
