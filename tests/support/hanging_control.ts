import "../../src/control_thread.ts";
import { hangWhenTold } from "./hang_when_told.ts";

hangWhenTold("control");
