/** The end of a log line on a failure: an agent that only exits with an error gives no reason. */
export function because(reason: string): string {
  return reason === "" ? "" : `: ${reason}`;
}
