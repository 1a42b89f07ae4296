import { ExitCode } from "../../internal/base/mod.ts";
import type { LocalFailure } from "../../internal/node/mod.ts";
import { failure, type ResourceCall } from "./resource-context.ts";
import type { ToolError } from "./tool.ts";

/**
 * Tells of the controller's answers, one for each request that was made of it. They are all there by
 * now; with the original some may have come before it says how many it waits for.
 */
export function reportReplies(
  { tool, source }: Pick<ResourceCall, "tool" | "source">,
  count: number,
): void {
  if (source.kind === "file" || count === 0) return;
  const what = count === 1 ? "1 reply" : `${count} replies`;
  tool.output.info(`Waiting for ${what} from the controller`);
  for (let i = 1; i <= count; i++) tool.output.info(`... got reply${i === count ? " (done)" : ""}`);
}

export function notConnected(error: LocalFailure): ToolError {
  if (error.code !== ExitCode.DISCONNECT) return failure(error.code, error.message);
  return failure(ExitCode.DISCONNECT, "Error connecting to controller: Connection refused");
}
