import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { wrapForTerminal } from "../frame/output.ts";
import { indent } from "../frame/text.ts";
import { configText } from "../resource/config.ts";
import { exportLevels, levelCommands, levelText } from "./level-output.ts";

/** `stonith config [ID...]`: the devices and, but for JSON, the fencing levels. */
export async function configVerb(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  const format = options.outputFormat();
  const devices = await configText(context, argv, options, true);
  if (format === "json") {
    context.report.warning(
      "Fencing levels are not included because this command could only export stonith " +
        "configuration previously. This cannot be changed to avoid breaking existing tooling. To " +
        "export fencing levels, run 'pcs stonith level config --output-format=json'",
    );
    context.print(devices);
    return;
  }
  const levels = exportLevels(await context.cib());
  if (format === "cmd") {
    const text = [devices, ...levelCommands(levels)].join(";\n");
    if (text !== "") context.print(text);
    return;
  }
  const lines = wrapForTerminal(indent(levelText(levels)), context.env.columns);
  const text = devices + (lines.length > 0 ? `\n\nFencing Levels:\n${lines.join("\n")}` : "");
  if (text !== "") context.print(text);
}
