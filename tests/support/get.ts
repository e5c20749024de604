import { type Agent, request } from "node:http";

/** The status of one GET of `/` for the host `name`, on a connection of its own or of `agent`. Rejects where there is no answer. */
export function get(port: number, name: string, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, host: "127.0.0.1", headers: { host: name }, agent: agent ?? false },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode!));
        answer.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}
