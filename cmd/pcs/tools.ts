import type { ToolResult } from "../../internal/pcs/mod.ts";

/**
 * Runs one of our own faces, on the CIB file of this call if there is one. From source, the first
 * word of the command is the interpreter.
 */
export async function runTool(
  argv: readonly string[],
  stdin: string,
  cibFile: string | null,
): Promise<ToolResult> {
  const script = process.argv[1];
  const fromSource = script?.endsWith(".ts") === true && !script.startsWith("/$bunfs/");
  const self = fromSource ? [process.execPath, script] : [process.execPath];
  const env: Record<string, string | undefined> = { ...process.env };
  if (cibFile !== null) env["CIB_file"] = cibFile;
  const child = Bun.spawn([...self, ...argv], {
    env,
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}
