import { z } from "zod";

/** What is read of `GET /containers/json` (Docker Engine API); everything else in it is passed over. */
export const Container = z.object({
  Id: z.string(),
  Names: z.array(z.string()).default([]),
  ImageID: z.string().default(""),
  Labels: z.record(z.string(), z.string()).nullish().transform((labels) => labels ?? {}),
  State: z.string().default("running"),
  Ports: z.array(z.object({ PrivatePort: z.int(), Type: z.string().default("tcp") })).nullish()
    .transform((ports) => ports ?? []),
  HostConfig: z.object({ NetworkMode: z.string().default("") }).default({ NetworkMode: "" }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string().default("") })).nullish()
      .transform((networks) => networks ?? {}),
  }).default({ Networks: {} }),
});

export type Container = z.output<typeof Container>;

export const ContainerList = z.array(Container).max(10_000);

/** As people call it: without Docker's slash. */
export function containerName({ Id, Names }: Container): string {
  return Names[0]?.replace(/^\//, "") ?? Id.slice(0, 12);
}

/**
 * What makes two containers copies of one service: the service of compose or swarm that they belong to, else their image.
 *
 * [SECURITY] Only copies share a domain. Otherwise any container could put itself in front of another's users by a label.
 */
export function serviceOf({ Labels, ImageID }: Container): string {
  const project = Labels["com.docker.compose.project"];
  const service = Labels["com.docker.compose.service"];
  if (project !== undefined && service !== undefined) return `compose ${project} ${service}`;
  const swarm = Labels["com.docker.swarm.service.name"];
  return swarm === undefined ? `image ${ImageID}` : `swarm ${swarm}`;
}

/** Where it is reached from this machine; null: it has no address here. */
export function addressOf(container: Container): string | null {
  if (container.HostConfig.NetworkMode === "host") return "127.0.0.1";
  const { Networks } = container.NetworkSettings;
  const wanted = container.Labels["traefik.docker.network"];
  const addresses = Object.entries(Networks)
    .sort(([a], [b]) => Number(b === wanted) - Number(a === wanted) || a.localeCompare(b))
    .map(([, network]) => network.IPAddress);
  return addresses.find((address) => address !== "") ?? null;
}
