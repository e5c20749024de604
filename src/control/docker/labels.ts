import { addressOf, type Container, containerName, serviceOf } from "./container.ts";
import { parseTraefikRule, type Route } from "./traefik_rule.ts";

/** A label that cannot be obeyed, for whoever wrote it. */
export interface LabelProblem {
  /** `container web, label aegis.port` */
  readonly where: string;
  readonly message: string;
  readonly remedy: string;
}

/** What one container asks for: a domain (or what lies below one of its paths) is to be served by it. */
export interface Wish extends Route {
  readonly container: string;
  /** See `serviceOf`. */
  readonly service: string;
  /** `http://172.17.0.2:80` */
  readonly url: string;
  readonly waf: "off" | "detect" | "enforce" | null;
  /** The label that said so. */
  readonly label: string;
}

const ROUTER_RULE = /^traefik\.http\.routers\.([^.]+)\.rule$/i;
const SERVICE_PORT = /^traefik\.http\.services\.([^.]+)\.loadbalancer\.server\.port$/i;
const MODES = ["off", "detect", "enforce"] as const;

/** Thrown while the labels of a container are read. */
class LabelFault extends Error {
  constructor(readonly label: string, message: string, readonly remedy: string) {
    super(message);
  }
}

/** Reads the labels of one container: `aegis.*`, else those of Traefik. One fault in it leaves the others be. */
export function readLabels(container: Container): { wishes: Wish[]; problems: LabelProblem[] } {
  const { Labels } = container;
  const wishes: Wish[] = [];
  const problems: LabelProblem[] = [];
  const take = (read: () => Wish[]) => {
    try {
      wishes.push(...read());
    } catch (thrown) {
      if (!(thrown instanceof LabelFault)) throw thrown;
      const where = `container ${containerName(container)}, label ${thrown.label}`;
      problems.push({ where, message: thrown.message, remedy: thrown.remedy });
    }
  };
  if (Labels["aegis.host"] !== undefined) take(() => ownWishes(container));
  else if (Labels["traefik.enable"]?.toLowerCase() !== "false") {
    for (const label of Object.keys(Labels)) {
      const router = ROUTER_RULE.exec(label)?.[1];
      if (router !== undefined) take(() => traefikWishes(container, label, router));
    }
  }
  return { wishes, problems };
}

function ownWishes(container: Container): Wish[] {
  const label = "aegis.host";
  const domains = container.Labels[label]!.split(/[\s,]+/).filter((domain) => domain !== "");
  if (domains.length === 0) {
    throw new LabelFault(label, "names no domain", "write aegis.host=app.example.com");
  }
  const url = urlOf(container, portOf(container, "aegis.port"), "http");
  return domains.map((domain) => ({ ...common(container), domain, prefix: null, url, label }));
}

function traefikWishes(container: Container, label: string, router: string): Wish[] {
  let routes: Route[];
  try {
    routes = parseTraefikRule(container.Labels[label]!);
  } catch (thrown) {
    const remedy = "only Host and PathPrefix, ||, && and parentheses are read: add aegis.host=… instead";
    throw new LabelFault(label, (thrown as Error).message, remedy);
  }
  const { service, port } = traefikService(container, label, router);
  const scheme = container.Labels[`traefik.http.services.${service}.loadbalancer.server.scheme`];
  const url = urlOf(container, port, scheme === "https" ? "https" : "http");
  return routes.map((route) => ({ ...common(container), ...route, url, label }));
}

/** The service of a router by its own label, else the only one; its port, else the only one exposed. */
function traefikService(
  container: Container,
  label: string,
  router: string,
): { service: string; port: number } {
  const { Labels } = container;
  const ports = Object.keys(Labels).flatMap((key) => {
    const service = SERVICE_PORT.exec(key)?.[1];
    return service === undefined ? [] : [{ service, key }];
  });
  const named = Labels[`traefik.http.routers.${router}.service`];
  const chosen = named !== undefined
    ? ports.find(({ service }) => service === named)
    : ports.length === 1
    ? ports[0]
    : undefined;
  if (chosen !== undefined) return { service: chosen.service, port: portOf(container, chosen.key) };
  if (named === undefined && ports.length > 1) {
    throw new LabelFault(
      label,
      "does not say which of its services it means",
      `add traefik.http.routers.${router}.service=${ports[0]!.service}`,
    );
  }
  return { service: named ?? router, port: portOf(container, "aegis.port") };
}

function common(container: Container): Pick<Wish, "container" | "service" | "waf"> {
  const waf = container.Labels["aegis.waf"];
  const mode = MODES.find((each) => each === waf?.toLowerCase());
  if (waf !== undefined && mode === undefined) {
    throw new LabelFault("aegis.waf", `"${waf}" is no mode`, "write off, detect or enforce");
  }
  return { container: containerName(container), service: serviceOf(container), waf: mode ?? null };
}

/** By `label`, else the only port that the container exposes. */
function portOf({ Labels, Ports }: Container, label: string): number {
  const text = Labels[label];
  if (text !== undefined) {
    const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
    if (port >= 1 && port <= 65_535) return port;
    throw new LabelFault(label, `"${text}" is no port`, "write a number from 1 to 65535");
  }
  const exposed = [
    ...new Set(Ports.filter(({ Type }) => Type === "tcp").map(({ PrivatePort }) => PrivatePort)),
  ];
  if (exposed.length === 1) return exposed[0]!;
  throw new LabelFault(
    label,
    exposed.length === 0
      ? "is missing, and the container exposes no port"
      : `is missing, and the container exposes several ports (${exposed.sort((a, b) => a - b).join(", ")})`,
    `add ${label}=${exposed[0] ?? 8080}`,
  );
}

function urlOf(container: Container, port: number, scheme: "http" | "https"): string {
  const address = addressOf(container);
  if (address === null) {
    throw new LabelFault("aegis.host", "the container has no address", "join it to a network");
  }
  return `${scheme}://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
