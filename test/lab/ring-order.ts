/** cpg-order.c's work for a node of ours: MEMBERS COUNT EXPECTED SECONDS. */
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { connectRing } from "../../internal/host/ring-client.ts";

const LONGEST = 3000;
const BATCH = 32;
const [wanted, count, expected, seconds] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];
let own = 0;
let members = 0;
let sent = 0;
let delivered = 0;
let bytes = 0;
let hash = 2166136261;

const port = connectRing({ group: "order", socketPath: underRoot(Paths.ringSocket) }, (event) => {
  switch (event.type) {
    case "hello":
      own = event.nodeId;
      return;
    case "membership":
      members = Math.max(members, event.members.length);
      return;
    case "message":
      delivered += 1;
      bytes += event.payload.length;
      hash = Math.imul(hash ^ event.from.nodeId, 16777619);
      for (const byte of event.payload) hash = Math.imul(hash ^ byte, 16777619);
      if (delivered === expected) setTimeout(report, 1000);
      return;
    case "closed":
      console.error(event.reason);
      process.exit(1);
  }
});

function message(): Uint8Array {
  const length = 8 + ((sent * 131 + own) % (sent % 50 === 0 ? LONGEST - 8 : 120));
  return Uint8Array.from({ length }, (_, k) => sent + own * 31 + k * 7);
}

function send(): void {
  for (let i = 0; members >= wanted && sent < count && i < BATCH; i += 1) {
    if (!port.multicast(message())) break;
    sent += 1;
  }
  if (sent < count) setTimeout(send, members >= wanted ? 0 : 5);
}

function report(): void {
  console.log(`${delivered} ${bytes} ${(hash >>> 0).toString(16).padStart(8, "0")}`);
  process.exit(delivered < expected ? 1 : 0);
}

send();
setTimeout(report, seconds * 1000);
