export { pcsdApp } from "./app.ts";
export { isPair } from "./certificate-pair.ts";
export { PEER_HEADER } from "./identity.ts";
export { type KnownHost, type KnownHosts, KnownHostsStore } from "./known-hosts.ts";
export { PermissionStore, SUPERUSER } from "./permissions.ts";
export { TokenStore } from "./tokens.ts";
export type { CommandResult, PcsdWorld } from "./world.ts";
