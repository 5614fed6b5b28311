/** Stands in for a Lambda environment: each message is an event, each answer a message. */
import { handler } from "../../../../runtime/lambdas/site/handler.ts";

process.on("message", async (event) => process.send!(await handler(event)));
process.send!("ready");
