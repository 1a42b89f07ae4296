import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { err, ok, type Result } from "../../internal/base/mod.ts";
import type { Simulation, ToolResult } from "../../internal/pcs/mod.ts";
import { parseXml } from "../../internal/xml/mod.ts";
import { capturing } from "../io.ts";

/** Faces that only ask the engine and print: they need no process of their own. */
const INSIDE = new Set(["crm_mon", "crm_node", "crm_resource", "crm_ticket"]);

/** The start of a process costs more than all that these have to do. */
async function runInside(argv: readonly string[]): Promise<ToolResult> {
  const [name = "", ...words] = argv;
  const captured = { stdout: "", stderr: "" };
  const { faces } = await import("../faces.ts");
  const face = await faces[name]!.load();
  const code = await capturing(captured, async () => face.main(words, name));
  return { code, ...captured };
}

/**
 * Runs a tool, most often one of our own faces, on the CIB file of this call if there is one. From source, the first
 * word of the command is the interpreter.
 */
export async function runTool(
  argv: readonly string[],
  stdin: string,
  cibFile: string | null,
): Promise<ToolResult> {
  const [name = ""] = argv;
  if (cibFile === null && stdin === "" && INSIDE.has(name)) return runInside(argv);
  const { faces } = await import("../faces.ts");
  const ours = Object.hasOwn(faces, name);
  if (!ours && Bun.which(name) === null) {
    return { code: 127, stdout: "", stderr: `${name} is not installed` };
  }
  const script = process.argv[1];
  const fromSource = script?.endsWith(".ts") === true && !script.startsWith("/$bunfs/");
  const self = fromSource ? [process.execPath, script] : [process.execPath];
  // What another package brings (corosync-qdevice) is run as it is.
  const env: Record<string, string | undefined> = { ...process.env };
  if (cibFile !== null) env["CIB_file"] = cibFile;
  const child = Bun.spawn([...(ours ? self : []), ...argv], {
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

/** Runs a tool on a CIB of its own in a temporary file. */
export async function runToolOnCopy(
  cib: string,
  argv: readonly string[],
  stdin = "",
): Promise<ToolResult & { cib: string }> {
  return inScratch(async (folder) => {
    const file = join(folder, "cib.xml");
    writeFileSync(file, cib, { mode: 0o600 });
    const result = await runTool(argv, stdin, file);
    return { ...result, cib: readFileSync(file, "utf8") };
  });
}

/** Has crm_simulate work out what the cluster would do with a CIB. */
export async function simulateCib(cib: string): Promise<Result<Simulation, string>> {
  return inScratch(async (folder) => {
    const [output, graph] = [join(folder, "after.xml"), join(folder, "graph.xml")];
    const argv = ["crm_simulate", "--simulate", "--save-output", output, "--save-graph", graph];
    const run = await runTool([...argv, "--xml-pipe"], cib, null);
    if (run.code !== 0) return err(run.stderr.trim());
    const parsed = parseXml(readFileSync(graph, "utf8"));
    if (!parsed.ok) return err(parsed.error.message);
    return ok({ text: run.stdout.trim(), graph: parsed.value, cib: readFileSync(output, "utf8") });
  });
}

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "muster-pcs-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
