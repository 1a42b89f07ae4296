/** The benchmark's client for our ring: same work as cpg-client.c. SIZE SECONDS flood|paced */
import { Paths, underRoot } from "../../internal/host/paths.ts";
import { connectRing } from "../../internal/host/ring-client.ts";

const MEMBERS = 3;
const PACE_MS = 2;
const BATCH = 32;

const [size, seconds] = process.argv.slice(2, 4).map(Number) as [number, number];
const paced = process.argv[4] === "paced";
let own = 0;
let count = 0;
let bytes = 0;
let first = 0;
let last = 0;
let end = 0;
const latencies: number[] = [];

const port = connectRing({ group: "bench", socketPath: underRoot(Paths.ringSocket) }, (event) => {
  switch (event.type) {
    case "hello":
      own = event.nodeId;
      return;
    case "membership":
      if (event.members.length >= MEMBERS && end === 0) begin();
      return;
    case "message": {
      last = performance.now();
      if (count === 0) first = last;
      count += 1;
      bytes += event.payload.length;
      if (event.from.nodeId !== own) return;
      const view = new DataView(event.payload.buffer, event.payload.byteOffset, 8);
      latencies.push(last - view.getFloat64(0, true));
      return;
    }
    case "closed":
      console.error(event.reason);
      process.exit(1);
  }
});

function message(): Uint8Array {
  const payload = new Uint8Array(size);
  new DataView(payload.buffer).setFloat64(0, performance.now(), true);
  return payload;
}

function begin(): void {
  const now = performance.now();
  end = now + seconds * 1000;
  setTimeout(report, seconds * 1000 + 1000);
  if (paced) pace(now);
  else flood();
}

function flood(): void {
  if (performance.now() >= end) return;
  for (let i = 0; i < BATCH; i += 1) if (!port.multicast(message())) break;
  setImmediate(flood);
}

function pace(due: number): void {
  if (due >= end) return;
  port.multicast(message());
  const next = due + PACE_MS;
  setTimeout(() => pace(next), Math.max(0, next - performance.now()));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function report(): void {
  latencies.sort((a, b) => a - b);
  const at = (share: number) => 1000 * (latencies[Math.floor(share * (latencies.length - 1))] ?? 0);
  console.log(
    JSON.stringify({
      count,
      bytes,
      seconds: (last - first) / 1000,
      p50: at(0.5),
      p999: at(0.999),
      cpu: cpuSeconds(),
    }),
  );
  process.exit(0);
}
