import { describe } from "vitest";
import { hasMoto, startMoto } from "./servers.ts";
import { publishSuite } from "./suite.ts";

describe.runIf(hasMoto)("on moto's S3", () => publishSuite(startMoto, 4));
