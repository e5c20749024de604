import { Database } from "../../src/store/database.ts";
import { migrate } from "../../src/store/migrate.ts";

/** Opens a database at the same moment as another thread and answers `ok` or the error's text. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<{ path: string; gate: SharedArrayBuffer }>) => void;
  postMessage(answer: string): void;
};

scope.onmessage = ({ data }) => {
  const gate = new Int32Array(data.gate);
  Atomics.add(gate, 0, 1);
  Atomics.notify(gate, 0);
  Atomics.wait(gate, 0, 1, 5_000);
  try {
    const db = new Database({ path: data.path, synchronous: "FULL", busyTimeoutMs: 30_000 });
    migrate(db);
    db.close();
    scope.postMessage("ok");
  } catch (thrown) {
    scope.postMessage(String(thrown));
  }
};
