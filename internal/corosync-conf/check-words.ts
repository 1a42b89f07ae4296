import type { ConfValueError } from "./keys.ts";
import { type ConfSection, sectionsNamed } from "./tree.ts";

/** Options that take one of a few words, with Corosync's complaint; checked while lines are read. */
const WORDS: Record<string, { words: string[]; complaint: string }> = {
  ip_version: {
    words: ["ipv4", "ipv6", "ipv4-6", "ipv6-4"],
    complaint: "Invalid ip_version type",
  },
  crypto_cipher: {
    words: ["none", "aes256", "aes192", "aes128"],
    complaint: "Invalid cipher type. Should be none, aes256, aes192 or aes128",
  },
  crypto_hash: {
    words: ["none", "md5", "sha1", "sha256", "sha384", "sha512"],
    complaint: "Invalid hash type. Should be none, md5, sha1, sha256, sha384 or sha512",
  },
};

/** The first option of the totem section that has a word it does not know. */
export function checkWords(root: ConfSection): ConfValueError | null {
  for (const totem of sectionsNamed(root, "totem")) {
    for (const option of totem.options) {
      const known = Object.hasOwn(WORDS, option.name) ? WORDS[option.name] : undefined;
      if (known === undefined || known.words.includes(option.value)) continue;
      return { line: option.line, message: known.complaint };
    }
  }
  return null;
}
