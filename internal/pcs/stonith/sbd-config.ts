/** The variables of sbd's environment file, in their order. */
export function readSbdConfig(text: string): Record<string, string> {
  const config: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^\s*(?:export\s+)?(\w+)=(.*)$/.exec(line);
    if (match !== null) config[match[1]!] = match[2]!.trim().replace(/^(["'])(.*)\1$/, "$2");
  }
  return config;
}
