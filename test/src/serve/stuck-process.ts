/** Stands in for a process of the app: `/-/query?stuck` does not come back, as a statement that nothing interrupts. */
import type { FromProcess, ToProcess } from "../../../src/serve/site-messages.ts";

const tell = (message: FromProcess) => process.send!(message);

process.once("disconnect", () => process.exit());
process.on("message", (message: ToProcess) => {
  if ("open" in message) tell({ ready: true });
  if (!("request" in message)) return;
  const { url } = message.request;
  while (url.endsWith("stuck"));
  tell({ id: message.id, answer: { status: 200, headers: {} }, body: `${process.pid}` });
});
