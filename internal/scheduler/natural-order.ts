/** Case-insensitive comparison in which runs of digits count as numbers (then fewer digits first). */
export function compareNumeric(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const endA = digitsEnd(a, i);
      const endB = digitsEnd(b, j);
      const numberA = BigInt(a.slice(i, endA));
      const numberB = BigInt(b.slice(j, endB));
      if (numberA !== numberB) return numberA < numberB ? -1 : 1;
      if (endA - i !== endB - j) return endA - i < endB - j ? -1 : 1;
      i = endA;
      j = endB;
      continue;
    }
    const x = a[i]!.toLowerCase();
    const y = b[j]!.toLowerCase();
    if (x !== y) return x < y ? -1 : 1;
    i += 1;
    j += 1;
  }
  if (i < a.length) return 1;
  return j < b.length ? -1 : 0;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text, end)) end += 1;
  return end;
}

/** Byte order of two texts, as strcmp has it. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
