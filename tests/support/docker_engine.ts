import { createServer, type Server, type ServerResponse } from "node:http";

/** What a test says of a container; the rest is as an engine has it. */
export interface StubContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Exposed TCP ports. */
  readonly ports?: readonly number[];
  readonly image?: string;
  /** Address in the network `bridge`; absent: the machine's own network. */
  readonly address?: string;
}

/**
 * A stub of a container engine on a unix socket: no engine runs where these tests run. It answers the two requests that
 * Aegis makes, in the shapes that the Docker Engine API documents (v1.47, ContainerList and SystemEvents), and nothing
 * else: any other request fails the test.
 */
export class DockerEngine {
  readonly path: string;
  /** Requests as they came: method and path without its query. */
  readonly requests: string[] = [];
  #containers: readonly StubContainer[] = [];
  #listeners = new Set<ServerResponse>();
  #server: Server | null = null;

  constructor(path: string) {
    this.path = path;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, "http://docker");
      this.requests.push(`${request.method} ${pathname}`);
      response.setHeader("content-type", "application/json");
      if (request.method !== "GET") return void response.writeHead(405).end();
      if (pathname === "/containers/json") {
        return void response.end(JSON.stringify(this.#containers.map(listed)));
      }
      if (pathname !== "/events") return void response.writeHead(404).end('{"message":"page not found"}');
      response.flushHeaders();
      this.#listeners.add(response);
      response.on("close", () => this.#listeners.delete(response));
    });
    await new Promise<void>((resolve) => server.listen(this.path, resolve));
    this.#server = server;
  }

  /** The containers that run from now on, with the event that tells so. */
  run(containers: readonly StubContainer[]): void {
    this.#containers = containers;
    for (const listener of this.#listeners) listener.write(`${JSON.stringify(EVENT)}\n`);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    for (const listener of this.#listeners) listener.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

function listed({ name, labels, ports = [], image = name, address }: StubContainer) {
  const id = Array.from(new TextEncoder().encode(name.padEnd(32, "-")).subarray(0, 32)).map((byte) =>
    byte.toString(16).padStart(2, "0")
  ).join("");
  return {
    Id: id,
    Names: [`/${name}`],
    Image: `${image}:latest`,
    ImageID: `sha256:${image}`,
    Command: "/bin/serve",
    Created: 1_763_800_000,
    Ports: ports.map((port) => ({ PrivatePort: port, Type: "tcp" })),
    Labels: labels,
    State: "running",
    Status: "Up 2 minutes",
    HostConfig: { NetworkMode: address === undefined ? "host" : "bridge" },
    NetworkSettings: {
      Networks: {
        [address === undefined ? "host" : "bridge"]: {
          IPAMConfig: null,
          Links: null,
          Aliases: null,
          MacAddress: address === undefined ? "" : "02:42:ac:11:00:02",
          NetworkID: "7ea29fc1412292a2d7bba362f9253545fecdfa8ce9a6e37dd10ba8bee7129812",
          EndpointID: "",
          Gateway: address === undefined ? "" : "172.17.0.1",
          IPAddress: address ?? "",
          IPPrefixLen: address === undefined ? 0 : 16,
          IPv6Gateway: "",
          GlobalIPv6Address: "",
          GlobalIPv6PrefixLen: 0,
          DNSNames: null,
        },
      },
    },
    Mounts: [],
  };
}

const EVENT = {
  status: "start",
  id: "ede54ee1afda366ab42f824e8a5ffd195155d853ceaec74a927f249ea270c743",
  from: "web:latest",
  Type: "container",
  Action: "start",
  Actor: {
    ID: "ede54ee1afda366ab42f824e8a5ffd195155d853ceaec74a927f249ea270c743",
    Attributes: { image: "web:latest", name: "web" },
  },
  scope: "local",
  time: 1_763_800_120,
  timeNano: 1_763_800_120_000_000_000,
};
