import type { AnalystJoined, ControlJoined, GatewayJoined, RecorderJoined } from "./core/messages.ts";
import type { Thread } from "./thread.ts";

type Joined = ControlJoined | RecorderJoined | AnalystJoined | GatewayJoined;
type WithoutPort<T> = T extends Joined ? Omit<T, "port"> : never;

/** Gives two threads a way to each other; each hears who is at its other end. */
export function joinThreads(
  one: Thread,
  oneHears: WithoutPort<Joined>,
  other: Thread,
  otherHears: WithoutPort<Joined>,
): void {
  const { port1, port2 } = new MessageChannel();
  one.send({ ...oneHears, port: port1 }, [port1]);
  other.send({ ...otherHears, port: port2 }, [port2]);
}
