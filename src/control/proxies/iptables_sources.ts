import type { FoundSource } from "./found_source.ts";
import { opensWebPort } from "./web_ports.ts";

/** `iptables-save`: `-A INPUT -s 192.0.2.0/24 -p tcp --dport 443 -j ACCEPT`. */
export function iptables(text: string): FoundSource[] {
  return text.split("\n").flatMap((each, i) => {
    const words = each.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
    return words[0] === "-A" && words[1] === "INPUT"
      ? sourcesOf(words).map((text) => ({ text, line: i + 1 }))
      : [];
  });
}

function sourcesOf(words: readonly string[]): string[] {
  const after = (...names: string[]) => {
    const at = words.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : { value: words[at + 1] ?? "", isNot: words[at - 1] === "!" };
  };
  if (after("-j", "--jump")?.value !== "ACCEPT") return [];
  const protocol = after("-p", "--protocol");
  if (protocol !== undefined && (protocol.isNot || !["tcp", "6", "all"].includes(protocol.value))) return [];
  const ports = after("--dport", "--dports", "--destination-port", "--destination-ports");
  // [SECURITY] "Every port but these" is read as none of the web's: a source that is left out is only not proposed.
  if (ports !== undefined && (ports.isNot || !opensWebPort(ports.value))) return [];
  const source = after("-s", "--source", "--src") ?? after("--src-range");
  return source === undefined || source.isNot ? [] : source.value.split(",");
}
