/** Corosync's bytes: what ring members put on the wire. Pure encoding and decoding. */
export * from "./bytes.ts";
export * from "./cfg.ts";
export * from "./cpg.ts";
export * from "./knet.ts";
export * from "./knet-assembly.ts";
export * from "./knet-bulk.ts";
export * from "./knet-crypto.ts";
export * from "./knet-link.ts";
export * from "./knet-receiver.ts";
export * from "./service.ts";
export * from "./totem.ts";
export * from "./totempg.ts";
export * from "./votequorum.ts";
