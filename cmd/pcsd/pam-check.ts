import { checkPassword } from "../../internal/host/pam.ts";
import { readStdin } from "../io.ts";

const INPUT_BYTES_MAX = 4096;

/**
 * `muster pam-check SERVICE USER`, password on standard input: exit code 0 when it is right. A
 * process of its own, because PAM blocks for seconds and may load anything.
 */
export function main(argv: string[]): number {
  const [service, user] = argv;
  const password = readStdin(INPUT_BYTES_MAX);
  if (service === undefined || user === undefined || password === null) return 2;
  return checkPassword(service, user, password) ? 0 : 1;
}
