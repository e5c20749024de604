import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";

export interface InjectableTarget {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A shop that makes every mistake: the parameter goes into the SQL as it came, and errors are shown to everybody. */
export async function startInjectableTarget(): Promise<InjectableTarget> {
  const database = new DatabaseSync(":memory:");
  database.exec(`
    CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL);
    CREATE TABLE users (name TEXT, password TEXT);
    INSERT INTO items VALUES (1, 'lamp', 49.9), (2, 'chair', 79), (3, 'table', 199);
    INSERT INTO users VALUES ('mira', 'not for you');
  `);
  const server = createServer((request, response) => {
    const id = new URL(request.url!, "http://shop.test").searchParams.get("id") ?? "";
    response.setHeader("content-type", "text/html");
    try {
      const rows = database.prepare(`SELECT name, price FROM items WHERE id = '${id}'`).all();
      const list = rows.map(({ name, price }) => `<li>${name}: ${price}</li>`).join("");
      response.end(`<h1>${rows.length === 0 ? "Nothing found" : "Found"}</h1><ul>${list}</ul>`);
    } catch (thrown) {
      response.statusCode = 500;
      response.end(`<h1>SQLite error</h1><p>${(thrown as Error).message}</p>`);
    }
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
    },
  };
}
