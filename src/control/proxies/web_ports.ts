const NAMES: Readonly<Record<string, number>> = { http: 80, https: 443 };
const WEB_PORTS = [80, 443];

/** Whether a list of ports as firewalls write them (`80,443`, `http`, `1:1024`, `1-1024`) holds one of the web's. */
export function opensWebPort(ports: string): boolean {
  return ports.split(",").some((each) => {
    const [from, to = from] = each.trim().split(/[:-]/).map((end) => NAMES[end] ?? Number(end));
    return WEB_PORTS.some((port) => port >= from! && port <= to!);
  });
}
