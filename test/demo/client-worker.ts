/** Asks the service all the time, in a thread of its own, so that nothing else holds it up. */
declare const self: Worker;

const PAUSE_MS = 20;
const ANSWER_TIMEOUT_MS = 1_000;

/** Each change of what the client sees: who answers, or null for nobody. */
export interface Change {
  atMs: number;
  node: string | null;
  answers: number;
}

async function once(url: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(url, { signal, keepalive: false });
    return (await response.text()).trim();
  } catch {
    return null;
  }
}

async function ask(url: string): Promise<void> {
  const startedAt = performance.now();
  let node: string | null = null;
  let answers = 0;
  for (;;) {
    const asked = performance.now() - startedAt;
    const answer = await once(url);
    if (answer !== null) answers += 1;
    if (answer !== node) {
      // An outage begins with the first question that got no answer, and ends with the next answer.
      const atMs = answer === null ? asked : performance.now() - startedAt;
      node = answer;
      self.postMessage({ atMs, node, answers } satisfies Change);
    }
    await Bun.sleep(PAUSE_MS);
  }
}

self.onmessage = (event: MessageEvent) => void ask(event.data as string);
