import type { Control } from "./control.ts";
import { takeDeclaredSchemas } from "./schemas/declared_schemas.ts";

/** Puts everything in force that is stored: at the start, after a reload, when certificates were renewed. */
export async function publishAll(control: Control): Promise<void> {
  const send = control.store.transaction(() => {
    takeDeclaredSchemas(control);
    return control.publisher.prepare();
  });
  await send();
}
