import type { Result } from "../../base/mod.ts";
import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { error, LibraryError } from "../frame/report.ts";
import { plural } from "../frame/text.ts";
import { type BoothLine, parseBoothConf, printBoothConf } from "./config-file.ts";

const FOLDER = "/etc/booth";

/** Where the configuration and key of a booth are. */
export interface BoothFiles {
  /** Name of the instance. */
  name: string;
  /** False for files named on the command line. */
  live: boolean;
  config: string;
  key: string;
}

/** The files of this call: those named on the command line, else those of the instance. */
export function boothFiles(context: PcsContext, options: Options): BoothFiles {
  const [config, key] = [options.value("--booth-conf") ?? "", options.value("--booth-key") ?? ""];
  const missing = (given: string, needed: string) =>
    context.die(`When ${given} is specified, ${needed} must be specified as well`);
  if (config !== "" && key === "") missing("--booth-conf", "--booth-key");
  if (key !== "" && config === "") missing("--booth-key", "--booth-conf");
  const name = options.value("--name") || "booth";
  if (name.includes("/")) {
    throw new LibraryError(
      error(`booth name '${name}' is not valid, it cannot contain / characters`),
    );
  }
  if (config !== "") return { name, live: false, config, key };
  return { name, live: true, config: `${FOLDER}/${name}.conf`, key: `${FOLDER}/${name}.key` };
}

export function readBoothFile(
  context: PcsContext,
  files: BoothFiles,
  path: string,
): Promise<Result<string, string>> {
  return files.live ? context.env.systemFile(path) : context.env.readFile(path);
}

/** Text of the configuration, or the end of the verb. */
export async function boothConfText(context: PcsContext, files: BoothFiles): Promise<string> {
  const text = await readBoothFile(context, files, files.config);
  if (text.ok) return text.value;
  const path = files.live ? ` '${files.config}'` : "";
  context.report.error(`Unable to read Booth configuration${path}: ${text.error}`);
  throw new LibraryError();
}

export async function readBoothConf(context: PcsContext, files: BoothFiles): Promise<BoothLine[]> {
  const lines = parseBoothConf(await boothConfText(context, files));
  if (!("wrong" in lines)) return lines;
  const path = files.live ? ` '${files.config}'` : "";
  context.report.error(
    `unexpected ${plural(lines.wrong, "line")} in booth config${path}:\n${lines.wrong.join("\n")}`,
  );
  throw new LibraryError();
}

export async function writeBoothConf(
  context: PcsContext,
  files: BoothFiles,
  lines: readonly BoothLine[],
): Promise<void> {
  await writeBoothFile(context, files, "Booth configuration", files.config, printBoothConf(lines));
}

export async function writeBoothFile(
  context: PcsContext,
  files: BoothFiles,
  role: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const written = await (files.live
    ? context.env.writeSystemFile(path, content)
    : context.env.writeFile(path, content));
  if (written.ok) return;
  context.report.error(`Unable to write ${role} '${path}': ${written.error}`);
  throw new LibraryError();
}
