import { unzipSync } from "fflate";

/** All that a client can read of an answer: header fields, and a body with what is packed in it. */
export async function readable(answer: Response): Promise<string> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const parts = isZip ? Object.values(unzipSync(bytes)) : [bytes];
  const fields = [...answer.headers].map((field) => field.join(": "));
  return [...fields, ...parts.map((part) => Buffer.from(part).toString())].join("\n");
}
