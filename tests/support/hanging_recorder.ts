import "../../src/recorder/worker.ts";
import { hangWhenTold } from "./hang_when_told.ts";

hangWhenTold("recorder");
