import { existsSync } from "node:fs";
import { rootPrefix } from "../../internal/host/paths.ts";
import type { ServiceVerb, ToolResult } from "../../internal/pcs/mod.ts";

/** Commands a unit through systemd. Where there is none, says what to do instead. */
export async function serviceControl(verb: ServiceVerb, name: string): Promise<ToolResult> {
  if (rootPrefix() !== "" || !existsSync("/run/systemd/system")) {
    const hint = "services of a sandbox node are controlled by 'muster sandbox boot' and 'stop'";
    return { code: 1, stdout: "", stderr: `systemd does not run here: ${hint}` };
  }
  const words = verb === "kill" ? ["kill", "--signal=SIGKILL"] : [verb];
  const child = Bun.spawn(["systemctl", ...words, `${name}.service`], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, stdout, stderr };
}
