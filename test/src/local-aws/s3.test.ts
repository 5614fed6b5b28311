import { useLocalAws } from "./local-server.ts";
import { s3Contract } from "./s3-contract.ts";

const local = useLocalAws();

s3Contract("the local AWS", () => local().endpoint);
