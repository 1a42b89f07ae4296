/**
 * A computation that calls others like itself by yielding them, and is given what they return. So
 * its depth is on the heap: chains of a hundred thousand constraints are walked without touching
 * the limit of the stack.
 */
export type Nested<T> = Generator<Nested<unknown>, T, unknown>;

/** Carries out a nested computation, depth first, as plain calls would. */
export function runNested<T>(task: Nested<T>): T {
  const stack: Nested<unknown>[] = [task];
  let value: unknown;
  while (stack.length > 0) {
    const step = stack[stack.length - 1]!.next(value);
    if (step.done === true) {
      stack.pop();
      value = step.value;
    } else {
      stack.push(step.value);
      value = undefined;
    }
  }
  return value as T;
}
