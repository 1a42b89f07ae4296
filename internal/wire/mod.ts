/** Corosync's bytes: what ring members put on the wire. Pure encoding and decoding. */
export * from "./bytes.ts";
export * from "./cfg.ts";
export * from "./cpg.ts";
export * from "./service.ts";
export * from "./totem.ts";
export * from "./totempg.ts";
export * from "./votequorum.ts";
