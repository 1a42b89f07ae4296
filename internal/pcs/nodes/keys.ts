import type { PcsContext } from "../frame/context.ts";
import type { Options } from "../frame/options.ts";
import { CommandLineError } from "../frame/report.ts";
import { explainFailure } from "./access.ts";
import { reloadOnOne } from "./distribute.ts";
import { askAll, targets } from "./everywhere.ts";
import { sendFiles } from "./files.ts";
import { authenticate, credentials } from "./host.ts";
import { memberNames } from "./members.ts";

/** Length that Corosync's own tool gives a key, and all that is used of one. */
const KEY_BYTES = 256;
const PCSD_PORT = 2224;

/** `cluster authkey corosync [FILE]`: a new key, or the one in a file, for all nodes. */
export async function authkeyCorosync(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force", "--request-timeout", "--skip-offline"]);
  if (argv.length > 1) throw new CommandLineError();
  const [path] = argv;
  let content = context.env.nodes.randomKey(KEY_BYTES);
  if (path !== undefined) {
    const given = await context.env.fileBytes(path);
    if (given === null) context.die(`Unable to read file '${path}'`);
    if (given.length !== KEY_BYTES) {
      const text = `Key in file '${path}' is ${given.length} bytes long, corosync keys are ${KEY_BYTES}`;
      if (options.force) context.report.warning(text);
      else context.report.error(text, "--force");
      context.report.stopOnErrors();
    }
    content = given;
  }
  const nodes = await targets(context, await memberNames(context));
  const id = "corosync authkey";
  await sendFiles(context, nodes, [{ id, type: "corosync_authkey", content }]);
  await reloadOnOne(context, nodes);
}

/** `cluster auth [-u USER] [-p PASSWORD]`: logs in to every node of the cluster. */
export async function clusterAuth(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--corosync_conf", "--request-timeout", "-u", "-p"]);
  if (argv.length > 0) throw new CommandLineError();
  const known = await context.env.nodes.known();
  const names = await memberNames(context);
  const hosts = names.map((name) => ({
    name,
    destinations: known.get(name)?.destinations ?? [{ addr: name, port: PCSD_PORT }],
  }));
  await authenticate(context, hosts, await credentials(context, options));
}

/** `client local-auth [PORT] [-u USER] [-p PASSWORD]`. */
export async function localAuth(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["-u", "-p", "--request-timeout"]);
  if (argv.length > 1) throw new CommandLineError();
  const port = Number(argv[0] ?? PCSD_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new CommandLineError("Invalid port number, use 1..65535");
  }
  const destinations = [{ addr: "localhost", port }];
  const hosts = [{ name: "localhost", destinations }];
  await authenticate(context, hosts, await credentials(context, options));
}

/** `cluster corosync NODE`: the corosync.conf of another node. */
export async function corosyncOf(context: PcsContext, name: string): Promise<void> {
  const [node] = await targets(context, [name]);
  const answer = await context.env.nodes.call(node!.host, "remote/get_corosync_conf");
  if (!answer.ok) context.die(explainFailure(name, answer));
  context.print(answer.body.replace(/\n$/, ""));
}

const CERTIFICATE = "/var/lib/pcsd/pcsd.crt";
const KEY = "/var/lib/pcsd/pcsd.key";

/** `pcsd certkey CERTIFICATE KEY`: this machine's pcsd uses them from now on. */
export async function certkey(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--force"]);
  const [certificatePath, keyPath, ...rest] = argv;
  if (certificatePath === undefined || keyPath === undefined || rest.length > 0) {
    throw new CommandLineError();
  }
  const certificate = await context.env.readFile(certificatePath);
  const key = await context.env.readFile(keyPath);
  if (!certificate.ok) context.die(certificate.error);
  if (!key.ok) context.die(key.error);
  if (!(await context.env.nodes.isPair(certificate.value, key.value))) {
    context.report.error("Certificate does not match the key, or is not in PEM format");
    context.report.stopOnErrors();
  }
  const exists = (await context.env.systemFile(CERTIFICATE)).ok;
  if (exists && !options.force) {
    context.die("certificate and/or key already exists, use --force to overwrite");
  }
  for (const [path, text] of [
    [CERTIFICATE, certificate.value],
    [KEY, key.value],
  ] as const) {
    const written = await context.env.writeSystemFile(path, text);
    if (!written.ok) context.die(`Unable to write ${path}: ${written.error}`);
  }
  const restarted = await context.env.serviceControl("restart", "pcsd");
  if (restarted.code !== 0) {
    context.report.warning(`pcsd takes the new certificate when it is restarted`);
  }
}

/** `pcsd sync-certificates`: every node of the cluster gets this machine's. */
export async function syncCertificates(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly(["--skip-offline"]);
  if (argv.length > 0) throw new CommandLineError();
  const nodes = await targets(context, await memberNames(context));
  const certificate = await context.env.systemFile(CERTIFICATE);
  const key = await context.env.systemFile(KEY);
  if (!certificate.ok || !key.ok) context.die("Unable to read the certificate and key of pcsd");
  const names = nodes.map((node) => `'${node.name}'`).join(", ");
  context.report.info(`Synchronizing pcsd certificates on nodes ${names}...`);
  const form = { ssl_cert: certificate.value, ssl_key: key.value };
  await askAll(
    context,
    nodes,
    "remote/set_certs",
    () => form,
    (target, answer) => {
      if (answer.ok) context.report.info(`${target.name}: Success`);
      else context.report.error(explainFailure(target.name, answer));
    },
  );
  context.report.stopOnErrors();
}

/** `pcsd deauth [TOKEN]...`: tokens given out by this machine's pcsd, all if none is named. */
export async function pcsdDeauth(
  context: PcsContext,
  argv: string[],
  options: Options,
): Promise<void> {
  options.allowOnly([]);
  const unknown = await context.env.nodes.revoke(argv);
  if (unknown.length === 0) return;
  context.die(`Following tokens were not found: ${unknown.map((t) => `'${t}'`).join(", ")}`);
}
