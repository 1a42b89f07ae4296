import { createPrivateKey, X509Certificate } from "node:crypto";

/** True when both are PEM and the certificate is the key's. */
export function isPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
