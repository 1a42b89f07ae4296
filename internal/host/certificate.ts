import { createPrivateKey } from "node:crypto";
import { generate } from "selfsigned";

const LIFETIME_DAYS = 3650;
const DAY_MS = 86_400_000;

/**
 * A self-signed certificate for pcsd with its key, as PEM: RSA 3072, SHA-256, ten years, with the
 * host's name as CN. Takes about a second.
 */
export async function makeCertificate(
  hostName: string,
  nowMs: number,
): Promise<{ certificate: string; key: string }> {
  const subject = [
    { shortName: "C", value: "US" },
    { shortName: "ST", value: "MN" },
    { shortName: "L", value: "Minneapolis" },
    { shortName: "O", value: "pcsd" },
    { shortName: "OU", value: "pcsd" },
    { shortName: "CN", value: hostName },
  ];
  const made = await generate(subject, {
    keySize: 3072,
    algorithm: "sha256",
    notBeforeDate: new Date(nowMs),
    notAfterDate: new Date(nowMs + LIFETIME_DAYS * DAY_MS),
  });
  const key = createPrivateKey(made.private).export({ type: "pkcs1", format: "pem" });
  return { certificate: made.cert, key: key.toString() };
}
