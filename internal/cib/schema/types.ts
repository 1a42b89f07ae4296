/** Whether a value is of one of the schema's simple types. */
export function isOfType(type: string, value: string): boolean {
  switch (type) {
    case "ID":
    case "IDREF":
      return isName(value.trim());
    case "boolean":
      return /^(true|false|0|1)$/.test(value.trim());
    case "integer":
      return INTEGER.test(value.trim());
    case "natural":
      return /^(\+?\d+|-0+)$/.test(value.trim());
    case "index":
      return /^\+?0*[1-9]$/.test(value.trim());
    case "positive":
      return /^\+?0*[1-9]\d*$/.test(value.trim());
    case "score":
      return INTEGER.test(value.trim()) || /^[+-]?INFINITY$/.test(value.trim());
    case "range":
      return /^[0-9-]+$/.test(value);
    case "devices":
      return /^[a-zA-Z0-9_.-]+(,[a-zA-Z0-9_.-]+)*$/.test(value);
    default:
      return true;
  }
}

const INTEGER = /^[+-]?\d+$/;
/** Nearly all names are plain; the classes of Unicode take a millisecond to be made ready. */
function isName(text: string): boolean {
  return PLAIN_NAME.test(text) || (NOT_PLAIN.test(text) && NAME.test(text));
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const NOT_PLAIN = /[^\x20-\x7e]/;
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.·-]*$/u;
