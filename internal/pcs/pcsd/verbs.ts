export { certkey, syncCertificates } from "../nodes/keys.ts";
export { pcsdStatus } from "../nodes/pcsd-status.ts";
