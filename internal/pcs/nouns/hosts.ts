import type { Noun } from "../frame/route.ts";

const hosts = () => import("../nodes/host.ts");
const pcsdVerbs = () => import("../pcsd/verbs.ts");

export const host: Noun = {
  heading: "<command>",
  words: {
    auth: {
      run: async () => (await hosts()).hostAuth,
      usage: [
        {
          synopsis: "auth (<host> [addr=<address>[:<port>]])... [-u <user>] [-p <password>]",
          about: "Logs in to the pcsd of hosts, so that pcs may reach them.",
        },
      ],
    },
    deauth: {
      run: async () => (await hosts()).hostDeauth,
      usage: [{ synopsis: "deauth [<host>]...", about: "Forgets hosts, all if none is named." }],
    },
  },
};

export const client: Noun = {
  heading: "<command>",
  words: {
    "local-auth": {
      run: async () => (await import("../nodes/keys.ts")).localAuth,
      usage: [
        {
          synopsis: "local-auth [<port>] [-u <user>] [-p <password>]",
          about: "Logs in to pcsd here.",
        },
      ],
    },
  },
};

export const pcsd: Noun = {
  words: {
    accept_token: {
      hidden: true,
      run: async () =>
        (await import("../cluster/needs-pcsd.ts")).pcsdVerb("pcsd accept_token", [], 1, 1),
      usage: [{ synopsis: "accept_token <file>", about: "Lets the owner of a token in." }],
    },
    certkey: {
      run: async () => (await pcsdVerbs()).certkey,
      usage: [{ synopsis: "certkey <certificate> <key>", about: "Gives pcsd a certificate." }],
    },
    deauth: {
      run: async () => (await import("../nodes/keys.ts")).pcsdDeauth,
      usage: [
        { synopsis: "deauth [<token>]...", about: "Takes tokens back, all if none is named." },
      ],
    },
    status: {
      run: async () => (await pcsdVerbs()).pcsdStatus,
      usage: [{ synopsis: "status [<node>]...", about: "Shows whether pcsd answers on nodes." }],
    },
    "sync-certificates": {
      run: async () => (await pcsdVerbs()).syncCertificates,
      usage: [{ synopsis: "sync-certificates", about: "Sends the certificate to all nodes." }],
    },
  },
};

export const dr: Noun = {
  heading: "<command>",
  words: {
    config: {
      run: async () => (await import("../dr/config.ts")).drConfig,
      usage: [{ synopsis: "config", about: "Shows the sites of disaster recovery." }],
    },
    status: {
      run: async () => (await import("../dr/config.ts")).drStatus,
      usage: [{ synopsis: "status [--full] [--hide-inactive]", about: "Shows both sites." }],
    },
    "set-recovery-site": {
      run: async () =>
        (await import("../cluster/needs-pcsd.ts")).pcsdVerb(
          "dr set-recovery-site",
          ["--request-timeout"],
          1,
          1,
        ),
      usage: [{ synopsis: "set-recovery-site <node>", about: "Names a node of the other site." }],
    },
    destroy: {
      run: async () => (await import("../dr/config.ts")).drDestroy,
      usage: [{ synopsis: "destroy", about: "Forgets the sites." }],
    },
  },
};
