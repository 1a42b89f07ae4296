/** The service of the demo: an HTTP server that says which node it runs on. */
import { basename } from "node:path";

const [address = "127.0.0.1", port = "8080"] = process.argv.slice(2);
const node = basename(process.env["MUSTER_SANDBOX_NODE"] ?? "unknown");

// Without reusePort a second copy of the service cannot take the address while one has it.
Bun.serve({
  hostname: address,
  port: Number(port),
  fetch: () => new Response(`${node}\n`, { headers: { connection: "close" } }),
});
