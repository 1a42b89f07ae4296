import type { z } from "zod";
import { RemoteError } from "./types.ts";

/** The parameter `data_json`, checked; its fault is named to the peer. */
export function dataJson<T>(parameters: Record<string, string>, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(parameters["data_json"] ?? "");
  } catch (error) {
    throw new RemoteError(`Invalid input data format: ${(error as Error).message}`);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw new RemoteError(
    `Invalid input data format: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}
