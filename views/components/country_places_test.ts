import assert from "node:assert/strict";
import { placeOnMap } from "./country_places.ts";

Deno.test("every country has a place on the map, and none lies beside it", () => {
  const display = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  for (const code of ["US", "DE", "BR", "ZA", "NZ", "JP", "IS", "AR"]) {
    assert.ok(display.of(code));
    const [x, y] = placeOnMap(code)!;
    assert.ok(x >= 0 && x <= 120 && y >= -1 && y <= 45, code);
  }
  assert.equal(placeOnMap("XX"), null);
  assert.equal(placeOnMap(""), null);
});
