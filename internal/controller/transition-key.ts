/** `ACTION:TRANSITION:EXPECTED_RC:UUID`: which action of which run of which DC a result answers. */
export interface TransitionKey {
  action: number;
  transition: number;
  targetRc: number;
  uuid: string;
}

export function formatTransitionKey(key: TransitionKey): string {
  return `${key.action}:${key.transition}:${key.targetRc}:${key.uuid}`;
}

/** Null when the text is no transition key. */
export function parseTransitionKey(text: string): TransitionKey | null {
  const match = /^(-?\d+):(-?\d+):(-?\d+):([0-9a-fA-F-]+)$/.exec(text);
  if (match === null) return null;
  return {
    action: Number(match[1]),
    transition: Number(match[2]),
    targetRc: Number(match[3]),
    uuid: match[4]!,
  };
}
