import { describe, expect, test } from "bun:test";
import { parseConf, printConf } from "../../../internal/corosync-conf/mod.ts";

const TYPICAL = `totem {
    version: 2
    cluster_name: demo
    transport: knet
}

nodelist {
    node {
        ring0_addr: alpha
        name: alpha
        nodeid: 1
    }

    node {
        ring0_addr: beta
        name: beta
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum
}
`;

function messageOf(text: string): string {
  const parsed = parseConf(text);
  return parsed.ok ? "fine" : `${parsed.error.line}: ${parsed.error.message}`;
}

describe("corosync.conf", () => {
  test("parses and prints a typical file byte for byte", () => {
    const parsed = parseConf(TYPICAL);
    expect(parsed.ok && printConf(parsed.value)).toBe(TYPICAL);
  });

  test("ignores comments, empty lines and odd spacing", () => {
    const parsed = parseConf("# top\n\n\t totem{\n version :2 \n#x: y\n   }\n");
    expect(parsed.ok && printConf(parsed.value)).toBe("totem {\n    version: 2\n}\n");
  });

  test("keeps colons inside a value", () => {
    const parsed = parseConf("node {\nring0_addr: fe80::1%eth0\n}\n");
    expect(parsed.ok && parsed.value.sections[0]?.options[0]?.value).toBe("fe80::1%eth0");
  });

  test("names the line and the fault as the original does", () => {
    expect(messageOf("totem {\n version: 2\n")).toBe("2: Missing closing brace");
    expect(messageOf("totem {\n}\n}\n")).toBe("3: Unexpected closing brace");
    expect(messageOf("totem\n")).toBe("1: Line is not opening or closing section or key value");
    expect(messageOf("{\n}\n")).toBe("1: Missing section name before opening bracket '{'");
    expect(messageOf("totem { x\n}\n")).toBe("1: Extra characters after opening bracket '{'");
    expect(messageOf("totem {\n} x\n")).toBe(
      "2: Extra characters before or after closing bracket '}'",
    );
  });
});
