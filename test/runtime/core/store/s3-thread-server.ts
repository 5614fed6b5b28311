/** The other side of s3-thread.ts: runs in a worker. */
import { parentPort } from "node:worker_threads";
import type { FaultRule, Message, Traffic } from "./s3-thread.ts";
import { type Fault, type SmallS3, startSmallS3 } from "./small-s3.ts";

async function serve(): Promise<void> {
  const s3 = await startSmallS3();
  parentPort!.on("message", (message: Message) => {
    if ("set" in message) s3.objects.set(message.set, Buffer.from(message.body));
    else if ("delete" in message) s3.objects.delete(message.delete);
    else if ("network" in message) s3.network.set(message.network);
    else if ("fault" in message) s3.fault = faultOf(message.fault);
    else if ("traffic" in message) parentPort!.postMessage(trafficOf(s3));
    else {
      s3.objects.clear();
      s3.fault = () => null;
      s3.network.set({});
      trafficOf(s3);
    }
  });
  parentPort!.postMessage(s3.url);
}

/** Since the last call. */
function trafficOf(s3: SmallS3): Traffic {
  const { sentBytes: bytes, mostAtOnce } = s3;
  s3.sentBytes = 0;
  s3.mostAtOnce = 0;
  return { keys: s3.requests.splice(0), bytes, mostAtOnce };
}

function faultOf(rule: FaultRule | null): (key: string) => Fault | null {
  if (rule === null) return () => null;
  let [seen, hits] = [0, 0];
  return (key) => {
    if (!key.includes(rule.match ?? "")) return null;
    return seen++ % (rule.every ?? 1) === 0 ? rule.faults[hits++ % rule.faults.length]! : null;
  };
}

void serve();
