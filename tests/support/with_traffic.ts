import type { RequestRecord } from "../../src/core/record.ts";
import { LogWriter } from "../../src/recorder/log_writer.ts";
import { Database } from "../../src/store/database.ts";
import { type MadeControl, makeControl } from "./make_control.ts";
import { testRecord } from "./test_record.ts";

const SHOP = { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] };

export interface Setting {
  readonly made: MadeControl;
  readonly hostId: string;
  /** Writes rows as the recorder does. */
  log(...records: Partial<RequestRecord>[]): void;
}

/** A control whose log the test writes. */
export async function withTraffic(run: (setting: Setting) => Promise<void>): Promise<void> {
  const made = await makeControl();
  const db = new Database({ path: made.config.database_path, synchronous: "NORMAL" });
  try {
    const writer = new LogWriter(db);
    const { id: hostId } = await made.do("hosts.create", { host: SHOP });
    let n = 0;
    const recordOf = (parts: Partial<RequestRecord>) =>
      testRecord({ id: `01J${String(n++).padStart(23, "0")}`, at: made.clock.now() - 1, hostId, ...parts });
    const log = (...records: Partial<RequestRecord>[]) =>
      void writer.write(records.map(recordOf), [], made.clock.now());
    await run({ made, hostId, log });
  } finally {
    db.close();
    await made.close();
  }
}
