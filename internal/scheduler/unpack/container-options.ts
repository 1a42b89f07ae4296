import type { BundleReplica } from "../resource.ts";
import type { BundleSpec } from "./bundles.ts";

export interface Port {
  source: string;
  target: string;
}

export interface Mount {
  source: string;
  target: string;
  options: string | null;
  /** Each replica gets its own folder below the source. */
  subdir: boolean;
}

/**
 * The options a container is run with. The text is compared with what history recorded (as a
 * digest), so every space counts.
 */
export function runOptions(
  spec: BundleSpec,
  replica: BundleReplica,
  hosts: string,
): { options: string; mountPoints: string } {
  const name = `${spec.name}-${replica.index}`;
  const out: string[] = [];
  if (spec.agent === "docker") out.push(" --restart=no");
  if (spec.ipRangeStart !== null) out.push(` -h ${name}`);
  out.push(" -e PCMK_stderr=1");
  if (spec.network !== null) out.push(` --net=${spec.network}`);
  out.push(` -e PCMK_remote_port=${spec.controlPort ?? "3121"}`);
  const points: string[] = [];
  for (const mount of spec.mounts) {
    const source = mount.subdir ? `${mount.source}/${name}` : mount.source;
    if (mount.subdir) points.push(source);
    out.push(` -v ${source}:${mount.target}${mount.options === null ? "" : `:${mount.options}`}`);
  }
  for (const port of spec.ports) {
    if (replica.ipAddress !== null) {
      out.push(` -p ${replica.ipAddress}:${port.source}:${port.target}`);
    } else if (spec.network !== "host") {
      out.push(` -p ${port.source}:${port.target}`);
    }
  }
  if (spec.options !== null) out.push(` ${spec.options}`);
  out.push(` ${hosts}`);
  return { options: out.join(""), mountPoints: points.join(",") };
}

/**
 * The IPv4 address after this one; null past the end of the range that can be counted. Numbers are
 * read as loosely as in the original, whatever follows the last of them.
 */
export function nextAddress(address: string): string | null {
  const match = /^\s*([+-]?\d+)\.\s*([+-]?\d+)\.\s*([+-]?\d+)\.\s*([+-]?\d+)/.exec(address);
  if (match === null) return null;
  const [first, second, third, fourth] = match.slice(1).map(unsigned) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  if (third > 253n) return null;
  const tail = fourth > 253n ? `${third + 1n}.1` : `${third}.${fourth + 1n}`;
  return `${first}.${second}.${tail}`;
}

/** As 32 bits hold it, whatever its sign. */
function unsigned(text: string): bigint {
  return BigInt.asUintN(32, BigInt(text));
}
