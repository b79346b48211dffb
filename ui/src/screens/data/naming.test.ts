import { expect, test } from "vitest";
import { idFor } from "./naming";

test("an id follows from a name", () => {
  expect(["Order", "Größe (cm)", "  2nd line ", "Ünïcode  name", "!!"].map(idFor)).toEqual([
    "order",
    "gro_e_cm",
    "nd_line",
    "unicode_name",
    "",
  ]);
});
