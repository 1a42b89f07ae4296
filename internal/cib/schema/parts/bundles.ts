import type { SchemaSource } from "../language.ts";
import type { SchemaNumber } from "../versions.ts";
import { DESCRIPTION } from "./words.ts";

/** Bundles: containers with their network and storage. */
export function bundles(version: SchemaNumber): SchemaSource {
  const old = version < 400;
  const promoted = `promoted-max:integer?${old ? " masters:integer?" : ""}`;
  const container =
    `image replicas:integer? replicas-per-host:integer? ${promoted} ` +
    "run-command? network? options?";
  const engines = `docker:container|podman:container${old ? "|rkt:container" : ""}`;
  return {
    bundle: [
      {
        attributes: `id:ID ${DESCRIPTION}`,
        children:
          "instance_attributes:node-rules* meta_attributes:rsc-meta* " +
          `${engines} network? storage? primitive?`,
      },
    ],
    container: [{ attributes: container }],
    network: [
      {
        attributes:
          "ip-range-start? control-port:integer? host-interface? host-netmask:integer? " +
          "add-host:boolean?",
        children: "port-mapping*",
      },
    ],
    "port-mapping": [
      { attributes: "id:ID port:integer internal-port:integer?" },
      { attributes: "id:ID range:range" },
    ],
    storage: [{ children: "storage-mapping*" }],
    "storage-mapping": [
      { attributes: "id:ID source-dir target-dir options?" },
      { attributes: "id:ID source-dir-root target-dir options?" },
    ],
  };
}
