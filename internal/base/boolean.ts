/** Pacemaker's booleans: true/on/yes/y/1 and false/off/no/n/0 in any case; null for anything else. */
export function parseBoolean(text: string | null | undefined): boolean | null {
  switch (text?.toLowerCase()) {
    case "true":
    case "on":
    case "yes":
    case "y":
    case "1":
      return true;
    case "false":
    case "off":
    case "no":
    case "n":
    case "0":
      return false;
    default:
      return null;
  }
}

/** True only for a recognised word of truth. */
export function isTrue(text: string | null | undefined): boolean {
  return parseBoolean(text) === true;
}
