import { type Output, readCommandLine, runPcs } from "../../internal/pcs/mod.ts";
import { errOut, out } from "../io.ts";
import { makeEnvironment } from "./environment.ts";

/** The face `pcs`: one command on a CIB file, a corosync.conf or the running cluster. */
export async function main(argv: string[]): Promise<number> {
  if (process.env["PCS_AUTO_COMPLETE"] !== undefined) {
    const { completionAnswer } = await import("../../internal/pcs/help/completion.ts");
    const answer = await completionAnswer((name) => process.env[name] ?? null);
    if (answer !== null) {
      out(answer);
      return 0;
    }
  }
  const output: Output = { out, err: errOut };
  const invocation = await readCommandLine(argv, output);
  if (typeof invocation === "number") return invocation;
  return runPcs(invocation, makeEnvironment(invocation), output);
}
