import type { Foreseen } from "./foreseen.ts";

/** Requests to a node's pcsd that only look. */
const READING = new Set([
  "remote/check_auth",
  "remote/check_host",
  "remote/get_corosync_conf",
  "remote/pacemaker_node_status",
]);

/** A request that would change something on another node. */
export interface TriedRequest {
  /** What the node would be asked to do, such as `put 'corosync authkey' on node2`. */
  steps: string[];
  /** What a node answers that did it. */
  body: string;
  foreseen: Foreseen | null;
  /** The corosync.conf that it would get. */
  corosyncConf: string | null;
}

type Form = Record<string, string>;

/** What a request to a node would do; null for one that only looks. */
export function tryRequest(node: string, path: string, form: Form): TriedRequest | null {
  if (READING.has(path)) return null;
  const verb = path.replace(/^remote\//, "");
  const tried = (steps: string[], body = ""): TriedRequest => ({
    steps,
    body,
    foreseen: null,
    corosyncConf: null,
  });
  switch (verb) {
    case "auth":
      return tried([`log in to ${node} as ${form["username"] ?? ""}`], "unknown");
    case "put_file":
      return putFiles(node, form);
    case "remove_file":
      return tried(namesIn(form).map((name) => `remove '${name}' on ${node}`));
    case "manage_services": {
      const names = namesIn(form);
      const actions = Object.fromEntries(names.map((name) => [name, { code: "success" }]));
      return tried(
        names.map((name) => `run '${name}' on ${node}`),
        JSON.stringify({ actions }),
      );
    }
    case "set_corosync_conf":
      return {
        ...tried([`put corosync.conf on ${node}`]),
        corosyncConf: form["corosync_conf"] ?? null,
      };
    case "reload_corosync_conf":
      return tried(
        [`have corosync on ${node} read its configuration again`],
        JSON.stringify({ code: "reloaded" }),
      );
    case "cluster_stop": {
      const component = form["component"] ?? "the cluster";
      const foreseen: Foreseen | null =
        component === "corosync" ? null : { kind: "shutdown", node };
      return { ...tried([`stop ${component} on ${node}`]), foreseen };
    }
    case "cluster_destroy":
      return {
        ...tried([`stop the cluster on ${node} and remove its configuration`]),
        foreseen: { kind: "shutdown", node },
      };
    default:
      return tried([`${STEPS[verb] ?? `ask for '${verb}'`} on ${node}`]);
  }
}

const STEPS: Record<string, string> = {
  cluster_start: "start the cluster",
  cluster_enable: "have the cluster start with the machine",
  cluster_disable: "have the cluster not start with the machine",
  known_hosts_change: "store how to reach the other nodes",
  sbd_disable: "disable sbd",
  set_certs: "put the certificate of pcsd",
};

/** Names of what a request is about: the keys of its JSON. */
function namesIn(form: Form): string[] {
  return Object.keys(JSON.parse(form["data_json"] ?? "{}") as object);
}

function putFiles(node: string, form: Form): TriedRequest {
  const given = JSON.parse(form["data_json"] ?? "{}") as Record<
    string,
    { type?: string; data?: string }
  >;
  const names = Object.keys(given);
  const conf = Object.values(given).find((file) => file.type === "corosync_conf");
  const files = Object.fromEntries(names.map((name) => [name, { code: "written" }]));
  return {
    steps: names.map((name) => `put '${name}' on ${node}`),
    body: JSON.stringify({ files }),
    foreseen: null,
    corosyncConf: conf?.data ?? null,
  };
}
