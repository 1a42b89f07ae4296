import { homedir } from "node:os";
import { join } from "node:path";
import { underRoot } from "../../internal/host/paths.ts";
import type { KnownHost, NodeAccess } from "../../internal/pcs/mod.ts";

/** root's hosts are the machine's; others have their own, as with pcs. */
function knownHostsFile(): string {
  if (process.getuid?.() === 0) return underRoot("/var/lib/pcsd/known-hosts");
  return join(homedir(), ".pcs", "known-hosts");
}

async function store() {
  const { KnownHostsStore } = await import("../../internal/api/known-hosts.ts");
  const { disk } = await import("../../internal/host/disk.ts");
  return new KnownHostsStore(disk, knownHostsFile());
}

/** Other nodes through their pcsd; what it takes is imported when a verb asks. */
export function nodeAccess(timeoutMs: number): NodeAccess {
  return {
    async known() {
      const hosts = (await store()).hosts();
      return new Map(
        Object.entries(hosts).map(([name, host]): [string, KnownHost] => [
          name,
          { destinations: host.dest_list, token: host.token },
        ]),
      );
    },
    async remember(add, remove) {
      const entries = [...add].map(([name, host]) => [
        name,
        { dest_list: host.destinations, token: host.token },
      ]);
      (await store()).change(Object.fromEntries(entries), [...remove]);
    },
    async call(host, path, form = {}) {
      const { callPcsd } = await import("../../internal/host/pcsd-client.ts");
      const { destinations, token } = host;
      const target = { destinations, ...(token === "" ? {} : { token }) };
      const answer = await callPcsd(target, path, form, timeoutMs);
      return answer.ok ? answer : { ok: false, ...answer.failure };
    },
    randomKey: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    async isPair(certificate, key) {
      const { isPair } = await import("../../internal/api/certificate-pair.ts");
      return isPair(certificate, key);
    },
    async revoke(tokens) {
      const { TokenStore } = await import("../../internal/api/tokens.ts");
      const { disk } = await import("../../internal/host/disk.ts");
      const given = new TokenStore(disk, underRoot("/var/lib/pcsd/pcs_users.conf"));
      const unknown = tokens.filter((token) => given.userOf(token) === null);
      given.remove(tokens.length === 0 ? "all" : [...tokens]);
      return unknown;
    },
    sleep: (ms) => Bun.sleep(ms),
  };
}
