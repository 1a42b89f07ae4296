/** Digests of a CIB, against those that `cibadmin -5` and `-6` of Pacemaker 3.0.0 give for it. */
import { expect, test } from "bun:test";
import { cibDigest, diskDigest } from "../../../internal/cib/mod.ts";
import { parseXml, printXml } from "../../../internal/xml/mod.ts";

const DESCRIBED =
  '<cib epoch="1" num_updates="0" admin_epoch="0"><configuration><nodes><node id="1" uname="n1" ' +
  'description="one&#x0A;two&#x09;three&#x0D;&quot;&amp;"/></nodes></configuration></cib>';

test("control characters are written, and digested, in hexadecimal", () => {
  const parsed = parseXml(DESCRIBED);
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(printXml(parsed.value)).toBe(DESCRIBED);
  expect(diskDigest(parsed.value)).toBe("04a820babe81af707f69b49f28280e01");
  expect(cibDigest(parsed.value)).toBe("e65880952c096b9d4fc0b9e6023c829b");
});
