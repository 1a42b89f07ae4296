/** An invariant of the program was broken: a defect of ours, never the user's input. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Throws {@link InvariantError} unless `condition` holds. Stays on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** For the default branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable value: ${JSON.stringify(value)}`);
}
